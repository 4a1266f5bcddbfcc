import { css, html, nothing, type TemplateResult } from 'lit';
import type { DirectiveResult } from 'lit/directive.js';
import { customElement, property } from 'lit/decorators.js';
import type { RuntimeConfigMessage } from '#protocol/grid-messages';
import type { FrameEvent } from '#protocol/render-contract';
import { dataWidth, screenX } from '#view/camera';
import { horizonLabel, sortedHorizons } from '#view/projection';
import { timeTicks } from '#view/ticks';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable } from '#ui/element';
import type { MapPort } from '#ui/map-port';
import { timeOfReadout } from '#ui/readout-text';
import { SHARED } from '#ui/shared.css';
import { formatClock, ianaZone } from '#ui/zone-time';

/** Half of a label's width: labels nearer to an edge would be cut. */
const HALF_LABEL_PX = 28;
/** Width of a character and space between labels. */
const CHAR_PX = 6.4;
const LABEL_GAP_PX = 8;

/** Market time below the map; NOW and the horizons in the projection zone. */
@customElement('spy-time-axis')
export class SpyTimeAxis extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        position: relative;
        overflow: hidden;
        border-top: 1px solid var(--line);
        background: var(--panel);
        contain: strict;
        font-size: var(--size-xs);
      }
      span {
        position: absolute;
        left: 0;
        top: 4px;
        line-height: 16px;
        transform: translateX(calc(var(--x) - 50%));
        color: var(--text-2);
        white-space: nowrap;
      }
      span::before {
        content: '';
        position: absolute;
        left: 50%;
        top: -4px;
        height: 4px;
        border-left: 1px solid var(--line-strong);
      }
      .now {
        transform: translateX(calc(var(--x) - 100% - 5px));
        color: var(--text);
        font-weight: 600;
      }
      .now::before {
        display: none;
      }
      .horizon {
        color: var(--projection-text);
      }
      .cursor {
        top: 3px;
        padding: 0 5px;
        border-radius: 3px;
        background: var(--text);
        color: var(--ground);
        font-weight: 600;
        line-height: 17px;
      }
    `,
  ];

  @property({ attribute: false }) map!: MapPort;

  protected override watched(): readonly Subscribable[] {
    return [this.map.frame, this.model.cursor, this.model.session, this.model.view];
  }

  override render(): TemplateResult | typeof nothing {
    const frame = this.map.frame.value;
    const session = this.model.session.value;
    if (!frame || !session.config || frame.nowBin < 0) return nothing;
    const { camera, viewport, nowBin } = frame;
    const zone = ianaZone(this.model.view.value.zone);
    const nowX = screenX(camera, viewport, nowBin + 1);
    const ticks = timeTicks(
      camera,
      viewport,
      session.config.cell_width_ms,
      session.firstBinStartNs,
      session.bins,
    );
    const zoneEnd = nowX + viewport.width - dataWidth(viewport, this.model.view.value.showProjection);
    const cursor = this.#cursorBox(frame);
    // Nothing else stands under NOW and the horizons, nor under the cursor's time.
    const isFree = (x: number): boolean =>
      (x < nowX - 2 * HALF_LABEL_PX || x > zoneEnd + 1.5 * HALF_LABEL_PX) &&
      !(cursor && Math.abs(x - cursor.x) < cursor.half + HALF_LABEL_PX);
    const fine = ticks.some((t) => t.timeNs % 1_000_000_000n !== 0n);
    return html`${ticks
      .filter((t) => t.x > HALF_LABEL_PX && t.x < viewport.width - HALF_LABEL_PX && isFree(t.x))
      .map((t) => html`<span class="mono" ${at(t.x)}>${formatClock(t.timeNs, zone, fine ? 3 : 0)}</span>`)}
    ${this.#projection(frame, nowX, session.config)}
    ${cursor ? html`<span class="cursor mono" ${at(cursor.x)}>${cursor.time}</span>` : nothing}`;
  }

  #projection(
    { viewport }: FrameEvent,
    nowX: number,
    config: RuntimeConfigMessage,
  ): TemplateResult | typeof nothing {
    if (nowX < HALF_LABEL_PX || nowX > viewport.width - 16) return nothing;
    const zone = viewport.width - dataWidth(viewport, this.model.view.value.showProjection);
    const labels = sortedHorizons(config.projection_horizons_bins).map((bins) =>
      horizonLabel(bins, config.cell_width_ms),
    );
    const slice = zone / labels.length;
    const room = Math.max(...labels.map((label) => label.length)) * CHAR_PX + LABEL_GAP_PX;
    const every = Math.ceil(room / slice);
    // Where not all fit, the farthest horizon keeps its label.
    const x = (i: number): number => nowX + (i + 0.5) * slice;
    const shown = (i: number): boolean =>
      (labels.length - 1 - i) % every === 0 && x(i) + room / 2 <= viewport.width + LABEL_GAP_PX / 2;
    return html`<span class="now" ${at(nowX)}>NOW</span>${labels.map((label, i) =>
        shown(i) ? html`<span class="horizon mono" ${at(x(i))}>${label}</span>` : nothing,
      )}`;
  }

  /** Time under the cursor, with the middle and half the width of its label in pixels. */
  #cursorBox({ camera, viewport }: FrameEvent): { time: string; x: number; half: number } | undefined {
    const cursor = this.model.cursor.value;
    const readout = cursor && this.model.readout(cursor.bin);
    if (!cursor || !readout) return undefined;
    const { time } = timeOfReadout(this.model.session.value, readout, this.model.view.value.zone);
    const half = time.length * 3.4 + 6;
    const x = screenX(camera, viewport, cursor.bin + 0.5);
    return { time, half, x: Math.max(half, Math.min(viewport.width - half, x)) };
  }
}

function at(x: number): DirectiveResult {
  return cssVars({ '--x': `${x.toFixed(1)}px` });
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-time-axis': SpyTimeAxis;
  }
}
