import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { COMMAND_IDS, withKey } from '#ui/command-ids';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable } from '#ui/element';
import { formatBytes, formatCount } from '#ui/format';
import { icon } from '#ui/icons';
import { placePopover } from '#ui/popover';
import { binAtShare, binShare, scrubberScale, type ScrubberScale } from '#ui/scrubber-scale';
import { SHARED } from '#ui/shared.css';
import { formatClock24, ianaZone, zoneName } from '#ui/zone-time';

const BUDGETS_BYTES = [28, 29, 30, 31, 32].map((power) => 2 ** power);
const REDRAW_HZ = 30;

/** The session as a time line: what is loaded, the playhead, follow, and the memory in use. */
@customElement('spy-scrubber')
export class SpyScrubber extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        container-type: inline-size;
        height: var(--scrubber);
        border-top: 1px solid var(--line);
        background: var(--panel);
        flex: none;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 12px;
        height: 100%;
        padding: 0 10px 0 8px;
        font-size: var(--size-xs);
        color: var(--text-2);
      }
      .btn {
        min-height: calc(var(--scrubber) - 10px);
        padding: 0 8px;
        font-size: var(--size-xs);
        font-weight: 600;
      }
      .line {
        position: relative;
        flex: 1;
        height: 100%;
        min-width: 80px;
      }
      .track {
        position: absolute;
        inset: calc(50% - 3px) 0 auto;
        height: 6px;
        border-radius: 3px;
        overflow: hidden;
        background: repeating-linear-gradient(115deg, var(--control) 0 5px, var(--line-strong) 5px 6px);
      }
      .track::before,
      .track::after {
        content: '';
        position: absolute;
        inset: 0 auto 0 0;
        width: calc(var(--loaded) * 100%);
        background: var(--line-strong);
      }
      .track::after {
        width: calc(var(--at) * 100%);
        background: color-mix(in srgb, var(--accent-fill) 55%, var(--line-strong));
      }
      .head {
        position: absolute;
        left: calc(var(--at) * 100%);
        top: calc(50% - 8px);
        width: 4px;
        height: 16px;
        margin-left: -2px;
        border-radius: 2px;
        background: var(--accent);
        box-shadow: 0 0 0 2px var(--panel);
      }
      input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        margin: 0;
        opacity: 0;
        cursor: pointer;
        touch-action: none;
      }
      input:disabled {
        cursor: default;
      }
      .line:has(:focus-visible) {
        outline: 2px solid var(--focus);
        border-radius: var(--radius-s);
      }
      .tip {
        position: absolute;
        bottom: calc(50% + 12px);
        left: calc(var(--tip) * 100%);
        transform: translateX(-50%);
        padding: 2px 7px;
        border-radius: var(--radius-s);
        background: var(--text);
        color: var(--ground);
        line-height: 15px;
        white-space: nowrap;
        pointer-events: none;
        z-index: 4;
      }
      .memory {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        color: var(--text-2);
        white-space: nowrap;
        min-height: calc(var(--scrubber) - 10px);
        padding: 0 4px;
        border-radius: var(--radius-s);
      }
      .memory i {
        width: 40px;
        height: 4px;
        border-radius: 2px;
        background: linear-gradient(90deg, var(--text-2) calc(var(--share) * 100%), var(--line-strong) 0);
      }
      .memory[data-given] {
        color: var(--warn);
      }
      .memory[data-given] i {
        background: var(--warn);
      }
      [popover] {
        width: 300px;
        padding: 14px 16px;
        font-size: var(--size-s);
        color: var(--text-2);
      }
      [popover] h2 {
        margin-bottom: 4px;
        font-size: var(--size-m);
        color: var(--text);
      }
      [popover] p + p,
      [popover] label {
        margin-top: 8px;
      }
      .given {
        color: var(--warn);
      }
      label {
        display: flex;
        align-items: center;
        justify-content: space-between;
        color: var(--text);
      }
      select {
        height: 28px;
        padding: 0 8px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--control);
      }
      @container (max-width: 620px) {
        .memory span,
        .end,
        .start {
          display: none;
        }
        .memory i {
          width: 24px;
        }
      }
    `,
  ];

  @query('input') private readonly input!: HTMLInputElement;
  /** Share of the line under the pointer. */
  @state() private hover: number | undefined;

  protected override readonly redrawHz = REDRAW_HZ;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.player, this.model.memory, this.model.view];
  }

  override render(): TemplateResult {
    const { bins, progress, phase } = this.model.session.value;
    const { playhead, follow } = this.model.player.value;
    const scale = scrubberScale(bins, phase === 'loading' ? progress?.fraction : undefined);
    const at = playhead < 0 ? 0 : binShare(scale, playhead);
    return html`<div class="bar">
      <button
        class="btn quiet"
        aria-pressed=${follow}
        title=${withKey('Keep the playhead and the spot in view', this.commands, COMMAND_IDS.follow)}
        @click=${() => this.actions.setFollow(!follow)}
      >
        ${icon('follow', 14)} Follow
      </button>
      <span class="start mono">${this.#clock(0, bins)}</span>
      <div class="line" ${cssVars({ '--at': String(at), '--loaded': String(scale.loaded) })}>
        <div class="track"></div>
        ${bins > 0 ? html`<div class="head"></div>` : nothing}
        <input
          type="range"
          min="0"
          max=${scale.totalBins - 1}
          step="1"
          .value=${String(Math.max(0, playhead))}
          ?disabled=${bins === 0}
          aria-label="Session time"
          aria-valuetext=${this.#clock(playhead, bins)}
          @input=${() => this.#seek(bins)}
          @pointermove=${this.#onHover}
          @pointerleave=${() => (this.hover = undefined)}
        />
        ${this.#tip(scale, bins)}
      </div>
      <span class="end mono">${this.#clock(bins - 1, bins)} ${this.#zone()}</span>
      ${this.#memory()}
    </div>`;
  }

  #tip(scale: ScrubberScale, bins: number): TemplateResult | typeof nothing {
    if (this.hover === undefined || bins === 0) return nothing;
    const bin = binAtShare(scale, this.hover, bins);
    return html`<span class="tip mono" ${cssVars({ '--tip': String(this.hover) })}
      >${this.#clock(bin, bins)} · bin ${formatCount(bin)}</span
    >`;
  }

  #memory(): TemplateResult {
    const { usedBytes, budgetBytes, given } = this.model.memory.value;
    const label = `Memory ${formatBytes(usedBytes)} of ${formatBytes(budgetBytes)}`;
    return html`<button
        class="memory mono"
        popovertarget="memory"
        aria-label=${given ? `${label}. ${given}` : label}
        title=${label}
        ?data-given=${given !== ''}
      >
        ${icon(given ? 'warning' : 'memory', 14)}<i
          ${cssVars({ '--share': String(Math.min(1, usedBytes / budgetBytes)) })}
        ></i>
        <span>${formatBytes(usedBytes)} / ${formatBytes(budgetBytes)}</span>
      </button>
      <div id="memory" popover @beforetoggle=${placePopover}>
        <h2>Memory</h2>
        <p>
          Everything stays in this tab. When the budget is reached, fields that are not shown are given up
          first, oldest bins first; prices and scores stay.
        </p>
        ${given ? html`<p class="given">Given up so far: ${given}.</p>` : nothing}
        <label
          >Budget
          <select @change=${this.#onBudget}>
            ${BUDGETS_BYTES.map(
              (bytes) =>
                html`<option value=${bytes} ?selected=${bytes === budgetBytes}>
                  ${formatBytes(bytes)}
                </option>`,
            )}
          </select></label
        >
      </div>`;
  }

  /** Start of a bin, in the chosen zone. */
  #clock(bin: number, bins: number): string {
    if (bins === 0 || bin < 0) return '--:--:--';
    const { firstBinStartNs, cellWidthNs } = this.model.session.value;
    return formatClock24(
      firstBinStartNs + BigInt(bin) * BigInt(cellWidthNs),
      ianaZone(this.model.view.value.zone),
    );
  }

  #zone(): string {
    const { firstBinStartNs, bins } = this.model.session.value;
    return bins === 0 ? '' : zoneName(firstBinStartNs, ianaZone(this.model.view.value.zone));
  }

  #seek(bins: number): void {
    const bin = Math.min(Number(this.input.value), bins - 1);
    this.actions.seek(bin);
    this.input.value = String(bin);
  }

  #onHover(event: PointerEvent): void {
    const box = this.input.getBoundingClientRect();
    this.hover = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  #onBudget(event: Event): void {
    this.actions.setBudget(Number((event.target as HTMLSelectElement).value));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-scrubber': SpyScrubber;
  }
}
