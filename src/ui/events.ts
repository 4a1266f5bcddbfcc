/** Parts of the page that one element asks the root to show. */
export type UiPart = 'help' | 'open' | 'go-to-time' | 'instruments' | 'open-settings' | 'table' | 'signal';

declare global {
  interface HTMLElementEventMap {
    /** Asks the root to show (or, where it is a toggle, to hide) a part of the page. */
    'spy-show': CustomEvent<UiPart>;
  }
}

export function requestPart(from: EventTarget, part: UiPart): void {
  from.dispatchEvent(new CustomEvent('spy-show', { detail: part, bubbles: true, composed: true }));
}
