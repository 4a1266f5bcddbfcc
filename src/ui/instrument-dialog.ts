import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { InstrumentChoice } from '#app/model';
import { cssVars } from '#ui/css-vars';
import { SpyElement } from '#ui/element';
import { formatCount } from '#ui/format';
import { icon } from '#ui/icons';
import { listInstruments, sameInstrument } from '#ui/instrument-list';
import { SHARED } from '#ui/shared.css';

/** Which of the capture's instruments to show. */
@customElement('spy-instrument-dialog')
export class SpyInstrumentDialog extends SpyElement {
  static override styles = [
    SHARED,
    css`
      dialog {
        width: 560px;
        overflow: hidden;
      }
      form {
        display: flex;
        flex-direction: column;
        max-height: min(640px, calc(100dvh - 24px));
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 14px 14px 4px 20px;
      }
      h2 {
        font-size: 16px;
        font-weight: 650;
      }
      .about {
        padding: 0 20px;
        color: var(--text-2);
        font-size: var(--size-s);
      }
      input[type='search'] {
        height: 36px;
        margin: 10px 20px;
        padding: 0 12px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--ground);
      }
      fieldset {
        flex: 1;
        padding: 0 12px;
      }
      label {
        position: relative;
        display: grid;
        grid-template-columns: 16px minmax(80px, 1.4fr) auto 80px 96px;
        align-items: center;
        gap: 10px;
        min-height: 34px;
        padding: 0 10px;
        border-radius: var(--radius);
        cursor: pointer;
      }
      label:hover {
        background: var(--control);
      }
      label:has(:checked) {
        background: var(--accent-soft);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--focus);
        outline-offset: -2px;
      }
      label svg {
        color: var(--accent);
        visibility: hidden;
      }
      label:has(:checked) svg {
        visibility: visible;
      }
      .symbol {
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .symbol small {
        margin-left: 6px;
        color: var(--text-3);
        font-weight: 400;
      }
      .share {
        height: 4px;
        border-radius: 2px;
        background: linear-gradient(90deg, var(--text-2) calc(var(--share) * 100%), var(--control) 0);
      }
      .records {
        text-align: right;
        font-size: var(--size-s);
      }
      .more {
        padding: 8px 10px;
        color: var(--text-3);
        font-size: var(--size-s);
      }
      footer {
        display: flex;
        justify-content: flex-end;
        gap: 8px;
        padding: 12px 20px 16px;
        border-top: 1px solid var(--line);
      }
      @media (max-width: 520px) {
        label {
          grid-template-columns: 16px 1fr auto 84px;
        }
        .share,
        .symbol small {
          display: none;
        }
      }
    `,
  ];

  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('input[type="search"]') private readonly search!: HTMLInputElement;
  @state() private filter = '';
  @state() private chosen: InstrumentChoice | undefined;

  show(): void {
    this.filter = '';
    this.chosen = this.model.session.value.instrument;
    this.drawNow();
    this.search.value = '';
    if (!this.dialog.open) this.dialog.showModal();
    this.renderRoot.querySelector<HTMLInputElement>('input:checked, input[type="radio"]')?.focus();
  }

  override render(): TemplateResult {
    const { instruments, instrument } = this.model.session.value;
    const { shown, more } = listInstruments(instruments, this.filter);
    const most = Math.max(1, ...instruments.map((i) => i.records));
    return html`<dialog aria-labelledby="title" closedby="any">
      <form method="dialog" @submit=${this.#choose}>
        <header>
          <h2 id="title">Choose an instrument</h2>
          <button type="button" class="btn icon quiet" aria-label="Close" @click=${() => this.dialog.close()}>
            ${icon('close')}
          </button>
        </header>
        <p class="about">
          ${formatCount(instruments.length)} in this capture. Records are counted as far as it was read.
        </p>
        <input
          type="search"
          aria-label="Filter by symbol or id"
          placeholder="Filter by symbol or id"
          autocomplete="off"
          spellcheck="false"
          @input=${() => (this.filter = this.search.value)}
        />
        <fieldset class="scroll" aria-label="Instruments">
          ${shown.map((i) => this.#row(i, i.records / most))}
          ${more > 0 ? html`<p class="more">${formatCount(more)} more: narrow the filter.</p>` : nothing}
          ${shown.length === 0 ? html`<p class="more">No instrument matches.</p>` : nothing}
        </fieldset>
        <footer>
          <button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button>
          <button class="btn primary" ?disabled=${!this.chosen || sameInstrument(instrument, this.chosen)}>
            Show ${this.chosen?.symbol ?? ''}
          </button>
        </footer>
      </form>
    </dialog>`;
  }

  #row(choice: InstrumentChoice, share: number): TemplateResult {
    return html`<label @dblclick=${() => this.#submit(choice)}>
      <input
        class="cover"
        type="radio"
        name="instrument"
        .checked=${sameInstrument(this.chosen, choice)}
        @change=${() => (this.chosen = choice)}
      />
      ${icon('check', 14)}
      <span class="symbol">${choice.symbol}<small class="mono">${choice.instrumentId}</small></span>
      ${choice.isSpread ? html`<span class="badge">spread</span>` : html`<span></span>`}
      <span class="share" ${cssVars({ '--share': String(share) })}></span>
      <span class="records mono">${formatCount(choice.records)}</span>
    </label>`;
  }

  #submit(choice: InstrumentChoice): void {
    this.chosen = choice;
    this.dialog.close();
    this.#choose();
  }

  #choose(): void {
    const { instrument } = this.model.session.value;
    if (this.chosen && !sameInstrument(instrument, this.chosen)) this.actions.chooseInstrument(this.chosen);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-instrument-dialog': SpyInstrumentDialog;
  }
}
