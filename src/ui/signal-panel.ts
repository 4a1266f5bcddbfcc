import { html, nothing, type TemplateResult } from 'lit';
import type { DirectiveResult } from 'lit/directive.js';
import { customElement, property } from 'lit/decorators.js';
import type { BinReadout, ForceSummary } from '#app/model';
import { cssRgb, parseHex, readableOn, signColour, SIGN_GAIN } from '#ui/colour';
import { cssVars } from '#ui/css-vars';
import { SpyElement, type Subscribable, TEXT_HZ } from '#ui/element';
import { asPrinted, formatCount, formatFixed, formatSigned, NONE } from '#ui/format';
import { SHARED } from '#ui/shared.css';
import {
  convictionLevel,
  convictionText,
  edgePosition,
  hasForce,
  longGuidance,
  modelStatus,
  riskOf,
  shortGuidance,
  state5Name,
  stateOf,
  TONE_MARK,
  type Verdict,
} from '#ui/signals';
import { SIGNAL_PANEL_STYLES } from '#ui/signal-panel.css';
import { themeColour, type ResolvedTheme } from '#ui/tokens.css';

/** Forces below it get no bar of full length. */
const LEAST_FORCE_BAR = 0.1;

/** What the forces of the bin at the playhead add up to, and what follows (vacuum-pressure.md section 22.6). */
@customElement('spy-signal-panel')
export class SpySignalPanel extends SpyElement {
  static override styles = [SHARED, SIGNAL_PANEL_STYLES];

  @property({ attribute: false }) theme: ResolvedTheme = 'dark';

  protected override readonly redrawHz = TEXT_HZ;
  protected override readonly drawsAlone = true;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.player];
  }

  override render(): TemplateResult {
    const { playhead } = this.model.player.value;
    const readout = playhead < 0 ? undefined : this.model.readout(playhead);
    const forces = readout?.forces;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Signals">
      ${
        forces
          ? this.#forces(forces)
          : html`<p class="none">
              ${
                readout && Number.isNaN(readout.spotTick)
                  ? 'No price, no signal: one side of the book is empty in this bin.'
                  : readout
                    ? 'The forces of this bin were given up to stay inside the memory budget. Play from here to see the next.'
                    : 'Signals appear with the first time cell.'
              }
            </p>`
      }
      ${this.#model(readout)}
    </div>`;
  }

  #forces(f: ForceSummary): TemplateResult {
    return html`${this.#netEdge(f)}${this.#balance(f)}${this.#state(f)}${this.#guidance(f)}${this.#risk(f)}
    ${this.#depth(f)}`;
  }

  #netEdge(f: ForceSummary): TemplateResult {
    return html`<section>
      <h3>Net edge</h3>
      <p class="net mono" ${this.#sign(asPrinted(f.net, 1), SIGN_GAIN.force)}>${formatSigned(f.net, 1)}</p>
      <div
        class="edge"
        role="img"
        aria-label=${edgeText(asPrinted(f.net, 1))}
        ${cssVars({ '--at': `${(100 * edgePosition(f.net)).toFixed(2)}%` })}
      >
        <i></i>
      </div>
      <dl class="two mono">
        <dt>Bear</dt>
        <dd class=${asPrinted(f.bear, 1) === 0 ? '' : 'bear'}>${formatFixed(f.bear, 1)}</dd>
        <dt>Bull</dt>
        <dd class=${asPrinted(f.bull, 1) === 0 ? '' : 'bull'}>${formatFixed(f.bull, 1)}</dd>
      </dl>
    </section>`;
  }

  #balance(f: ForceSummary): TemplateResult {
    const largest = Math.max(f.vacuumAbove, f.pressureAbove, f.pressureBelow, f.vacuumBelow, LEAST_FORCE_BAR);
    const row = (title: string, what: string, value: number, tone: 'bull' | 'bear'): TemplateResult =>
      html`<dt title=${what}>${title}</dt>
        <dd class="bar ${tone}" ${cssVars({ '--share': String(Math.max(0, value) / largest) })}></dd>
        <dd class="mono">${formatFixed(value, 1)}</dd>`;
    return html`<section>
      <h3>Force balance</h3>
      <dl class="bars">
        ${row('Up path', 'vacuum above', f.vacuumAbove, 'bull')}
        ${row('Resistance', 'pressure above', f.pressureAbove, 'bear')}
        ${row('Support', 'pressure below', f.pressureBelow, 'bull')}
        ${row('Down risk', 'vacuum below', f.vacuumBelow, 'bear')}
      </dl>
    </section>`;
  }

  #state(f: ForceSummary): TemplateResult {
    const state = stateOf(f);
    return html`<section>
      <h3>
        State
        <span class="conviction mono" data-level=${convictionLevel(f)}
          ><i ${cssVars({ '--share': String(hasForce(f) ? f.conviction : 0) })}></i>${convictionText(f)}
          conviction</span
        >
      </h3>
      ${badge(state, 'large')}
      <p class="note">${state.note}</p>
    </section>`;
  }

  #guidance(f: ForceSummary): TemplateResult {
    const row = (title: string, verdict: Verdict): TemplateResult =>
      html`<dt>${title}</dt>
        <dd>${badge(verdict)}</dd>
        <dd class="note">${verdict.note}</dd>`;
    return html`<section>
      <h3>Trade guidance</h3>
      <dl class="guidance">${row('Long', longGuidance(f))} ${row('Short', shortGuidance(f))}</dl>
    </section>`;
  }

  #risk(f: ForceSummary): TemplateResult {
    const risk = riskOf(f);
    return html`<section>
      <h3>Risk flag</h3>
      ${badge(risk)}
      <p class="note">${risk.note}</p>
    </section>`;
  }

  #depth(f: ForceSummary): TemplateResult {
    return html`<section>
      <h3>Depth context</h3>
      <dl class="rows mono">
        <dt>Tilt</dt>
        <dd ${this.#sign(asPrinted(f.tilt, 0), SIGN_GAIN.tilt)}>${formatSigned(f.tilt, 0)}</dd>
        <dt>Depth total</dt>
        <dd>${formatFixed(f.depthTotal, 0)}</dd>
        <dt>Force total</dt>
        <dd>${formatFixed(f.total, 1)}</dd>
      </dl>
    </section>`;
  }

  #model(readout: BinReadout | undefined): TemplateResult {
    const model = readout?.model;
    const status = modelStatus(model);
    return html`<section>
      <h3>Runtime model <span class="status" data-kind=${status.kind}>${status.label}</span></h3>
      <p class="score mono" ${this.#sign(asPrinted(model?.score ?? 0, 3), SIGN_GAIN.score)}>
        ${model ? formatSigned(model.score, 3) : NONE}
      </p>
      ${
        model
          ? html`<dl class="rows mono">
              <dt>Bull / bear</dt>
              <dd>${formatFixed(model.bullIntensity, 3)} / ${formatFixed(model.bearIntensity, 3)}</dd>
              <dt>Mixed</dt>
              <dd>${formatFixed(model.mixedIntensity, 3)}</dd>
              <dt>Base</dt>
              <dd>${formatSigned(model.base, 3)}</dd>
              <dt>d1 / z1</dt>
              <dd>${formatSigned(model.d1, 2)} / ${formatSigned(model.z1, 2)}</dd>
              <dt>Dominant</dt>
              <dd>${state5Name(model.dominantState5Code)}</dd>
              <dt>Samples</dt>
              <dd>${formatCount(model.sampleCount)}</dd>
            </dl>`
          : nothing
      }
    </section>`;
  }

  /** The sign colour of the specification, lifted where it could not be read on the panel. */
  #sign(value: number, gain: number): DirectiveResult {
    const ground = parseHex(themeColour('panel', this.theme));
    return cssVars({ color: cssRgb(readableOn(ground, signColour(value, gain))) });
  }
}

function edgeText(net: number): string {
  return net === 0 ? 'No edge' : `Edge ${net > 0 ? 'to the bulls' : 'to the bears'}`;
}

function badge(verdict: Verdict, size = ''): TemplateResult {
  return html`<span class="badge ${size}" data-tone=${verdict.tone}
    ><span aria-hidden="true">${TONE_MARK[verdict.tone]}</span>${verdict.label}</span
  >`;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-signal-panel': SpySignalPanel;
  }
}
