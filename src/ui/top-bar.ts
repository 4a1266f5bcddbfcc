import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { BinReadout } from '#app/model';
import { SPEEDS } from '#app/player';
import { COMMAND_IDS, withKey } from '#ui/command-ids';
import { SpyElement, type Subscribable, TEXT_HZ } from '#ui/element';
import { requestPart } from '#ui/events';
import { formatCount, formatMid, formatSpeed, NONE } from '#ui/format';
import { showsWelcome } from '#ui/layout';
import { icon, type IconName } from '#ui/icons';
import { timeOfReadout } from '#ui/readout-text';
import { formatHeaderClock, ianaZone, zoneName } from '#ui/zone-time';
import { FACT_STYLES } from '#ui/fact.css';
import { SHARED } from '#ui/shared.css';
import { TOP_BAR_STYLES } from '#ui/top-bar.css';
import type { ResolvedTheme } from '#ui/tokens.css';
import '#ui/instrument-menu';
import '#ui/layer-menu';
import '#ui/more-menu';
import '#ui/palette-menu';
import '#ui/warning-menu';

const THEME_ICONS: Record<'dark' | 'light' | 'system', IconName> = {
  dark: 'moon',
  light: 'sun',
  system: 'half-moon',
};

/** Title, instrument, the facts of the bin at the playhead, playback, layers and tools. */
@customElement('spy-top-bar')
export class SpyTopBar extends SpyElement {
  static override styles = [SHARED, FACT_STYLES, TOP_BAR_STYLES];

  @property({ attribute: false }) theme: ResolvedTheme = 'dark';

  protected override readonly redrawHz = TEXT_HZ;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.player, this.model.view, this.model.warnings];
  }

  override render(): TemplateResult {
    const open = !showsWelcome(this.model.session.value);
    return html`<header>
      <div class="brand"><img src="./favicon.svg" alt="" width="22" height="22" /><span>Spymaster</span></div>
      ${
        open
          ? html`<spy-instrument-menu
                .model=${this.model}
                .actions=${this.actions}
                .commands=${this.commands}
              ></spy-instrument-menu>
              ${this.#facts()} ${this.#transport()} <span class="rule"></span>
              <spy-layer-menu
                .model=${this.model}
                .actions=${this.actions}
                .commands=${this.commands}
              ></spy-layer-menu>
              <spy-palette-menu
                class="tool"
                .model=${this.model}
                .actions=${this.actions}
                .commands=${this.commands}
                .theme=${this.theme}
              ></spy-palette-menu>`
          : html`<span class="space"></span>`
      }
      ${this.#tools(open)}
    </header>`;
  }

  #facts(): TemplateResult {
    const { model } = this;
    const { config, multiplierAssumed } = model.session.value;
    const { playhead } = model.player.value;
    const readout = model.readout(playhead);
    const zone = ianaZone(model.view.value.zone);
    const spot =
      readout && readout.midPrice !== 0 ? formatMid(readout.midPrice, config?.price_decimals ?? 2) : NONE;
    return html`<dl>
      <div
        class="fact spot"
        title="Middle between best bid and best ask; the line on the map is the nearest tick"
      >
        <dt>Spot</dt>
        <dd class="mono">${spot}</dd>
      </div>
      <div class="fact time" title=${this.#timeTitle(readout)}>
        <dt>Time</dt>
        <dd class="mono">
          ${
            readout
              ? html`${formatHeaderClock(readout.tsNs, zone)}
                  <button
                    title=${withKey('Change the time zone', this.commands, COMMAND_IDS.zone)}
                    aria-label=${`Time zone ${zoneName(readout.tsNs, zone)}, change`}
                    @click=${() => this.commands.run(COMMAND_IDS.zone)}
                  >
                    ${zoneName(readout.tsNs, zone)}
                  </button>`
              : NONE
          }
        </dd>
      </div>
      <div class="fact count" title="Bins up to the playhead">
        <dt>Window</dt>
        <dd class="mono">${readout ? formatCount(playhead + 1) : NONE}</dd>
      </div>
      <div class="fact count" title="Records processed up to the playhead">
        <dt>WinID</dt>
        <dd class="mono">${readout ? formatCount(readout.eventId) : NONE}</dd>
      </div>
      <div class="fact" title="Hash of the runtime configuration">
        <dt>Config</dt>
        <dd class="mono">${config?.config_version ?? NONE}</dd>
      </div>
      ${
        config
          ? html`<div class="fact">
                <dt>Product</dt>
                <dd class="mono">${config.product_type}</dd>
              </div>
              <div class="fact" title="Tick size and bucket">
                <dt>Tick / bucket</dt>
                <dd class="mono">${config.tick_size} / ${config.rel_tick_size}</dd>
              </div>
              <div
                class="fact"
                title="Contract multiplier: money value of a price move of 1${
                  multiplierAssumed ? '; the capture does not tell it, so the default is used' : ''
                }"
              >
                <dt>Multiplier</dt>
                <dd class="mono">${config.contract_multiplier}${multiplierAssumed ? ' default' : ''}</dd>
              </div>`
          : nothing
      }
    </dl>`;
  }

  /** The header's clock is of 12 hours, all others of 24: the title has the time as they show it. */
  #timeTitle(readout: BinReadout | undefined): string {
    if (!readout) return 'End of the bin at the playhead';
    const { time, zone } = timeOfReadout(this.model.session.value, readout, this.model.view.value.zone);
    return `End of the bin at the playhead: ${time} ${zone}`;
  }

  #transport(): TemplateResult {
    const { playing, speed } = this.model.player.value;
    const disabled = this.model.session.value.bins === 0;
    return html`<div class="transport" role="group" aria-label="Playback">
      ${this.#command('restart', 'Play from the start', COMMAND_IDS.restart, disabled, 'minor')}
      ${this.#command('step-back', 'One bin back', COMMAND_IDS.stepBack, disabled, 'minor')}
      ${this.#command(playing ? 'pause' : 'play', playing ? 'Pause' : 'Play', COMMAND_IDS.togglePlay, disabled, 'main')}
      ${this.#command('step-forward', 'One bin forward', COMMAND_IDS.stepForward, disabled, 'minor')}
      <select
        class="mono"
        aria-label="Playback speed"
        title="Market seconds per second"
        ?disabled=${disabled}
        @change=${this.#onSpeed}
      >
        ${SPEEDS.map((s) => html`<option value=${String(s)} ?selected=${s === speed}>${formatSpeed(s)}</option>`)}
      </select>
      <span class="state" ?data-running=${playing} role="status"
        ><i></i>${playing ? 'RUNNING' : 'PAUSED'}</span
      >
    </div>`;
  }

  #tools(open: boolean): TemplateResult {
    const theme = this.model.view.value.theme;
    return html`
      <spy-warning-menu
        .model=${this.model}
        .actions=${this.actions}
        .commands=${this.commands}
      ></spy-warning-menu>
      ${open ? this.#command('table', 'Table of the current bin', COMMAND_IDS.table, false, 'tool') : nothing}
      ${this.#command(THEME_ICONS[theme], `Theme: ${theme}`, COMMAND_IDS.theme, false, open ? 'tool' : '')}
      ${this.#command('help', 'Keyboard help', COMMAND_IDS.help, false, open ? 'tool' : '')}
      ${
        open
          ? html`<button
                class="btn tool"
                title=${withKey('Open a capture', this.commands, COMMAND_IDS.open)}
                @click=${() => requestPart(this, 'open')}
              >
                ${icon('open')} Open
              </button>
              <spy-more-menu
                .model=${this.model}
                .actions=${this.actions}
                .commands=${this.commands}
              ></spy-more-menu>`
          : nothing
      }
    `;
  }

  #command(name: IconName, label: string, id: string, disabled: boolean, cls: string): TemplateResult {
    return html`<button
      class="btn icon quiet ${cls}"
      aria-label=${label}
      title=${withKey(label, this.commands, id)}
      ?disabled=${disabled}
      @click=${() => this.commands.run(id)}
    >
      ${icon(name)}
    </button>`;
  }

  #onSpeed(event: Event): void {
    this.actions.setSpeed(Number((event.target as HTMLSelectElement).value));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-top-bar': SpyTopBar;
  }
}
