import { noChange } from 'lit';
import { directive, Directive, type ElementPart, type PartInfo, PartType } from 'lit/directive.js';

export type StyleValues = Readonly<Record<string, string | undefined>>;

class CssVarsDirective extends Directive {
  readonly #set = new Map<string, string>();

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT)
      throw new Error('cssVars goes on an element: <div ${cssVars({...})}>');
  }

  override render(_values: StyleValues): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [values]: [StyleValues]): typeof noChange {
    const style = (part.element as HTMLElement | SVGElement).style;
    for (const name of this.#set.keys()) {
      if (values[name] !== undefined) continue;
      style.removeProperty(name);
      this.#set.delete(name);
    }
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined || this.#set.get(name) === value) continue;
      style.setProperty(name, value);
      this.#set.set(name, value);
    }
    return noChange;
  }
}

/**
 * Sets properties and custom properties through the style object, never through the `style` attribute: a content
 * security policy without inline styles refuses the attribute.
 */
export const cssVars = directive(CssVarsDirective);
