import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { COMMAND_IDS, withKey } from '#ui/command-ids';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable } from '#ui/element';
import { formatBytes, formatCount } from '#ui/format';
import { icon } from '#ui/icons';
import { onPopoverToggle } from '#ui/popover';
import { loadedUntil } from '#ui/readout-text';
import { binAtShare, binShare, scrubberScale, type ScrubberScale } from '#ui/scrubber-scale';
import { SHARED } from '#ui/shared.css';
import { SCRUBBER_STYLES } from '#ui/scrubber.css';
import { formatClock, ianaZone } from '#ui/zone-time';

const BUDGETS_BYTES = [0.25, 0.5, 1, 2, 4].map((gigabytes) => gigabytes * 1e9);
const REDRAW_HZ = 30;

/** The session as a time line: what is loaded, the playhead, follow, and the memory in use. */
@customElement('spy-scrubber')
export class SpyScrubber extends SpyElement {
  static override styles = [SHARED, SCRUBBER_STYLES];

  @query('input') private readonly input!: HTMLInputElement;
  /** Share of the line under the pointer. */
  @state() private hover: number | undefined;

  protected override readonly redrawHz = REDRAW_HZ;
  protected override readonly drawsAlone = true;

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
      <span class="end mono">${this.#end(bins)}</span>
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
      <div id="memory" popover @beforetoggle=${onPopoverToggle}>
        <h2>Memory</h2>
        <p>
          Everything stays in this tab. When the budget is reached, detail far from the playhead is given up
          first; prices and scores of every bin stay.
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
    return formatClock(
      firstBinStartNs + BigInt(bin) * BigInt(cellWidthNs),
      ianaZone(this.model.view.value.zone),
    );
  }

  #end(bins: number): string {
    if (bins === 0) return '--:--:--';
    const { time, zone } = loadedUntil(this.model.session.value, this.model.view.value.zone);
    return `${time} ${zone}`;
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
