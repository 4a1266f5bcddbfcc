import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FrameEvent, Viewport } from '#protocol/render-contract';
import { dataWidth, screenX, screenY } from '#view/camera';
import { COMMAND_IDS, withKey } from '#ui/command-ids';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable } from '#ui/element';
import { formatCount } from '#ui/format';
import { zoomLevels } from '#ui/map-camera';
import { MAP_OVERLAY_STYLES } from '#ui/map-overlay.css';
import type { MapPort } from '#ui/map-port';
import { SHARED } from '#ui/shared.css';

/** A cell smaller than this gets no outline: the lines of the crosshair show it as well. */
const MIN_OUTLINE_PX = 4;
/** The frame around a held cell is at least this wide and high. */
const MIN_FRAME_PX = 13;
/** Narrower than its words, the veil stands without them. */
const UNPLAYED_WORDS_PX = 150;

/**
 * What lies on the picture as real text and lines: crosshair, SPOT, zoom, what is loaded but not played yet, and the
 * word for made-up data.
 */
@customElement('spy-map-overlay')
export class SpyMapOverlay extends SpyElement {
  static override styles = [SHARED, MAP_OVERLAY_STYLES];

  @property({ attribute: false }) map!: MapPort;
  @property({ type: Boolean }) pinned = false;

  protected override watched(): readonly Subscribable[] {
    return [this.map.frame, this.model.cursor, this.model.session, this.model.player];
  }

  override render(): TemplateResult | typeof nothing {
    const frame = this.map.frame.value;
    if (!frame || frame.nowBin < 0) return nothing;
    return html`${this.#unplayed(frame)}${this.#crosshair(frame)}${this.#labels(frame)}
      <div class="foot mono">${this.#chips(frame)}${this.#later()}${this.#madeUp()}</div>`;
  }

  #crosshair({ camera, viewport }: FrameEvent): SVGTemplateResult | typeof nothing {
    const cursor = this.model.cursor.value;
    if (!cursor) return nothing;
    const left = screenX(camera, viewport, cursor.bin);
    const top = screenY(camera, viewport, cursor.tick + 0.5);
    const x = Math.round(left + camera.binPx / 2) + 0.5;
    const y = Math.round(top + camera.tickPx / 2) + 0.5;
    if (this.pinned || cursor.source === 'keyboard') {
      const halfWidth = Math.max(camera.binPx, MIN_FRAME_PX) / 2;
      const halfHeight = Math.max(camera.tickPx, MIN_FRAME_PX) / 2;
      return heldCell(left + camera.binPx / 2, top + camera.tickPx / 2, halfWidth, halfHeight, viewport);
    }
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

  #chips(frame: FrameEvent): TemplateResult[] {
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
    return parts.map((text) => html`<span>${text}</span>`);
  }

  /**
   * Everything on the page is as of NOW, and right of it stands the projection (vacuum-pressure.md section 22.3): a bin
   * that is loaded but comes later is not drawn. Where such bins would be a veil says so.
   */
  #unplayed({ camera, viewport, nowBin }: FrameEvent): TemplateResult | typeof nothing {
    const { model } = this;
    const zone = viewport.width - dataWidth(viewport, model.view.value.showProjection);
    const inView = (x: number): number => Math.max(0, Math.min(viewport.width, x));
    const left = inView(screenX(camera, viewport, nowBin + 1) + zone);
    const width = inView(screenX(camera, viewport, model.session.value.bins)) - left;
    if (width <= 0) return nothing;
    return html`<div class="unplayed" ${cssVars({ '--x': `${left}px`, '--width': `${width}px` })}>
      ${width >= UNPLAYED_WORDS_PX ? 'Loaded, not played yet' : nothing}
    </div>`;
  }

  /** How much lies after the playhead, and the way there; while playing it changes too fast to be read. */
  #later(): TemplateResult | typeof nothing {
    const { playhead, playing } = this.model.player.value;
    const later = this.model.session.value.bins - 1 - playhead;
    if (playing || later <= 0) return nothing;
    return html`<button
      class="later"
      title=${withKey('Go to the end', this.commands, COMMAND_IDS.end)}
      @click=${() => this.commands.run(COMMAND_IDS.end)}
    >
      ${formatCount(later)} loaded ${later === 1 ? 'bin' : 'bins'} after NOW ▸
    </button>`;
  }

  #madeUp(): TemplateResult | typeof nothing {
    return this.model.session.value.synthetic
      ? html`<div class="made-up-line"><span class="made-up">SYNTHETIC DATA</span></div>`
      : nothing;
  }
}

function heldCell(
  x: number,
  y: number,
  halfWidth: number,
  halfHeight: number,
  { width, height }: Viewport,
): SVGTemplateResult {
  const [left, right] = [x - halfWidth, x + halfWidth];
  const [top, bottom] = [y - halfHeight, y + halfHeight];
  const d = `M${left} ${top}H${right}V${bottom}H${left}Z
    M${x} 0V${top}M${x} ${bottom}V${height}M0 ${y}H${left}M${right} ${y}H${width}`;
  return svg`<svg aria-hidden="true"><path class="casing" d=${d}></path><path d=${d}></path></svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-map-overlay': SpyMapOverlay;
  }
}
