import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ForceSummary } from '#app/model';
import { cssRgb, parseHex, readableOn, signColour, SIGN_GAIN } from '#ui/colour';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable, TEXT_HZ } from '#ui/element';
import { asPrinted, formatFixed, formatSigned, formatValue, NONE } from '#ui/format';
import { layerTitle, layerUnit } from '#view/layer-groups';
import type { MapPort } from '#ui/map-port';
import { layerLook, viewRamp } from '#ui/ramp';
import { FACT_STYLES } from '#ui/fact.css';
import { SHARED } from '#ui/shared.css';
import { BOTTOM_BAR_STYLES } from '#ui/bottom-bar.css';
import { convictionLevel, convictionText, riskOf, stateOf, TONE_MARK, type Verdict } from '#ui/signals';
import { themeColour, type ResolvedTheme } from '#ui/tokens.css';

/** State, forces and risk in one line, and the legend of the map. */
@customElement('spy-bottom-bar')
export class SpyBottomBar extends SpyElement {
  static override styles = [SHARED, FACT_STYLES, BOTTOM_BAR_STYLES];

  @property({ attribute: false }) map!: MapPort;
  @property({ attribute: false }) theme: ResolvedTheme = 'dark';

  protected override readonly redrawHz = TEXT_HZ;
  protected override readonly drawsAlone = true;

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
    const net = f ? cssRgb(readableOn(ground, signColour(asPrinted(f.net, 1), SIGN_GAIN.force))) : undefined;
    return html`<dl>
      <div class="fact">
        <dt>State</dt>
        <dd>${f ? badge(stateOf(f)) : NONE}</dd>
      </div>
      <div class="fact">
        <dt>Net</dt>
        <dd class="mono" ${cssVars({ color: net })}>${f ? formatSigned(f.net, 1) : NONE}</dd>
      </div>
      <div class="fact side">
        <dt>Bull</dt>
        <dd class="mono ${f && asPrinted(f.bull, 1) !== 0 ? 'bull' : ''}">
          ${f ? formatFixed(f.bull, 1) : NONE}
        </dd>
      </div>
      <div class="fact side">
        <dt>Bear</dt>
        <dd class="mono ${f && asPrinted(f.bear, 1) !== 0 ? 'bear' : ''}">
          ${f ? formatFixed(f.bear, 1) : NONE}
        </dd>
      </div>
      <div class="fact">
        <dt>Conviction</dt>
        <dd class="mono" data-level=${f ? convictionLevel(f) : 'low'}>${f ? convictionText(f) : NONE}</dd>
      </div>
      <div class="fact">
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
      <span
        class="swatch uncomputed"
        title="Only the rows around the spot are computed; beyond them there may be depth"
        ><i></i>not computed</span
      >
      ${view.showProjection ? html`<span class="swatch"><i></i>projected direction</span>` : nothing}
    </div>`;
  }

  #range(layer: string): TemplateResult {
    const range = this.map.frame.value?.ranges[layer];
    const unit = layerUnit(layer, this.model.session.value.config?.qty_unit);
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
