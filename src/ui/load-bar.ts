import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Progress } from '#app/model';
import { COMMAND_IDS, withKey } from '#ui/command-ids';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable } from '#ui/element';
import { requestPart } from '#ui/events';
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from '#ui/format';
import { icon } from '#ui/icons';
import { loadedUntil } from '#ui/readout-text';
import { SHARED } from '#ui/shared.css';

const REDRAW_HZ = 8;

/** Reading, loading or cancelled: one slim line above the map, never over it. */
@customElement('spy-load-bar')
export class SpyLoadBar extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        container-type: inline-size;
        flex: none;
      }
      .bar {
        position: relative;
        display: flex;
        align-items: center;
        gap: 8px 18px;
        min-height: 32px;
        padding: 0 6px 0 14px;
        border-bottom: 1px solid var(--line);
        background: var(--panel);
        font-size: var(--size-s);
        color: var(--text-2);
        white-space: nowrap;
      }
      .what {
        color: var(--text);
        font-weight: 500;
        overflow: hidden;
        text-overflow: ellipsis;
        min-width: 60px;
      }
      .percent {
        color: var(--accent);
        font-weight: 600;
        min-width: 38px;
        text-align: right;
      }
      .space {
        flex: 1;
      }
      .btn {
        min-height: 24px;
        padding: 0 8px;
        font-size: var(--size-s);
      }
      .progress {
        position: absolute;
        inset: auto 0 -1px 0;
        height: 2px;
        overflow: hidden;
      }
      .progress i {
        display: block;
        height: 100%;
        width: calc(var(--share) * 100%);
        background: var(--accent-fill);
      }
      .progress.unknown i {
        width: 25%;
        animation: sweep 1.4s ease-in-out infinite;
      }
      @keyframes sweep {
        from {
          transform: translateX(-100%);
        }
        to {
          transform: translateX(400%);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .progress.unknown i {
          width: 100%;
          opacity: 0.4;
          animation: none;
        }
      }
      .cancelled {
        color: var(--warn);
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      @container (max-width: 900px) {
        .rate {
          display: none;
        }
      }
      @container (max-width: 560px) {
        .bar {
          gap: 8px 12px;
          padding-left: 10px;
        }
        .reached {
          display: none;
        }
      }
    `,
  ];

  protected override readonly redrawHz = REDRAW_HZ;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.view];
  }

  override render(): TemplateResult | typeof nothing {
    const { phase, opening } = this.model.session.value;
    if (opening.length > 0) return this.#opening(opening);
    switch (phase) {
      case 'loading':
        return this.#loading();
      case 'cancelled':
        return this.#cancelled();
      default:
        return nothing;
    }
  }

  #names(files: readonly string[]): string {
    return files.length > 1 ? `${files[0]} and ${files.length - 1} more` : (files[0] ?? 'the capture');
  }

  #opening(files: readonly string[]): TemplateResult {
    return html`<div class="bar" role="status">
      <span class="what">Reading the head of ${this.#names(files)}</span
      ><span class="space"></span>${this.#cancel()}
      <div class="progress unknown"><i></i></div>
    </div>`;
  }

  #loading(): TemplateResult {
    const { progress, files } = this.model.session.value;
    const share = progress?.fraction;
    return html`<div class="bar">
      <span class="what">Loading ${this.#names(files)}</span>
      <span
        role="progressbar"
        class="percent mono"
        aria-label="Loading"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${share === undefined ? nothing : Math.floor(share * 100)}
        >${share === undefined ? '' : formatPercent(share)}</span
      >
      ${progress ? this.#figures(progress) : nothing}
      <span class="space"></span>${this.#cancel()}
      <div
        class="progress ${share === undefined ? 'unknown' : ''}"
        ${cssVars({ '--share': String(share ?? 0) })}
      >
        <i></i>
      </div>
    </div>`;
  }

  #figures(p: Progress): TemplateResult {
    const { bins } = this.model.session.value;
    return html`${p.bytesRead === p.bytesTotal ? nothing : this.#reading(p)}
    ${rate(p.recordsPerSecond, (speed) => formatRate(speed, 'records'))}
    ${rate(p.binsPerSecond, (speed) => formatRate(speed, 'bins'))}
    ${
      bins === 0
        ? nothing
        : html`<span class="reached">reached <span class="mono">${this.#loadedUntil()}</span></span>`
    }
    ${p.secondsLeft === undefined ? nothing : html`<span class="mono">${formatDuration(p.secondsLeft)} left</span>`}`;
  }

  /** Bytes are read ahead of the bins, often all of them long before the last bin. */
  #reading(p: Progress): TemplateResult {
    const read =
      p.bytesTotal === undefined
        ? formatBytes(p.bytesRead)
        : `${formatBytes(p.bytesRead)} of ${formatBytes(p.bytesTotal)}`;
    return html`<span class="rate mono">${read}</span> ${rate(p.bytesPerSecond, formatByteRate)}`;
  }

  #loadedUntil(): string {
    const { time, zone } = loadedUntil(this.model.session.value, this.model.view.value.zone);
    return `${time} ${zone}`;
  }

  #cancel(): TemplateResult {
    return html`<button
      class="btn"
      title=${withKey('Stop here and keep what is loaded', this.commands, COMMAND_IDS.cancel)}
      @click=${() => this.actions.cancel()}
    >
      Cancel
    </button>`;
  }

  #cancelled(): TemplateResult {
    const { bins, progress } = this.model.session.value;
    const at = progress?.fraction === undefined ? '' : ` at ${formatPercent(progress.fraction)}`;
    return html`<div class="bar" role="status">
      <span class="cancelled">${icon('info', 14)} Cancelled${at}</span>
      <span class="what"
        >${bins > 0 ? `${formatCount(bins)} bins up to ${this.#loadedUntil()} are kept` : 'Nothing was kept'}</span
      >
      <span class="space"></span>
      <button class="btn" @click=${() => this.actions.retry()}>Load again</button>
      <button class="btn quiet" @click=${() => requestPart(this, 'open')}>Open another…</button>
    </div>`;
  }
}

/** Nothing where no speed was measured yet. */
function rate(perSecond: number, format: (perSecond: number) => string): TemplateResult | typeof nothing {
  return perSecond > 0 ? html`<span class="rate mono">${format(perSecond)}</span>` : nothing;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-load-bar': SpyLoadBar;
  }
}
