import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { BinReadout, CursorState } from '#app/model';
import { cellFieldGroups, cellValue, uncomputedReason } from '#ui/cell-fields';
import { SpyElement, type Subscribable } from '#ui/element';
import { formatCount, formatSigned, formatValue, NONE } from '#ui/format';
import { icon } from '#ui/icons';
import { priceOfTick, timeOfReadout } from '#ui/readout-text';
import { SHARED } from '#ui/shared.css';
import { CELL_CARD_STYLES } from '#ui/cell-card.css';
import { flowStateName, TONE_MARK } from '#ui/signals';

/** Read-out of the cell under the cursor; pinned, it can be used: all fields, copy, close. */
@customElement('spy-cell-card')
export class SpyCellCard extends SpyElement {
  static override styles = [SHARED, CELL_CARD_STYLES];

  @property({ type: Boolean, reflect: true }) pinned = false;
  /** Part of a panel: always usable, no frame of its own. */
  @property({ type: Boolean, reflect: true }) flat = false;
  @state() private all = false;

  protected override watched(): readonly Subscribable[] {
    return [this.model.cursor, this.model.session, this.model.view];
  }

  override willUpdate(): void {
    const computed = this.model.cursor.value?.row !== undefined;
    this.toggleAttribute('wide', this.all && this.pinned && computed);
  }

  override render(): TemplateResult {
    const cursor = this.model.cursor.value;
    const readout = cursor && this.model.readout(cursor.bin);
    if (!cursor || !readout) return html`<p class="none">Tap a cell of the map to read its values.</p>`;
    const usable = this.pinned || this.flat;
    if (cursor.row === undefined) {
      return html`${this.#head(cursor, readout)}
        <p class="uncomputed">${uncomputedReason(readout)}</p>`;
    }
    return html`${this.#head(cursor, readout)}
      <div class="scroll" tabindex=${usable ? 0 : -1} role="group" aria-label="Values of the cell">
        ${this.#main(cursor, readout)}${this.all && usable ? this.#allFields(cursor, readout) : nothing}
      </div>
      <footer>
        ${
          usable
            ? html`<button class="btn quiet" aria-expanded=${this.all} @click=${() => (this.all = !this.all)}>
                  ${this.all ? 'Fewer fields' : 'All 42 fields'}
                </button>
                <button class="btn quiet" @click=${() => void this.#copy(cursor, readout)}>
                  ${icon('copy', 13)} Copy
                </button>`
            : html`<span class="hint">Click to keep this cell</span>`
        }
      </footer>`;
  }

  #head(cursor: CursorState, readout: BinReadout): TemplateResult {
    const { session, view } = this.model;
    const { time, zone } = timeOfReadout(session.value, readout, view.value.zone);
    const k = cellValue(readout, 'k', cursor.row);
    return html`<header>
        <span class="price mono">${priceOfTick(session.value.config, cursor.tick)}</span>
        <span class="k mono">${Number.isNaN(k) ? 'not computed' : `k ${formatSigned(k, 0)}`}</span>
        ${
          this.pinned && !this.flat
            ? html`<button
                class="btn icon quiet"
                aria-label="Let go of this cell"
                title="Let go (Esc)"
                @click=${this.#unpin}
              >
                ${icon('close', 13)}
              </button>`
            : nothing
        }
      </header>
      <p class="time mono">${time} ${zone} · bin ${formatCount(cursor.bin)}</p>`;
  }

  #main(cursor: CursorState, readout: BinReadout): TemplateResult {
    const value = (name: string): number => cellValue(readout, name, cursor.row);
    const row = (title: string, text: string, name = ''): TemplateResult =>
      html`<dt>${title}</dt>
        <dd class="mono ${name}">${text}</dd>`;
    const code = value('flow_state_code');
    const word = flowStateName(code);
    const shape = code > 0 ? TONE_MARK.up : code < 0 ? TONE_MARK.down : TONE_MARK.chop;
    return html`<dl>
      ${row('Bid depth', formatCount(value('bid_depth')))}
      ${row('Ask depth', formatCount(value('ask_depth')))}
      ${row('Pressure', formatValue(value('pressure_variant')))}
      ${row('Vacuum', formatValue(value('vacuum_variant')))}
      ${row('Composite', formatSigned(value('composite'), 3))}
      <dt>Flow score</dt>
      <dd class="mono flow ${word}">
        ${formatSigned(value('flow_score'), 3)}
        ${word === NONE ? nothing : html`<span>${shape} ${word}</span>`}
      </dd>
      ${row('Added', formatValue(value('add_mass')))} ${row('Pulled', formatValue(value('pull_mass')))}
      ${row('Filled', formatValue(value('fill_mass')))}
      ${row('Last event', formatCount(value('last_event_id')))}
    </dl>`;
  }

  #allFields(cursor: CursorState, readout: BinReadout): TemplateResult {
    const qtyUnit = this.model.session.value.config?.qty_unit;
    return html`<div class="all">
      ${cellFieldGroups(readout, cursor.row, qtyUnit).map(
        (group) =>
          html`<h3>${group.title}</h3>
            <dl>
              ${group.fields.map(
                (f) =>
                  html`<dt>${f.title}</dt>
                    <dd class="mono">${f.text}</dd>
                    <dd class="unit mono">${f.unit}</dd>`,
              )}
            </dl>`,
      )}
    </div>`;
  }

  #unpin(): void {
    this.dispatchEvent(new CustomEvent('spy-unpin'));
  }

  async #copy(cursor: CursorState, readout: BinReadout): Promise<void> {
    const { session } = this.model;
    const lines = cellFieldGroups(readout, cursor.row, undefined)
      .flatMap((g) => g.fields)
      .map((f) => `${f.name}\t${cellValue(readout, f.name, cursor.row)}`);
    const head = [
      `symbol\t${session.value.config?.symbol ?? ''}`,
      `bin\t${cursor.bin}`,
      `ts_ns\t${readout.tsNs}`,
      `price\t${priceOfTick(session.value.config, cursor.tick).replace('−', '-')}`,
    ];
    await navigator.clipboard.writeText([...head, ...lines].join('\n'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-cell-card': SpyCellCard;
  }
}
