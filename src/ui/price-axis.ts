import { css, html, nothing, type TemplateResult } from 'lit';
import type { DirectiveResult } from 'lit/directive.js';
import { customElement, property } from 'lit/decorators.js';
import { screenY } from '#view/camera';
import { priceLabels } from '#view/prices';
import { PRICE_LABEL_TARGET } from '#view/ticks';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable } from '#ui/element';
import { formatMid, formatPrice } from '#ui/format';
import type { MapPort } from '#ui/map-port';
import { priceOfTick } from '#ui/readout-text';
import { SHARED } from '#ui/shared.css';
import { stackTags, type Tag } from '#ui/tag-stack';

const TAG_HEIGHT_PX = 17;
const MIN_LABEL_GAP_PX = 24;
const EDGE_PX = 7;

/** Prices right of the map, with tags for the spot, the best bid and ask, and the cursor. */
@customElement('spy-price-axis')
export class SpyPriceAxis extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        position: relative;
        border-left: 1px solid var(--line);
        background: var(--panel);
        contain: layout style;
        /* Tags reach into the map on the left and are cut at the top and the bottom. */
        clip-path: inset(0 0 0 -16px);
        font-size: var(--size-xs);
        z-index: 1;
      }
      span {
        position: absolute;
        top: 0;
        right: 6px;
        line-height: 14px;
        transform: translateY(calc(var(--y) - 50%));
        white-space: nowrap;
      }
      .price {
        color: var(--text-2);
      }
      .tag {
        right: 0;
        display: flex;
        align-items: center;
        height: 16px;
        padding-right: 5px;
        border-radius: 3px 0 0 3px;
        background: var(--raised);
        box-shadow: inset 0 0 0 1px var(--line-strong);
        font-weight: 600;
      }
      .tag b {
        width: 13px;
        margin-right: 4px;
        align-self: stretch;
        display: grid;
        place-items: center;
        border-radius: 3px 0 0 3px;
        font-size: 9.5px;
        font-weight: 700;
      }
      .bid {
        color: var(--bull-text);
      }
      .bid b {
        background: var(--bull);
        color: var(--bull-ink);
      }
      .ask {
        color: var(--bear-text);
      }
      .ask b {
        background: var(--bear);
        color: var(--bear-ink);
      }
      .spot {
        padding-left: 5px;
        background: var(--accent-fill);
        color: var(--accent-ink);
        box-shadow: none;
      }
      .cursor {
        padding-left: 5px;
        background: var(--text);
        color: var(--ground);
        box-shadow: none;
        z-index: 1;
      }
    `,
  ];

  @property({ attribute: false }) map!: MapPort;

  protected override watched(): readonly Subscribable[] {
    return [this.map.frame, this.model.cursor, this.model.session];
  }

  override render(): TemplateResult | typeof nothing {
    const frame = this.map.frame.value;
    const { config } = this.model.session.value;
    if (!frame || !config || frame.nowBin < 0) return nothing;
    const { camera, viewport } = frame;
    const readout = this.model.readout(frame.nowBin);
    const y = (tick: number): number => screenY(camera, viewport, tick);
    const tags: Tag[] = readout
      ? [
          { id: 'ask', y: y(readout.bestAskTick) },
          { id: 'spot', y: y(readout.spotTick) },
          { id: 'bid', y: y(readout.bestBidTick) },
        ]
      : [];
    const placed = stackTags(tags, TAG_HEIGHT_PX, viewport.height);
    const target = Math.min(PRICE_LABEL_TARGET, viewport.height / MIN_LABEL_GAP_PX);
    const cursor = this.model.cursor.value;
    const cursorY = cursor ? y(cursor.tick) : NaN;
    const text = (tick: number): string => priceOfTick(config, tick);
    return html`${priceLabels(config, camera, viewport, target)
      .filter((label) => label.y > EDGE_PX && label.y < viewport.height - EDGE_PX)
      .filter((label) => ![...placed.values()].some((y) => Math.abs(y - label.y) < TAG_HEIGHT_PX - 4))
      .filter((label) => !(Math.abs(cursorY - label.y) < TAG_HEIGHT_PX - 2))
      .map(
        (label) =>
          html`<span class="price mono" ${at(label.y)}
            >${formatPrice(label.price, config.price_decimals)}</span
          >`,
      )}
    ${
      readout
        ? html`${this.#tag('ask', 'A', 'Best ask', placed, text(readout.bestAskTick))}
          ${this.#tag('bid', 'B', 'Best bid', placed, text(readout.bestBidTick))}
          ${this.#tag('spot', '', 'Spot: the middle between best bid and ask, at its nearest tick', placed, formatMid(readout.midPrice, config.price_decimals))}`
        : nothing
    }
    ${cursor ? html`<span class="tag cursor mono" ${at(cursorY)}>${text(cursor.tick)}</span>` : nothing}`;
  }

  #tag(
    id: string,
    letter: string,
    title: string,
    placed: ReadonlyMap<string, number>,
    text: string,
  ): TemplateResult | typeof nothing {
    const y = placed.get(id);
    if (y === undefined) return nothing;
    return html`<span class="tag mono ${id}" title=${title} ${at(y)}
      >${letter ? html`<b>${letter}</b>` : nothing}${text}</span
    >`;
  }
}

function at(y: number): DirectiveResult {
  return cssVars({ '--y': `${y.toFixed(1)}px` });
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-price-axis': SpyPriceAxis;
  }
}
