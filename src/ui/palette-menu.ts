import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ColumnStatistic, PaletteName, TransferName } from '#protocol/render-contract';
import { cssVars } from '#ui/css-vars';
import type { Subscribable } from '#ui/element';
import { icon } from '#ui/icons';
import { SpyMenu } from '#ui/menu-element';
import { compositeRamp, layerLook, paletteRamp, paletteTitle } from '#ui/ramp';
import { SHARED } from '#ui/shared.css';
import type { ResolvedTheme } from '#ui/tokens.css';
import { palettesFor } from '#view/layers';

const TRANSFERS: readonly (readonly [TransferName, string])[] = [
  ['linear', 'Linear'],
  ['sqrt', 'Root'],
  ['log', 'Log'],
  ['symlog', 'Symlog'],
];

const STATISTICS: readonly (readonly [ColumnStatistic, string, string])[] = [
  ['max', 'Max', 'Largest magnitude: walls survive any zoom'],
  ['last', 'Last', 'Newest value'],
  ['mean', 'Mean', 'Average'],
];

/** How values become colours: palette, scale, and what a pixel shows when several bins fall into it. */
@customElement('spy-palette-menu')
export class SpyPaletteMenu extends SpyMenu {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
      }
      [popover] {
        width: 264px;
        padding: 10px;
        overflow: auto;
      }
      fieldset + fieldset {
        margin-top: 12px;
      }
      legend {
        padding: 2px 8px 4px;
        font-size: var(--size-xs);
        font-weight: 600;
        color: var(--text-3);
      }
      label {
        position: relative;
        cursor: pointer;
        border-radius: var(--radius);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--focus);
        outline-offset: -2px;
      }
      .ramp {
        display: grid;
        grid-template-columns: 14px 56px 1fr;
        align-items: center;
        gap: 8px;
        min-height: var(--hit);
        padding: 0 8px;
        font-size: var(--size-s);
      }
      .ramp:hover {
        background: var(--control);
      }
      .ramp svg {
        visibility: hidden;
      }
      .ramp:has(:checked) {
        background: var(--accent-soft);
        color: var(--accent);
      }
      .ramp:has(:checked) svg {
        visibility: visible;
      }
      .ramp i {
        height: 10px;
        border-radius: 2px;
        background: var(--ramp);
      }
      .segments {
        display: flex;
        margin: 0 8px;
        padding: 2px;
        border-radius: var(--radius);
        background: var(--control);
      }
      .segments label {
        flex: 1;
        padding: 3px 0;
        font-size: var(--size-s);
        text-align: center;
        color: var(--text-2);
      }
      .segments label:has(:checked) {
        background: var(--raised);
        color: var(--accent);
        font-weight: 600;
        box-shadow: 0 0 0 1px var(--line-strong);
      }
      .segments label:has(:disabled) {
        opacity: 0.45;
        cursor: default;
      }
    `,
  ];

  @property({ attribute: false }) theme: ResolvedTheme = 'dark';

  protected override watched(): readonly Subscribable[] {
    return [this.model.view];
  }

  override render(): TemplateResult {
    return html`<button
        class="btn icon quiet"
        popovertarget="colours"
        title="Colours and scale"
        aria-label="Colours and scale"
      >
        ${icon('palette')}
      </button>
      <div id="colours" popover class="scroll" @beforetoggle=${this.onToggle}>
        ${this.opened ? this.#choices() : nothing}
      </div>`;
  }

  #choices(): TemplateResult {
    const view = this.model.view.value;
    const look = layerLook(view);
    return html`<fieldset>
        <legend>Palette</legend>
        ${palettesFor(view.layer).map((name) => this.#palette(name, name === look.palette))}
      </fieldset>
      <fieldset ?disabled=${look.transfer === undefined}>
        <legend>${look.transfer === undefined ? 'Scale: depth log, score fixed' : 'Scale'}</legend>
        <div class="segments">
          ${TRANSFERS.map(([name, title]) =>
            this.#segment('transfer', title, '', name === look.transfer, () =>
              this.actions.setView({ transfer: name }),
            ),
          )}
        </div>
      </fieldset>
      <fieldset>
        <legend>Several bins in one pixel</legend>
        <div class="segments">
          ${STATISTICS.map(([name, title, hint]) =>
            this.#segment('statistic', title, hint, name === look.statistic, () =>
              this.actions.setView({ statistic: name }),
            ),
          )}
        </div>
      </fieldset>`;
  }

  #palette(name: PaletteName, checked: boolean): TemplateResult {
    const ramp =
      this.model.view.value.layer === 'composite-view' && (name === 'signal' || name === 'polar')
        ? compositeRamp(name, this.theme)
        : paletteRamp(name, this.theme);
    return html`<label class="ramp">
      <input
        class="cover"
        type="radio"
        name="palette"
        .checked=${checked}
        @change=${() => this.actions.setView({ palette: name })}
      />
      ${icon('check', 12)}<span>${paletteTitle(name)}</span><i ${cssVars({ '--ramp': ramp })}></i>
    </label>`;
  }

  #segment(group: string, title: string, hint: string, checked: boolean, choose: () => void): TemplateResult {
    return html`<label title=${hint}
      ><input class="cover" type="radio" name=${group} .checked=${checked} @change=${choose} />${title}</label
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-palette-menu': SpyPaletteMenu;
  }
}
