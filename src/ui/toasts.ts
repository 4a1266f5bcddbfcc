import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { SpyElement, type Subscribable } from '#ui/element';
import { icon, type IconName } from '#ui/icons';
import { SHARED } from '#ui/shared.css';

const ICONS: Record<'info' | 'warning' | 'error', IconName> = {
  info: 'info',
  warning: 'warning',
  error: 'error',
};
/** Long enough to read; errors twice that. */
const SHOWN_MS = 6000;

/** Short messages above the bottom bar. They leave on their own, except under the pointer. */
@customElement('spy-toasts')
export class SpyToasts extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        position: absolute;
        right: 12px;
        bottom: 12px;
        display: grid;
        gap: 8px;
        width: min(380px, calc(100% - 24px));
        pointer-events: none;
        z-index: 5;
      }
      .toast {
        display: grid;
        grid-template-columns: 16px 1fr auto;
        gap: 10px;
        align-items: start;
        overflow-wrap: anywhere;
        padding: 10px 8px 10px 12px;
        border-radius: var(--radius-l);
        background: var(--raised);
        box-shadow: var(--shadow);
        pointer-events: auto;
        animation: rise var(--slow) ease-out;
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(6px);
        }
      }
      .toast > svg {
        margin-top: 1px;
      }
      .info > svg {
        color: var(--accent);
      }
      .warning > svg {
        color: var(--warn);
      }
      .error > svg {
        color: var(--error);
      }
      .btn {
        min-height: 22px;
        width: 22px;
        margin: -2px 0;
      }
    `,
  ];

  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #held = false;

  protected override watched(): readonly Subscribable[] {
    return [this.model.toasts];
  }

  override render(): TemplateResult {
    return html`<div
      role="log"
      aria-live="polite"
      aria-label="Messages"
      @pointerenter=${() => this.#hold(true)}
      @pointerleave=${() => this.#hold(false)}
    >
      ${this.model.toasts.value.map(
        ({ id, text, kind }) =>
          html`<div class="toast ${kind}">
            ${icon(ICONS[kind])}
            <p>${text}</p>
            <button class="btn icon quiet" aria-label="Dismiss" @click=${() => this.actions.dismissToast(id)}>
              ${icon('close', 13)}
            </button>
          </div>`,
      )}
    </div>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const shown = this.model.toasts.value;
    for (const [id, timer] of this.#timers) {
      if (shown.some((t) => t.id === id)) continue;
      clearTimeout(timer);
      this.#timers.delete(id);
    }
    if (this.#held) return;
    for (const { id, kind } of shown) {
      if (this.#timers.has(id)) continue;
      const ms = kind === 'error' ? 2 * SHOWN_MS : SHOWN_MS;
      this.#timers.set(
        id,
        setTimeout(() => this.actions.dismissToast(id), ms),
      );
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#clearTimers();
  }

  #hold(held: boolean): void {
    this.#held = held;
    if (held) this.#clearTimers();
    else this.requestUpdate();
  }

  #clearTimers(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-toasts': SpyToasts;
  }
}
