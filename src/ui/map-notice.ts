import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { SpyElement, type Subscribable, TEXT_HZ } from '#ui/element';
import { formatCount } from '#ui/format';
import { icon, type IconName } from '#ui/icons';
import type { MapPort } from '#ui/map-port';
import { SHARED } from '#ui/shared.css';

/** Why the map shows nothing, or less than usual. */
@customElement('spy-map-notice')
export class SpyMapNotice extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: grid;
        place-items: center;
        padding: 16px;
      }
      .panel {
        display: grid;
        justify-items: center;
        gap: 6px;
        max-width: 420px;
        padding: 24px 28px;
        border-radius: var(--radius-l);
        background: var(--glass);
        box-shadow: var(--shadow);
        text-align: center;
        pointer-events: auto;
      }
      .panel svg {
        color: var(--warn);
        margin-bottom: 4px;
      }
      .panel.busy {
        background: none;
        box-shadow: none;
        color: var(--text-2);
      }
      h2 {
        font-size: var(--size-l);
        font-weight: 600;
      }
      p {
        color: var(--text-2);
      }
      .code {
        color: var(--text-3);
        font-size: var(--size-xs);
      }
      .strip {
        position: absolute;
        top: 10px;
        left: 50%;
        transform: translateX(-50%);
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 3px 10px;
        border-radius: var(--radius);
        background: var(--glass);
        box-shadow: 0 0 0 1px var(--line-strong);
        color: var(--warn);
        font-size: var(--size-s);
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) map!: MapPort;

  protected override readonly redrawHz = TEXT_HZ;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.player, this.map.status, this.map.frame];
  }

  override render(): TemplateResult | typeof nothing {
    const status = this.map.status.value;
    const { phase, bins, progress } = this.model.session.value;
    if (status.state === 'failed') {
      return panel(
        'error',
        'The map cannot be drawn',
        status.problem?.message ?? 'The renderer stopped.',
        `${status.problem?.tip ?? ''} The signals and the table work without it.`,
        status.problem?.code,
      );
    }
    if (phase === 'loading' && bins === 0) {
      return html`<div class="panel busy" role="status">
        <h2>Building the book</h2>
        <p>
          ${progress ? `${formatCount(progress.records)} records so far` : 'Waiting for the first time cell'}
        </p>
      </div>`;
    }
    if (bins === 0 && (phase === 'ready' || phase === 'cancelled')) {
      return panel(
        'info',
        'Nothing to draw',
        phase === 'ready'
          ? 'The capture ended before the first time cell was complete.'
          : 'Loading was cancelled before the first time cell was complete.',
        phase === 'ready' ? 'It may hold only a snapshot: open one that covers more time.' : '',
      );
    }
    if (bins > 0 && this.map.bounds() === null) {
      return panel(
        'info',
        'No price to draw around',
        'Up to here the book never had a bid and an ask at once, so there is no spot and no window.',
        'The capture may start inside the session without a snapshot, or hold one side only.',
      );
    }
    const drawn = this.map.frame.value;
    if (bins > 0 && (!drawn || drawn.nowBin < 0)) {
      return html`<div class="panel busy" role="status">
        <h2>Preparing the picture…</h2>
        <p>${formatCount(bins)} bins are here; the first ones are being drawn</p>
      </div>`;
    }
    return this.#strip();
  }

  #strip(): TemplateResult | typeof nothing {
    const { problem } = this.map.status.value;
    // Whatever the bin says, the picture does not show it now.
    if (problem?.code === 'render/context-lost') return strip('warning', problem.message);
    const { playhead } = this.model.player.value;
    const readout = playhead < 0 ? undefined : this.model.readout(playhead);
    if (readout && Number.isNaN(readout.spotTick))
      return strip('info', 'One side of the book is empty in this bin');
    if (readout && readout.bestBidTick > readout.bestAskTick) {
      return strip('warning', 'The book is crossed in this bin: best bid above best ask');
    }
    if (readout && !readout.bookValid) return strip('warning', 'Book is being rebuilt from a snapshot');
    return problem ? strip('info', problem.message) : nothing;
  }
}

function panel(name: IconName, title: string, text: string, tip: string, code?: string): TemplateResult {
  return html`<div class="panel" role="status">
    ${icon(name, 22)}
    <h2>${title}</h2>
    <p>${text}</p>
    ${tip.trim() ? html`<p>${tip}</p>` : nothing} ${code ? html`<p class="code mono">${code}</p>` : nothing}
  </div>`;
}

function strip(name: IconName, text: string): TemplateResult {
  return html`<div class="strip" role="status">${icon(name, 13)}${text}</div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-map-notice': SpyMapNotice;
  }
}
