import { state } from 'lit/decorators.js';
import { SpyElement } from '#ui/element';
import { onPopoverToggle } from '#ui/popover';

/**
 * Base of the elements with one popover. Its contents are to be drawn only while `opened`: menus are long and
 * mostly closed.
 */
export abstract class SpyMenu extends SpyElement {
  @state() protected opened = false;

  /** `@beforetoggle` handler of the popover: its contents stand before it is placed and shown. */
  protected readonly onToggle = (event: ToggleEvent): void => {
    this.opened = event.newState === 'open';
    if (this.opened) this.drawNow();
    onPopoverToggle(event);
  };
}
