import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { icon } from '#ui/icons';
import { onPopoverToggle } from '#ui/popover';
import { SHARED } from '#ui/shared.css';

/** The promise that data stays here, and why it can be believed. */
@customElement('spy-privacy-badge')
export class SpyPrivacyBadge extends LitElement {
  static override styles = [
    SHARED,
    css`
      .promise {
        display: inline-flex;
        align-items: center;
        gap: 7px;
        min-height: var(--hit);
        padding: 0 12px;
        border-radius: 20px;
        color: var(--text-2);
        font-size: var(--size-s);
        font-weight: 500;
      }
      .promise svg {
        color: var(--accent);
      }
      .promise u {
        text-decoration-color: var(--text-3);
        text-underline-offset: 3px;
      }
      [popover] {
        width: 380px;
        padding: 16px 18px;
        text-align: left;
        font-size: var(--size-s);
        color: var(--text-2);
        line-height: 1.45;
      }
      h2 {
        margin-bottom: 8px;
        font-size: 14px;
        font-weight: 650;
        color: var(--text);
      }
      li {
        display: grid;
        grid-template-columns: 14px 1fr;
        gap: 8px;
        padding: 4px 0;
      }
      li svg {
        margin-top: 2px;
        color: var(--accent);
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<button class="promise" popovertarget="why">
        ${icon('shield')} Nothing leaves this machine <u>why?</u>
      </button>
      <div id="why" popover @beforetoggle=${onPopoverToggle}>
        <h2>Nothing leaves this machine</h2>
        <ul>
          <li>
            ${icon('check', 13)}<span
              >Your file is read slice by slice by workers inside this tab. There is no upload.</span
            >
          </li>
          <li>
            ${icon('check', 13)}<span
              >The page's security policy lets it connect to its own address only: the browser itself refuses
              every other connection.</span
            >
          </li>
          <li>
            ${icon('check', 13)}<span
              >Fonts, samples and code come from the page's own address. It works on a computer without
              internet.</span
            >
          </li>
          <li>${icon('check', 13)}<span>No analytics, no cookies, no account.</span></li>
        </ul>
      </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-privacy-badge': SpyPrivacyBadge;
  }
}
