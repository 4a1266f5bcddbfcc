import { css, html, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { Command } from '#app/commands';
import { chordKeys, isMac } from '#ui/command-ids';
import { SpyElement } from '#ui/element';
import { GLOSSARY } from '#ui/glossary';
import { icon } from '#ui/icons';
import { SHARED } from '#ui/shared.css';

const POINTER: readonly (readonly [string, string])[] = [
  ['Wheel', 'Zoom price about the pointer'],
  ['Shift + wheel', 'Zoom time'],
  ['Ctrl + wheel', 'Zoom both'],
  ['Drag', 'Move the picture; following ends'],
  ['Double click', 'Zoom 1 and follow'],
  ['Click', 'Keep the cell under the pointer'],
];

const TOUCH: readonly (readonly [string, string])[] = [
  ['Drag', 'Move the picture; following ends'],
  ['Pinch', 'Zoom price and time'],
  ['Tap', 'Keep the cell under the finger'],
];

/** All keys, printed from the command registry, all gestures, and the page's words. On a page as narrow as a phone touch comes first. */
@customElement('spy-help-dialog')
export class SpyHelpDialog extends SpyElement {
  static override styles = [
    SHARED,
    css`
      dialog {
        width: 880px;
      }
      header {
        position: sticky;
        top: 0;
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 14px 14px 10px 20px;
        background: var(--raised);
      }
      h2 {
        font-size: 16px;
        font-weight: 650;
      }
      .groups {
        columns: 3 220px;
        column-gap: 28px;
        padding: 0 20px 20px;
      }
      section {
        margin-bottom: 16px;
      }
      h3 {
        margin-bottom: 4px;
        padding-bottom: 4px;
        border-bottom: 1px solid var(--line);
        font-size: var(--size-xs);
        font-weight: 600;
        color: var(--text-3);
      }
      .row {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        gap: 12px;
        padding: 2px 0;
        break-inside: avoid;
        font-size: var(--size-s);
      }
      .row > span:first-child {
        color: var(--text-2);
      }
      .keys {
        display: flex;
        gap: 3px;
        flex: none;
      }
      .gesture {
        color: var(--text);
        white-space: nowrap;
      }
      .words {
        padding: 0 20px 20px;
      }
      .words dl {
        columns: 2 300px;
        column-gap: 28px;
        font-size: var(--size-s);
      }
      .words div {
        display: grid;
        grid-template-columns: minmax(0, 2fr) minmax(0, 5fr);
        gap: 12px;
        padding: 2px 0;
        break-inside: avoid;
      }
      .words dd {
        color: var(--text-2);
      }
      @media (max-width: 620px) {
        .groups {
          display: grid;
          columns: auto;
        }
        .touch {
          order: -1;
        }
        .mouse {
          order: 1;
        }
      }
    `,
  ];

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  show(): void {
    this.drawNow();
    this.dialog.showModal();
  }

  override render(): TemplateResult {
    const groups = [...new Set(this.commands.all().map((c) => c.group))];
    return html`<dialog class="scroll" aria-labelledby="title" closedby="any">
      <header>
        <h2 id="title">Keys, gestures and words</h2>
        <button class="btn icon quiet" aria-label="Close" @click=${() => this.dialog.close()}>
          ${icon('close')}
        </button>
      </header>
      <div class="groups">
        ${groups.map((group) => this.#group(group))} ${gestures('mouse', 'On the map', POINTER)}
        ${gestures('touch', 'On the map, by touch', TOUCH)}
      </div>
      <section class="words">
        <h3>Words</h3>
        <dl>
          ${GLOSSARY.map(
            ([word, meaning]) =>
              html`<div>
                <dt>${word}</dt>
                <dd>${meaning}</dd>
              </div>`,
          )}
        </dl>
      </section>
    </dialog>`;
  }

  #group(group: Command['group']): TemplateResult {
    const commands = this.commands.all().filter((c) => c.group === group && c.keys.length > 0);
    return html`<section>
      <h3>${group}</h3>
      ${commands.map(
        (c) =>
          html`<p class="row">
            <span>${c.title.replace(/…$/, '')}</span
            ><span class="keys"
              >${chordKeys(c.keys[0], isMac()).map((key) => html`<kbd class="kbd">${key}</kbd>`)}</span
            >
          </p>`,
      )}
    </section>`;
  }
}

function gestures(name: 'mouse' | 'touch', title: string, rows: typeof POINTER): TemplateResult {
  return html`<section class=${name}>
    <h3>${title}</h3>
    ${rows.map(
      ([gesture, what]) =>
        html`<p class="row"><span>${what}</span><span class="gesture">${gesture}</span></p>`,
    )}
  </section>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-help-dialog': SpyHelpDialog;
  }
}
