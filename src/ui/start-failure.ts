import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Problem } from '#base/problem';
import { SHARED } from '#ui/shared.css';
import { adoptTokens } from '#ui/tokens.css';

/** Stands in place of the page when it could not be built. Needs nothing that may have failed. */
@customElement('spy-start-failure')
export class SpyStartFailure extends LitElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: grid;
        place-items: center;
        min-height: 100dvh;
        padding: 24px;
        background: var(--ground);
      }
      .panel {
        display: grid;
        gap: 8px;
        max-width: 60ch;
        padding: 20px 24px;
        border: 1px solid var(--line-strong);
        border-radius: 12px;
        background: var(--error-soft);
        overflow-wrap: anywhere;
      }
      h1 {
        font-size: var(--size-m);
        font-weight: 600;
        color: var(--text);
      }
      p {
        color: var(--text-2);
      }
      .code {
        font-size: var(--size-xs);
      }
      button {
        justify-self: start;
        margin-top: 8px;
      }
    `,
  ];

  @property({ attribute: false }) problem!: Problem;

  override connectedCallback(): void {
    super.connectedCallback();
    adoptTokens();
  }

  override render(): TemplateResult {
    const { message, tip, code } = this.problem;
    return html`<div class="panel" role="alert">
      <h1>Spymaster could not start</h1>
      <p>${message}</p>
      ${tip ? html`<p>${tip}</p>` : nothing}
      <p class="code mono">${code}</p>
      <button class="btn" @click=${() => location.reload()}>Try again</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-start-failure': SpyStartFailure;
  }
}
