import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Warning } from '#app/model';
import { SpyElement, type Subscribable } from '#ui/element';
import { formatCount, formatOffset } from '#ui/format';
import { icon } from '#ui/icons';
import { onPopoverToggle } from '#ui/popover';
import { SHARED } from '#ui/shared.css';

/** Distinct warnings about the capture, with how often each occurred. */
@customElement('spy-warning-menu')
export class SpyWarningMenu extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
      }
      .btn {
        color: var(--warn);
        padding: 0 8px;
        gap: 5px;
      }
      [popover] {
        width: 420px;
        overflow: auto;
      }
      h2 {
        padding: 12px 16px 8px;
        font-size: var(--size-m);
        font-weight: 600;
      }
      li {
        display: grid;
        grid-template-columns: 16px 1fr auto;
        gap: 2px 10px;
        padding: 10px 12px 10px 16px;
        border-top: 1px solid var(--line);
      }
      li > svg {
        color: var(--warn);
        margin-top: 1px;
      }
      p {
        overflow-wrap: anywhere;
      }
      .tip {
        color: var(--text-2);
        font-size: var(--size-s);
      }
      .meta {
        color: var(--text-3);
        font-size: var(--size-xs);
      }
      .body {
        display: grid;
        gap: 3px;
      }
      li .btn {
        color: var(--text-2);
        align-self: start;
      }
      .old {
        padding: 8px 16px 12px;
        border-top: 1px solid var(--line);
        color: var(--text-3);
        font-size: var(--size-s);
      }
    `,
  ];

  protected override watched(): readonly Subscribable[] {
    return [this.model.warnings, this.model.unlistedWarnings];
  }

  override render(): TemplateResult | typeof nothing {
    const all = this.model.warnings.value;
    if (all.length === 0) return nothing;
    const open = all.filter((w) => !w.dismissed);
    const unlisted = this.model.unlistedWarnings.value;
    const more = unlisted > 0 ? `+${formatCount(unlisted)} more` : '';
    const label = `${open.length} ${open.length === 1 ? 'warning' : 'warnings'} ${more}`.trim();
    return html`<button class="btn quiet mono" popovertarget="warnings" title=${label} aria-label=${label}>
        ${icon('warning')}${open.length}${more && '+'}
      </button>
      <div id="warnings" popover class="scroll" @beforetoggle=${onPopoverToggle}>
        <h2>Warnings about this capture</h2>
        <ul>
          ${open.map((w) => this.#warning(w))}
        </ul>
        ${more ? html`<p class="old">${more}, not listed</p>` : nothing}
        ${
          open.length < all.length
            ? html`<p class="old">${all.length - open.length} dismissed</p>`
            : open.length === 0
              ? html`<p class="old">None</p>`
              : nothing
        }
      </div>`;
  }

  #warning({ problem, count }: Warning): TemplateResult {
    return html`<li>
      ${icon('warning')}
      <div class="body">
        <p>${problem.message}</p>
        ${problem.tip ? html`<p class="tip">${problem.tip}</p>` : nothing}
        <p class="meta mono">
          ${problem.code}${count > 1 ? ` · ${formatCount(count)} times` : ''}${
            problem.offset === undefined ? '' : ` · byte ${formatOffset(problem.offset)}`
          }
        </p>
      </div>
      <button
        class="btn icon quiet"
        aria-label=${`Dismiss: ${problem.message}`}
        title="Dismiss"
        @click=${() => this.actions.dismissWarning(problem)}
      >
        ${icon('close', 14)}
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-warning-menu': SpyWarningMenu;
  }
}
