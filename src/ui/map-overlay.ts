import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FrameEvent } from '#protocol/render-contract';
import { screenX, screenY } from '#view/camera';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable } from '#ui/element';
import { zoomLevels } from '#ui/map-camera';
import type { MapPort } from '#ui/map-port';
import { SHARED } from '#ui/shared.css';

/** A cell smaller than this gets no outline: the lines of the crosshair show it as well. */
const MIN_OUTLINE_PX = 4;

/** What lies on the picture as real text and lines: crosshair, SPOT, zoom, and the word for made-up data. */
@customElement('spy-map-overlay')
export class SpyMapOverlay extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        overflow: hidden;
        font-size: var(--size-xs);
      }
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      line {
        stroke: var(--text-2);
        stroke-width: 1;
        stroke-dasharray: 3 3;
        opacity: 0.8;
      }
      rect {
        fill: none;
        stroke: var(--text);
        stroke-width: 1.5;
      }
      :host([data-pinned]) line {
        stroke-dasharray: none;
      }
      .label {
        position: absolute;
        left: 0;
        top: 0;
        transform: translate(var(--x), var(--y));
        padding: 0 4px;
        border-radius: 2px;
        background: var(--map-label);
        line-height: 14px;
        font-weight: 600;
        letter-spacing: 0.04em;
        white-space: nowrap;
      }
      .spot {
        color: var(--accent);
      }
      .chips {
        position: absolute;
        left: 8px;
        bottom: 8px;
        display: flex;
        gap: 6px;
      }
      .chips span {
        padding: 0 6px;
        border-radius: var(--radius-s);
        background: var(--map-label);
        color: var(--text-2);
        line-height: 18px;
      }
      .made-up {
        position: absolute;
        left: 50%;
        bottom: 34px; /* above the chips, which may be long */
        transform: translateX(-50%);
        padding: 0 8px;
        border: 1px dashed currentColor;
        border-radius: var(--radius-s);
        background: var(--map-label);
        color: var(--warn);
        font-weight: 600;
        line-height: 16px;
        letter-spacing: 0.06em;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) map!: MapPort;

  protected override watched(): readonly Subscribable[] {
    return [this.map.frame, this.model.cursor, this.model.session];
  }

  override render(): TemplateResult | typeof nothing {
    const frame = this.map.frame.value;
    if (!frame || frame.nowBin < 0) return nothing;
    return html`${this.#crosshair(frame)}${this.#labels(frame)}${this.#chips(frame)}
    ${this.model.session.value.synthetic ? html`<span class="made-up">SYNTHETIC DATA</span>` : nothing}`;
  }

  #crosshair({ camera, viewport }: FrameEvent): SVGTemplateResult | typeof nothing {
    const cursor = this.model.cursor.value;
    if (!cursor) return nothing;
    const left = screenX(camera, viewport, cursor.bin);
    const top = screenY(camera, viewport, cursor.tick + 0.5);
    const x = Math.round(left + camera.binPx / 2) + 0.5;
    const y = Math.round(top + camera.tickPx / 2) + 0.5;
    const outlined = camera.binPx >= MIN_OUTLINE_PX && camera.tickPx >= MIN_OUTLINE_PX;
    return svg`<svg aria-hidden="true">
      <line x1=${x} x2=${x} y1="0" y2=${viewport.height}></line>
      <line x1="0" x2=${viewport.width} y1=${y} y2=${y}></line>
      ${
        outlined
          ? svg`<rect x=${left} y=${top} width=${camera.binPx} height=${camera.tickPx} rx="1"></rect>`
          : nothing
      }
    </svg>`;
  }

  #labels({ camera, viewport, nowBin, spotTick }: FrameEvent): TemplateResult {
    const nowX = screenX(camera, viewport, nowBin + 1);
    const spotY = screenY(camera, viewport, spotTick);
    const spotX = Math.min(nowX, viewport.width - 16) - 44;
    return html`${
      spotY > 16 && spotY < viewport.height && spotX > 0
        ? html`<span class="label spot" ${cssVars({ '--x': `${spotX}px`, '--y': `${spotY - 17}px` })}
            >SPOT</span
          >`
        : nothing
    }`;
  }

  #chips(frame: FrameEvent): TemplateResult {
    const { viewport, binsPerColumn, statistic } = frame;
    const rows = this.model.session.value.config?.grid_rows ?? 1;
    const projection = this.model.view.value.showProjection;
    const zoom = zoomLevels(frame.camera, { viewport, rows, bounds: null, projection });
    const parts: string[] = [];
    const away = (level: number): boolean => Math.abs(level - 1) > 0.01;
    if (away(zoom.time) || away(zoom.price)) {
      parts.push(`${zoom.time.toFixed(2)}× time, ${zoom.price.toFixed(2)}× price`);
    }
    if (binsPerColumn > 1) parts.push(`${statistic} of ${binsPerColumn} bins per column`);
    return html`<div class="chips mono">${parts.map((text) => html`<span>${text}</span>`)}</div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-map-overlay': SpyMapOverlay;
  }
}
