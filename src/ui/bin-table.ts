import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { BinReadout } from '#app/model';
import { worldY } from '#view/camera';
import { cellValue } from '#ui/cell-fields';
import { SpyElement, type Subscribable } from '#ui/element';
import { formatCount, formatSigned, formatValue } from '#ui/format';
import { icon } from '#ui/icons';
import type { MapPort } from '#ui/map-port';
import { priceOfTick, timeOfReadout } from '#ui/readout-text';
import { SHARED } from '#ui/shared.css';
import { flowStateName } from '#ui/signals';

const REDRAW_HZ = 4;

/** The rows of the bin at the playhead that the map shows, as a table. */
@customElement('spy-bin-table')
export class SpyBinTable extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: flex;
        flex-direction: column;
        background: var(--panel);
        font-size: var(--size-s);
      }
      header {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 6px 8px 6px 14px;
        border-bottom: 1px solid var(--line);
      }
      h2 {
        flex: 1;
        font-size: var(--size-m);
        font-weight: 600;
      }
      h2 span {
        color: var(--text-2);
        font-weight: 400;
      }
      .scroll {
        flex: 1;
      }
      .scroll:focus-visible {
        outline-offset: -2px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 2px 12px;
        text-align: right;
        white-space: nowrap;
      }
      thead th {
        position: sticky;
        top: 0;
        padding: 6px 12px;
        background: var(--panel);
        box-shadow: 0 1px 0 var(--line);
        color: var(--text-3);
        font-weight: 500;
        font-size: var(--size-xs);
      }
      tbody th {
        font-weight: 600;
      }
      tbody tr:nth-child(even) {
        background: color-mix(in srgb, var(--control) 35%, transparent);
      }
      tr.spot th,
      tr.spot td {
        background: var(--accent-soft);
        color: var(--accent);
      }
      .pressure {
        color: var(--bull-text);
      }
      .vacuum {
        color: var(--bear-text);
      }
      .zero {
        color: var(--text-3);
      }
    `,
  ];

  @property({ attribute: false }) map!: MapPort;
  @query('.scroll') private readonly scroller!: HTMLElement;

  protected override readonly redrawHz = REDRAW_HZ;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.player, this.model.view, this.map.frame];
  }

  /** Takes the focus with the spot row in the middle. */
  override focus(): void {
    this.scroller.focus();
    this.scroller.querySelector('.spot')?.scrollIntoView({ block: 'center' });
  }

  override render(): TemplateResult {
    const { playhead } = this.model.player.value;
    const readout = this.model.readout(playhead);
    const session = this.model.session.value;
    const when = readout && timeOfReadout(session, readout, this.model.view.value.zone);
    return html`<header>
        <h2>
          Bin ${formatCount(playhead)}
          ${when ? html`<span class="mono">${when.time} ${when.zone}</span>` : nothing}
        </h2>
        <button
          class="btn icon quiet"
          aria-label="Close the table"
          @click=${() => this.dispatchEvent(new CustomEvent('spy-close'))}
        >
          ${icon('close')}
        </button>
      </header>
      <div class="scroll" tabindex="0" role="region" aria-label="Rows of the current bin">
        <table class="mono">
          <caption class="hidden">
            Rows of the bin at the playhead that are in view, highest price first
          </caption>
          <thead>
            <tr>
              <th scope="col">Price</th>
              <th scope="col">k</th>
              <th scope="col">Bid depth</th>
              <th scope="col">Ask depth</th>
              <th scope="col">Pressure</th>
              <th scope="col">Vacuum</th>
              <th scope="col">Composite</th>
              <th scope="col">Flow</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            ${readout ? this.#rowsInView(readout).map((row) => this.#row(readout, row)) : nothing}
          </tbody>
        </table>
      </div>`;
  }

  /** Rows inside the map's vertical viewport, highest price first; all of them before the first frame. */
  #rowsInView(readout: BinReadout): number[] {
    const frame = this.map.frame.value;
    const all = Array.from({ length: readout.rows }, (_, i) => readout.rows - 1 - i);
    if (!frame || Number.isNaN(readout.spotTick)) return all;
    const top = worldY(frame.camera, frame.viewport, 0);
    const bottom = worldY(frame.camera, frame.viewport, frame.viewport.height);
    const first = readout.spotTick - (readout.rows - 1) / 2;
    return all.filter((row) => first + row >= bottom - 0.5 && first + row <= top + 0.5);
  }

  #row(readout: BinReadout, row: number): TemplateResult {
    const value = (name: string): number => cellValue(readout, name, row);
    const k = value('k');
    const state = flowStateName(value('flow_state_code'));
    const price = priceOfTick(this.model.session.value.config, readout.spotTick + k);
    const depth = (name: string): TemplateResult =>
      html`<td class=${value(name) === 0 ? 'zero' : ''}>${formatCount(value(name))}</td>`;
    return html`<tr class=${k === 0 ? 'spot' : ''}>
      <th scope="row">${price}</th>
      <td>${formatSigned(k, 0)}</td>
      ${depth('bid_depth')} ${depth('ask_depth')}
      <td>${formatValue(value('pressure_variant'))}</td>
      <td>${formatValue(value('vacuum_variant'))}</td>
      <td>${formatSigned(value('composite'), 3)}</td>
      <td>${formatSigned(value('flow_score'), 3)}</td>
      <td class=${state}>${state}</td>
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-bin-table': SpyBinTable;
  }
  interface HTMLElementEventMap {
    /** A part of the page asks to be closed. */
    'spy-close': CustomEvent<undefined>;
  }
}
