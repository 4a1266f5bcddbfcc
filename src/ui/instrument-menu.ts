import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { SessionState } from '#app/model';
import { horizonLabel, sortedHorizons } from '#render/projection';
import { COMMAND_IDS, withKey } from '#ui/command-ids';
import { SpyElement, type Subscribable, TEXT_HZ } from '#ui/element';
import { formatCount } from '#ui/format';
import { icon } from '#ui/icons';
import { placePopover } from '#ui/popover';
import { SHARED } from '#ui/shared.css';

/** Symbol of the opened capture; its popover holds the constants of the stream and the way to other instruments. */
@customElement('spy-instrument-menu')
export class SpyInstrumentMenu extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 8px;
        min-width: 0;
      }
      .symbol {
        padding: 0 6px 0 8px;
        font-size: 14px;
        font-weight: 650;
        gap: 4px;
      }
      .symbol svg {
        color: var(--text-3);
      }
      [popover] {
        width: 340px;
        padding: 14px 16px;
        overflow: auto;
      }
      h2 {
        font-size: var(--size-l);
        font-weight: 650;
      }
      h2 + p {
        color: var(--text-2);
        font-size: var(--size-s);
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 3px 16px;
        margin: 12px 0;
        font-size: var(--size-s);
      }
      dt {
        color: var(--text-3);
      }
      dd {
        text-align: right;
        overflow-wrap: anywhere;
      }
      .actions {
        display: flex;
        gap: 8px;
      }
      .actions .btn {
        flex: 1;
      }
      .note {
        margin: 0 0 12px;
        padding: 8px 10px;
        border-radius: var(--radius);
        background: var(--warn-soft);
        color: var(--warn);
        font-size: var(--size-s);
      }
      .synthetic b,
      .synthetic i {
        font-weight: inherit;
        font-style: normal;
      }
      @container (max-width: 520px) {
        .synthetic i {
          display: none;
        }
      }
    `,
  ];

  protected override readonly redrawHz = TEXT_HZ;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session];
  }

  override render(): TemplateResult {
    const session = this.model.session.value;
    const symbol = session.instrument?.symbol ?? session.config?.symbol ?? '…';
    return html`<button
        class="btn quiet symbol"
        popovertarget="details"
        title="Instrument and stream"
        aria-label=${`Instrument ${symbol}, details`}
      >
        ${symbol}${icon('down', 12)}
      </button>
      ${
        session.synthetic
          ? html`<span class="badge synthetic" title="Made by the simulator, not market data"
              ><b>SYN<i>THETIC</i></b></span
            >`
          : nothing
      }
      <div id="details" popover class="scroll" @beforetoggle=${placePopover}>
        ${this.#details(session, symbol)}
      </div>`;
  }

  #details(session: SessionState, symbol: string): TemplateResult {
    const { config, instruments } = session;
    const anomalies = Object.entries(session.anomalies);
    return html`<h2>${symbol}</h2>
      <p>${session.files.join(', ')}</p>
      <dl class="mono">
        ${
          config
            ? [
                row('Product', config.product_type),
                row('Tick size', String(config.tick_size)),
                row('Bucket', String(config.rel_tick_size)),
                row('Multiplier', `× ${config.contract_multiplier}`),
                row('Quantity', config.qty_unit),
                row('Bin', horizonLabel(1, config.cell_width_ms)),
                row('Rows', `${config.grid_rows} (± ${config.grid_radius_ticks} ticks)`),
                row(
                  'Horizons',
                  sortedHorizons(config.projection_horizons_bins)
                    .map((bins) => horizonLabel(bins, config.cell_width_ms))
                    .join(' '),
                ),
                row('Config', config.config_version),
              ]
            : nothing
        }
        ${session.serving ? row('Serving', session.serving) : nothing}
        ${session.instrument ? row('Records', formatCount(session.instrument.records)) : nothing}
        ${
          session.instrument
            ? row('Ids', `${session.instrument.publisherId} / ${session.instrument.instrumentId}`)
            : nothing
        }
        ${session.fingerprint ? row('Fingerprint', session.fingerprint.slice(0, 16)) : nothing}
        ${anomalies.map(([name, count]) => row(name.replaceAll('_', ' '), formatCount(count)))}
      </dl>
      ${
        session.synthetic
          ? html`<p class="note">
              Synthetic: this capture was made by the simulator. It is not market data.
            </p>`
          : nothing
      }
      <div class="actions">
        ${
          instruments.length > 1
            ? html`<button
                class="btn"
                title=${withKey('Choose an instrument', this.commands, COMMAND_IDS.instruments)}
                @click=${this.#choose}
              >
                ${icon('list')} ${formatCount(instruments.length)} instruments…
              </button>`
            : nothing
        }
        <button class="btn" @click=${() => this.actions.close()}>${icon('close')} Close capture</button>
      </div>`;
  }

  #choose(): void {
    this.renderRoot.querySelector<HTMLElement>('#details')?.hidePopover();
    this.commands.run(COMMAND_IDS.instruments);
  }
}

function row(title: string, value: string): TemplateResult {
  return html`<dt>${title}</dt>
    <dd>${value}</dd>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-instrument-menu': SpyInstrumentMenu;
  }
}
