import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { SpyElement, type Subscribable } from '#ui/element';
import { icon } from '#ui/icons';
import { SHARED } from '#ui/shared.css';

/** Why the page's address was refused (vacuum-pressure.md section 22.7). */
@customElement('spy-address-banner')
export class SpyAddressBanner extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        flex: none;
      }
      div {
        display: flex;
        align-items: center;
        gap: 4px 12px;
        flex-wrap: wrap;
        padding: 8px 14px;
        background: var(--banner);
        color: var(--banner-text);
      }
      p {
        flex: 1;
        min-width: 260px;
      }
      .code {
        font-size: var(--size-xs);
      }
      a {
        color: #fff;
        font-weight: 500;
      }
    `,
  ];

  protected override watched(): readonly Subscribable[] {
    return [this.model.addressProblem];
  }

  override render(): TemplateResult | typeof nothing {
    const problem = this.model.addressProblem.value;
    if (!problem) return nothing;
    return html`<div role="alert">
      ${icon('error')}
      <p>
        <strong>${problem.message}</strong> ${problem.tip ?? ''}
        <span class="code mono">${problem.code}</span>
      </p>
      <a href="./">Open without parameters</a>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-address-banner': SpyAddressBanner;
  }
}
