import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { SPEEDS } from '#app/player';
import { COMMAND_IDS, withKey } from '#ui/command-ids';
import { SpyElement, type Subscribable, TEXT_HZ } from '#ui/element';
import { requestPart } from '#ui/events';
import { formatCount, formatPrice, formatSpeed, NONE } from '#ui/format';
import { showsWelcome } from '#ui/layout';
import { icon, type IconName } from '#ui/icons';
import { formatClock12, ianaZone, zoneName } from '#ui/zone-time';
import { SHARED } from '#ui/shared.css';
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
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        container-type: inline-size;
        height: var(--top-bar);
        background: var(--panel);
        border-bottom: 1px solid var(--line);
        flex: none;
      }
      header {
        display: flex;
        align-items: center;
        gap: 4px;
        height: 100%;
        padding: 0 8px 0 12px;
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-right: 10px;
        font-size: 13.5px;
        font-weight: 650;
        letter-spacing: -0.01em;
      }
      .brand svg {
        width: 20px;
        height: 20px;
      }
      .rule {
        width: 1px;
        height: 20px;
        margin: 0 6px;
        background: var(--line-strong);
        flex: none;
      }
      .space {
        flex: 1;
        min-width: 4px;
      }
      /* What does not fit wraps to a line that is cut off: the facts stand in order of importance. */
      dl {
        display: flex;
        flex: 1 1 0;
        flex-wrap: wrap;
        gap: 0 18px;
        height: 100%;
        min-width: 0;
        margin: 0 8px;
        overflow: hidden;
      }
      .fact {
        display: flex;
        flex-direction: column;
        justify-content: center;
        height: 100%;
        white-space: nowrap;
      }
      dt {
        font-size: 10px;
        line-height: 12px;
        color: var(--text-3);
      }
      dd {
        font-size: var(--size-m);
        line-height: 16px;
      }
      .spot dd {
        color: var(--accent);
        font-size: 15px;
        font-weight: 600;
      }
      .time button {
        color: var(--text-2);
        font-size: 11px;
        border-bottom: 1px dotted var(--text-3);
        line-height: 14px;
      }
      .transport {
        display: flex;
        align-items: center;
        gap: 2px;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        width: 84px;
        margin: 0 4px 0 8px;
        font-size: var(--size-xs);
        font-weight: 650;
        letter-spacing: 0.05em;
        color: var(--warn);
      }
      .state[data-running] {
        color: var(--running);
      }
      .state i {
        width: 8px;
        height: 8px;
        background: linear-gradient(90deg, currentColor 36%, transparent 36% 64%, currentColor 64%);
      }
      .state[data-running] i {
        background: currentColor;
        clip-path: polygon(0 0, 100% 50%, 0 100%);
      }
      select {
        appearance: none;
        height: var(--hit);
        width: 62px;
        padding: 0 8px;
        border: 0;
        border-radius: var(--radius);
        background: transparent;
        color: var(--text-2);
        font-size: var(--size-s);
        text-align: center;
        cursor: pointer;
      }
      select:hover {
        background: var(--control-hover);
        color: var(--text);
      }
      option {
        background: var(--raised);
        color: var(--text);
      }
      spy-more-menu {
        display: none;
      }
      @container (max-width: 1020px) {
        .brand span,
        .rule.first,
        .tool,
        .transport .minor,
        .state {
          display: none;
        }
        spy-more-menu {
          display: block;
        }
      }
      @container (max-width: 760px) {
        .brand,
        header {
          margin: 0;
          padding-right: 4px;
        }
        spy-layer-menu,
        select,
        .rule {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) theme: ResolvedTheme = 'dark';

  protected override readonly redrawHz = TEXT_HZ;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.player, this.model.view, this.model.warnings];
  }

  override render(): TemplateResult {
    const open = !showsWelcome(this.model.session.value);
    return html`<header>
      <div class="brand">${mark()}<span>Spymaster</span></div>
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
    const { config } = model.session.value;
    const { playhead } = model.player.value;
    const readout = model.readout(playhead);
    const zone = ianaZone(model.view.value.zone);
    const spot =
      readout && readout.midPrice !== 0 ? formatPrice(readout.midPrice, config?.price_decimals ?? 2) : NONE;
    return html`<dl>
      <div class="fact spot">
        <dt>Spot</dt>
        <dd class="mono">${spot}</dd>
      </div>
      <div class="fact time">
        <dt>Time</dt>
        <dd class="mono">
          ${
            readout
              ? html`${formatClock12(readout.tsNs, zone)}
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
      <div class="fact" title="Bins up to the playhead">
        <dt>Window</dt>
        <dd class="mono">${readout ? formatCount(playhead + 1) : NONE}</dd>
      </div>
      <div class="fact" title="Records processed up to the playhead">
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
              <div class="fact">
                <dt>Mult.</dt>
                <dd class="mono">×${config.contract_multiplier}</dd>
              </div>`
          : nothing
      }
    </dl>`;
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

/** The eye made of a book's depth bars. */
export function mark(): TemplateResult {
  return html`<svg viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#0a0a0f"></rect>
    <g fill="#cc2255">
      <rect x="11" y="6" width="10" height="2.6" rx="1"></rect>
      <rect x="7" y="10.4" width="18" height="2.6" rx="1"></rect>
    </g>
    <g fill="#00ffcc">
      <rect x="4" y="14.8" width="7" height="2.6" rx="1"></rect>
      <circle cx="16" cy="16.1" r="3.1"></circle>
      <rect x="21" y="14.8" width="7" height="2.6" rx="1"></rect>
    </g>
    <g fill="#22cc66">
      <rect x="7" y="19.2" width="18" height="2.6" rx="1"></rect>
      <rect x="11" y="23.6" width="10" height="2.6" rx="1"></rect>
    </g>
  </svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-top-bar': SpyTopBar;
  }
}
