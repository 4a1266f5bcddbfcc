import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { SPEEDS } from '#app/player';
import { COMMAND_IDS } from '#ui/command-ids';
import type { Subscribable } from '#ui/element';
import { requestPart, type UiPart } from '#ui/events';
import { formatSpeed } from '#ui/format';
import { icon, type IconName } from '#ui/icons';
import { layerGroups } from '#view/layer-groups';
import { SpyMenu } from '#ui/menu-element';
import { SHARED } from '#ui/shared.css';

const PARTS: readonly (readonly [IconName, string, UiPart])[] = [
  ['open', 'Open a capture…', 'open'],
  ['clock', 'Go to time…', 'go-to-time'],
  ['table', 'Table of the current bin', 'table'],
  ['help', 'Keyboard help', 'help'],
];

/** Everything that a narrow top bar has no room for. */
@customElement('spy-more-menu')
export class SpyMoreMenu extends SpyMenu {
  static override styles = [
    SHARED,
    css`
      [popover] {
        width: 290px;
        padding: 8px;
        overflow: auto;
      }
      .row,
      .item {
        display: flex;
        align-items: center;
        gap: 10px;
        width: 100%;
        min-height: 40px;
        padding: 0 10px;
        border-radius: var(--radius);
        color: var(--text);
        text-align: left;
      }
      .row span {
        flex: none;
        width: 52px;
        color: var(--text-2);
      }
      .item svg {
        color: var(--text-2);
      }
      .item:hover {
        background: var(--control);
      }
      select {
        flex: 1;
        min-width: 0;
        height: 32px;
        padding: 0 8px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--control);
      }
      .transport {
        display: flex;
        gap: 4px;
        padding: 4px 6px;
      }
      .transport .btn {
        flex: 1;
        min-height: 40px;
      }
      hr {
        height: 1px;
        margin: 6px 0;
        border: 0;
        background: var(--line);
      }
    `,
  ];

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.view];
  }

  override render(): TemplateResult {
    return html`<button class="btn icon quiet" popovertarget="more" aria-label="More" title="More">
        ${icon('more')}
      </button>
      <div id="more" popover class="scroll" @beforetoggle=${this.onToggle}>
        ${this.opened ? this.#contents() : nothing}
      </div>`;
  }

  #contents(): TemplateResult {
    const { view, session, player } = this.model;
    return html`<div class="transport" role="group" aria-label="Playback">
        ${this.#step('restart', 'Play from the start', COMMAND_IDS.restart)}
        ${this.#step('step-back', 'One bin back', COMMAND_IDS.stepBack)}
        ${this.#step('step-forward', 'One bin forward', COMMAND_IDS.stepForward)}
        ${this.#step('fit', 'Fit all up to the playhead', COMMAND_IDS.fit)}
      </div>
      <label class="row"
        ><span>Layer</span>
        <select @change=${(e: Event) => this.actions.setView({ layer: valueOf(e) })}>
          ${layerGroups(session.value.config?.qty_unit).map(
            (group) =>
              html`<optgroup label=${group.title}>
                ${group.layers.map(
                  (l) =>
                    html`<option value=${l.id} ?selected=${l.id === view.value.layer}>${l.title}</option>`,
                )}
              </optgroup>`,
          )}
        </select></label
      >
      <label class="row"
        ><span>Speed</span>
        <select class="mono" @change=${(e: Event) => this.actions.setSpeed(Number(valueOf(e)))}>
          ${SPEEDS.map(
            (s) =>
              html`<option value=${String(s)} ?selected=${s === player.value.speed}>
                ${formatSpeed(s)}
              </option>`,
          )}
        </select></label
      >
      <label class="row"
        ><span>Theme</span>
        <select @change=${this.#onTheme}>
          ${(['dark', 'light', 'system'] as const).map(
            (t) => html`<option value=${t} ?selected=${t === view.value.theme}>${t}</option>`,
          )}
        </select></label
      >
      <hr />
      ${PARTS.map(
        ([name, title, part]) =>
          html`<button class="item" @click=${() => this.#show(part)}>${icon(name)} ${title}</button>`,
      )}`;
  }

  #step(name: IconName, label: string, id: string): TemplateResult {
    return html`<button class="btn" aria-label=${label} title=${label} @click=${() => this.commands.run(id)}>
      ${icon(name)}
    </button>`;
  }

  #onTheme(event: Event): void {
    this.actions.setView({ theme: valueOf(event) as 'dark' | 'light' | 'system' });
  }

  #show(part: UiPart): void {
    this.renderRoot.querySelector<HTMLElement>('#more')?.hidePopover();
    requestPart(this, part);
  }
}

function valueOf(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-more-menu': SpyMoreMenu;
  }
}
