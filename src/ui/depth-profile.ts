import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { DirectiveResult } from 'lit/directive.js';
import { customElement, property, query } from 'lit/decorators.js';
import type { BinReadout } from '#app/model';
import type { FrameEvent, Viewport } from '#protocol/render-contract';
import { screenY } from '#view/camera';
import { priceLabels, tickPrice } from '#view/prices';
import { cssVars } from '#ui/css-vars';
import { barLength, depthScale } from '#ui/depth-bars';
import { SpyElement, type Subscribable } from '#ui/element';
import { formatCount, formatPrice } from '#ui/format';
import type { MapPort } from '#ui/map-port';
import { scoreColours } from '#ui/ramp';
import { SHARED } from '#ui/shared.css';
import { themeColour, type ResolvedTheme } from '#ui/tokens.css';

const LABEL_GAP_PX = 48;
const SIDE_MARGIN_PX = 6;
const HEADER_PX = 18;
/** The spot's price stands this far above its line. */
const SPOT_LIFT_PX = 8;

/** Resting depth by price at the playhead, bids left and asks right of the centre line, on the map's price scale. */
@customElement('spy-depth-profile')
export class SpyDepthProfile extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        position: relative;
        overflow: hidden;
        border-right: 1px solid var(--line);
        background: var(--panel);
        contain: strict;
        font-size: var(--size-xs);
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .heads {
        position: absolute;
        inset: 0 0 auto;
        display: grid;
        grid-template-columns: 1fr 1fr;
        height: 18px;
        background: var(--panel);
        border-bottom: 1px solid var(--line);
        color: var(--text-3);
        font-weight: 600;
        font-size: 9.5px;
        line-height: 17px;
        letter-spacing: 0.06em;
        text-align: center;
      }
      .price {
        position: absolute;
        left: 4px;
        top: 0;
        line-height: 12px;
        transform: translateY(calc(var(--y) - 50%));
        padding: 0 3px;
        margin-left: -3px;
        border-radius: 2px;
        background: color-mix(in srgb, var(--panel) 72%, transparent);
        color: var(--text-2);
      }
      .price.spot {
        color: var(--accent);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) map!: MapPort;
  @property({ attribute: false }) theme: ResolvedTheme = 'dark';
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  protected override readonly drawsAlone = true;
  /** Asking the element for its size in every frame would force a layout in every frame. */
  readonly #resize = new ResizeObserver(([{ contentRect }]) => {
    this.#size = { width: contentRect.width, height: contentRect.height, dpr: devicePixelRatio };
    this.requestUpdate();
  });
  #size: Viewport = { width: 0, height: 0, dpr: 1 };

  protected override watched(): readonly Subscribable[] {
    return [this.map.frame, this.model.session];
  }

  override render(): TemplateResult {
    const frame = this.map.frame.value;
    const readout = frame && this.model.readout(frame.nowBin);
    const forces = readout?.forces;
    const label = forces
      ? `Depth profile: ${formatCount(forces.depthBelow)} below the spot, ${formatCount(forces.depthAbove)} above`
      : 'Depth profile';
    return html`<canvas role="img" aria-label=${label}></canvas>
      ${frame && readout ? this.#labels(frame, readout) : nothing}
      <div class="heads" aria-hidden="true"><span>BID</span><span>ASK</span></div>`;
  }

  #labels({ camera, viewport }: FrameEvent, readout: BinReadout): TemplateResult | typeof nothing {
    const { config } = this.model.session.value;
    if (!config) return nothing;
    const spotY = screenY(camera, viewport, readout.spotTick);
    const labels = priceLabels(config, camera, viewport, viewport.height / LABEL_GAP_PX).filter(
      (l) => l.y > HEADER_PX + 7 && l.y < viewport.height - 7 && !(Math.abs(l.y - spotY + SPOT_LIFT_PX) < 13),
    );
    const decimals = config.price_decimals;
    return html`${labels.map(
      (l) => html`<span class="price mono" ${at(l.y)}>${formatPrice(l.price, decimals)}</span>`,
    )}
    ${
      spotY > HEADER_PX + 7 && spotY < viewport.height
        ? html`<span class="price spot mono" ${at(spotY - SPOT_LIFT_PX)}
            >${formatPrice(tickPrice(config, readout.spotTick), decimals)}</span
          >`
        : nothing
    }`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  protected override updated(_changed: PropertyValues): void {
    const { width, height, dpr } = this.#size;
    const { canvas } = this;
    const [columns, rows] = [Math.round(width * dpr), Math.round(height * dpr)];
    if (canvas.width !== columns || canvas.height !== rows) {
      canvas.width = columns;
      canvas.height = rows;
    }
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    context.clearRect(0, 0, width, height);
    const frame = this.map.frame.value;
    const readout = frame && this.model.readout(frame.nowBin);
    if (frame && readout && !Number.isNaN(readout.spotTick)) this.#draw(context, width, frame, readout);
  }

  #draw(context: CanvasRenderingContext2D, width: number, frame: FrameEvent, readout: BinReadout): void {
    const { camera, viewport } = frame;
    const depth = readout.column('rest_depth');
    const bids = readout.column('bid_depth');
    const asks = readout.column('ask_depth');
    const score = readout.column('flow_score');
    const centre = Math.round(width / 2);
    const spotY = Math.round(screenY(camera, viewport, readout.spotTick)) + 0.5;
    if (depth && bids && asks) {
      const radius = (readout.rows - 1) / 2;
      const scale = depthScale(depth, frame.ranges['rest_depth']?.hi);
      const colourOf = scoreColours(this.theme);
      const barHeight = Math.max(1, camera.tickPx - (camera.tickPx > 4 ? 1 : 0));
      // One fill per colour: changing the fill style costs more than the rectangles.
      const bars = new Map<string, Path2D>();
      for (let row = 0; row < readout.rows; row++) {
        const y = screenY(camera, viewport, readout.spotTick + row - radius) - barHeight / 2;
        const [left, right] = [bids[row], asks[row]].map(
          (size) => barLength(size, scale) * (centre - SIDE_MARGIN_PX),
        );
        if (left + right <= 0 || y > viewport.height || y + barHeight < 0) continue;
        const colour = colourOf(score ? score[row] : 0);
        const path = bars.get(colour) ?? new Path2D();
        // By side and not by place: in a crossed book bids stand above the spot too.
        path.rect(centre - left, y, left + right, barHeight);
        bars.set(colour, path);
      }
      for (const [colour, path] of bars) {
        context.fillStyle = colour;
        context.fill(path);
      }
    }
    context.strokeStyle = themeColour('line-strong', this.theme);
    context.beginPath();
    context.moveTo(centre + 0.5, 0);
    context.lineTo(centre + 0.5, viewport.height);
    context.stroke();
    context.strokeStyle = themeColour('accent', this.theme);
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(0, spotY);
    context.lineTo(width, spotY);
    context.stroke();
    context.setLineDash([]);
  }
}

function at(y: number): DirectiveResult {
  return cssVars({ '--y': `${y.toFixed(1)}px` });
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-depth-profile': SpyDepthProfile;
  }
}
