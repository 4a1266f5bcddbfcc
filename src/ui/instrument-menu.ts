import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { InstrumentChoice, SessionState } from '#app/model';
import { horizonLabel, sortedHorizons } from '#view/projection';
import { COMMAND_IDS, withKey } from '#ui/command-ids';
import { TEXT_HZ, type Subscribable } from '#ui/element';
import { formatCount } from '#ui/format';
import { icon } from '#ui/icons';
import { listInstruments, sameInstrument } from '#ui/instrument-list';
import { SpyMenu } from '#ui/menu-element';
import { SHARED } from '#ui/shared.css';

/** Instruments that the popover itself offers. */
const QUICK = 6;

/** Symbol of the opened capture; its popover holds the constants of the stream and the way to other instruments. */
@customElement('spy-instrument-menu')
export class SpyInstrumentMenu extends SpyMenu {
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
        font-family: var(--sans);
      }
      dd {
        text-align: right;
        overflow-wrap: anywhere;
      }
      .quick {
        display: grid;
        margin: 0 -8px 10px;
        padding-top: 8px;
        border-top: 1px solid var(--line);
      }
      .quick button {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: var(--hit);
        padding: 0 8px;
        border-radius: var(--radius);
        text-align: left;
      }
      .quick button:hover {
        background: var(--control);
      }
      .quick b {
        flex: 1;
        font-weight: 600;
      }
      .quick svg {
        color: var(--accent);
        visibility: hidden;
      }
      .quick [aria-checked='true'] svg {
        visibility: visible;
      }
      .quick .mono {
        min-width: 76px;
        color: var(--text-2);
        font-size: var(--size-s);
        text-align: right;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
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
      <div id="details" popover class="scroll" @beforetoggle=${this.onToggle}>
        ${this.opened ? this.#details(session, symbol) : nothing}
      </div>`;
  }

  #details(session: SessionState, symbol: string): TemplateResult {
    const { config, instruments } = session;
    const { start } = this.model.openSettings.value;
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
                row(
                  'Multiplier',
                  `${config.contract_multiplier} per point${session.multiplierAssumed ? ' (default, the capture does not tell)' : ''}`,
                ),
                row('Quantity', config.qty_unit),
                row('Bin', horizonLabel(1, config.cell_width_ms)),
                ...(start && !session.serving ? [row('Start', `${start.dt} ${start.time} New York`)] : []),
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
      ${instruments.length > 1 ? this.#quickList(session) : nothing}
      <div class="actions">
        ${
          instruments.length > QUICK
            ? html`<button
                class="btn"
                title=${withKey('Choose an instrument', this.commands, COMMAND_IDS.instruments)}
                @click=${this.#choose}
              >
                ${icon('list')} All ${formatCount(instruments.length)}…
              </button>`
            : nothing
        }
        <button
          class="btn"
          title=${withKey('Open again with other bins', this.commands, COMMAND_IDS.openSettings)}
          ?disabled=${session.serving !== undefined}
          @click=${this.#changeBins}
        >
          ${icon('clock')} Bins…
        </button>
        <button
          class="btn"
          title=${withKey('SHA-256 over all grid columns; equals that of spymaster grid --digest', this.commands, COMMAND_IDS.digest)}
          ?disabled=${!session.end}
          @click=${() => this.commands.run(COMMAND_IDS.digest)}
        >
          Copy grid digest
        </button>
        <button class="btn" @click=${() => this.actions.close()}>${icon('close')} Close capture</button>
      </div>`;
  }

  /** The busiest instruments at hand; the dialog lists all. */
  #quickList({ instruments, instrument }: SessionState): TemplateResult {
    const { shown } = listInstruments(instruments, '');
    return html`<div class="quick" role="menu" aria-label="Instruments" @keydown=${moveFocus}>
      ${shown.slice(0, QUICK).map((i) => {
        const current = sameInstrument(instrument, i);
        return html`<button
          role="menuitemradio"
          aria-checked=${current}
          tabindex=${current ? 0 : -1}
          @click=${() => this.#pick(i, current)}
        >
          ${icon('check', 13)}<b>${i.symbol}</b>
          ${i.isSpread ? html`<span class="badge">spread</span>` : nothing}
          <span class="mono">${formatCount(i.records)}</span>
        </button>`;
      })}
    </div>`;
  }

  #pick(choice: InstrumentChoice, current: boolean): void {
    this.renderRoot.querySelector<HTMLElement>('#details')?.hidePopover();
    if (!current) this.actions.chooseInstrument(choice);
  }

  #changeBins(): void {
    this.renderRoot.querySelector<HTMLElement>('#details')?.hidePopover();
    this.commands.run(COMMAND_IDS.openSettings);
  }

  #choose(): void {
    this.renderRoot.querySelector<HTMLElement>('#details')?.hidePopover();
    this.commands.run(COMMAND_IDS.instruments);
  }
}

/** Arrow keys walk through a menu and wrap around. */
function moveFocus(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
  const at = items.indexOf(event.target as HTMLButtonElement);
  items[(at + step + items.length) % items.length].focus();
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
