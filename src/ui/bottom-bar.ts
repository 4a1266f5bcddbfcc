import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ForceSummary } from '#app/model';
import { cssRgb, parseHex, readableOn, signColour, SIGN_GAIN } from '#ui/colour';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable, TEXT_HZ } from '#ui/element';
import { formatFixed, formatPercent, formatSigned, formatValue, NONE } from '#ui/format';
import { layerTitle, unitText } from '#ui/layer-groups';
import type { MapPort } from '#ui/map-port';
import { layerLook, viewRamp } from '#ui/ramp';
import { SHARED } from '#ui/shared.css';
import { convictionLevel, riskOf, stateOf, TONE_MARK, type Verdict } from '#ui/signals';
import { themeColour, type ResolvedTheme } from '#ui/tokens.css';
import { GRID_COLUMNS } from '#core/vp/columns';

/** State, forces and risk in one line, and the legend of the map. */
@customElement('spy-bottom-bar')
export class SpyBottomBar extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        container-type: inline-size;
        height: var(--bottom-bar);
        border-top: 1px solid var(--line);
        background: var(--panel);
        flex: none;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 20px;
        height: 100%;
        padding: 0 14px;
        overflow: hidden;
      }
      dl {
        display: flex;
        align-items: center;
        gap: 20px;
        min-width: 0;
      }
      .item {
        display: flex;
        flex-direction: column;
        gap: 1px;
        white-space: nowrap;
      }
      dt {
        font-size: 10px;
        line-height: 12px;
        color: var(--text-3);
      }
      dd {
        font-size: var(--size-m);
        line-height: 18px;
      }
      .bull {
        color: var(--bull-text);
      }
      .bear {
        color: var(--bear-text);
      }
      [data-level='high'] {
        color: var(--bull-text);
      }
      [data-level='medium'] {
        color: var(--warn);
      }
      [data-level='low'] {
        color: var(--text-2);
      }
      .legend {
        display: flex;
        align-items: center;
        gap: 16px;
        margin-left: auto;
        font-size: var(--size-xs);
        color: var(--text-2);
        white-space: nowrap;
      }
      .ramp {
        display: grid;
        grid-template-columns: auto auto auto;
        gap: 3px 12px;
        width: 232px;
        flex: none;
      }
      .ramp i {
        grid-column: 1 / -1;
        height: 8px;
        border-radius: 2px;
        background: var(--ramp);
      }
      .ramp span:nth-of-type(2) {
        text-align: center;
      }
      .ramp span:nth-of-type(3) {
        text-align: right;
      }
      .title {
        text-align: right;
        line-height: 14px;
      }
      .title small {
        display: block;
        color: var(--text-3);
        font-size: 10px;
      }
      .swatch {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .swatch i {
        width: 14px;
        height: 10px;
        border: 1px solid var(--projection-edge);
        border-radius: 2px;
        background: var(--projection);
      }
      @container (max-width: 1180px) {
        .title,
        .swatch {
          display: none;
        }
      }
      @container (max-width: 900px) {
        .legend {
          display: none;
        }
      }
      @container (max-width: 620px) {
        .bar {
          padding: 0 10px;
        }
        dl {
          flex: 1;
          justify-content: space-between;
          gap: 8px;
        }
        .side {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) map!: MapPort;
  @property({ attribute: false }) theme: ResolvedTheme = 'dark';

  protected override readonly redrawHz = TEXT_HZ;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.player, this.model.view, this.map.frame];
  }

  override render(): TemplateResult {
    const { playhead } = this.model.player.value;
    const forces = playhead < 0 ? undefined : this.model.readout(playhead)?.forces;
    return html`<div class="bar">${this.#summary(forces)}${this.#legend()}</div>`;
  }

  #summary(f: ForceSummary | undefined): TemplateResult {
    const ground = parseHex(themeColour('panel', this.theme));
    const net = f ? cssRgb(readableOn(ground, signColour(f.net, SIGN_GAIN.force))) : undefined;
    return html`<dl>
      <div class="item">
        <dt>State</dt>
        <dd>${f ? badge(stateOf(f)) : NONE}</dd>
      </div>
      <div class="item">
        <dt>Net</dt>
        <dd class="mono" ${cssVars({ color: net })}>${f ? formatSigned(f.net, 1) : NONE}</dd>
      </div>
      <div class="item side">
        <dt>Bull</dt>
        <dd class="mono bull">${f ? formatFixed(f.bull, 1) : NONE}</dd>
      </div>
      <div class="item side">
        <dt>Bear</dt>
        <dd class="mono bear">${f ? formatFixed(f.bear, 1) : NONE}</dd>
      </div>
      <div class="item">
        <dt>Conviction</dt>
        <dd class="mono" data-level=${f ? convictionLevel(f.conviction) : 'low'}>
          ${f ? formatPercent(f.conviction) : NONE}
        </dd>
      </div>
      <div class="item">
        <dt>Risk</dt>
        <dd>${f ? badge(riskOf(f)) : NONE}</dd>
      </div>
    </dl>`;
  }

  #legend(): TemplateResult {
    const view = this.model.view.value;
    const { statistic, transfer } = layerLook(view);
    const composite = view.layer === 'composite-view';
    return html`<div class="legend">
      <p class="title">
        ${layerTitle(view.layer)}
        <small
          >${composite ? 'brightness: depth, log' : `${transfer ?? 'linear'} scale`} · ${statistic}</small
        >
      </p>
      <div class="ramp mono" role="img" aria-label=${`Legend: ${layerTitle(view.layer)}`}>
        <i ${cssVars({ '--ramp': viewRamp(view, this.theme) })}></i>
        ${
          composite
            ? html`<span>◂ vacuum</span><span>neutral</span><span>pressure ▸</span>`
            : this.#range(view.layer)
        }
      </div>
      ${view.showProjection ? html`<span class="swatch"><i></i>projected direction</span>` : nothing}
    </div>`;
  }

  #range(layer: string): TemplateResult {
    const range = this.map.frame.value?.ranges[layer];
    const unit = unitText(
      GRID_COLUMNS.find((c) => c.name === layer)?.unit ?? '',
      this.model.session.value.config?.qty_unit,
    );
    return html`<span>${range ? formatValue(range.lo) : NONE}</span><span>${unit}</span
      ><span>${range ? formatValue(range.hi) : NONE}</span>`;
  }
}

function badge(verdict: Verdict): TemplateResult {
  return html`<span class="badge" data-tone=${verdict.tone}
    ><span aria-hidden="true">${TONE_MARK[verdict.tone]}</span>${verdict.label}</span
  >`;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-bottom-bar': SpyBottomBar;
  }
}
