import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { chordKeys, isMac } from '#ui/command-ids';
import type { Subscribable } from '#ui/element';
import { icon } from '#ui/icons';
import { layerGroups, layerTitle } from '#view/layer-groups';
import { SpyMenu } from '#ui/menu-element';
import { SHARED } from '#ui/shared.css';

/** Which grid column the map shows, and which overlays lie on it. */
@customElement('spy-layer-menu')
export class SpyLayerMenu extends SpyMenu {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
      }
      .current {
        min-width: 156px;
        justify-content: flex-start;
      }
      .current span {
        flex: 1;
        text-align: left;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .current svg:last-child {
        color: var(--text-3);
      }
      [popover] {
        width: 740px;
        padding: 10px;
        overflow: auto;
      }
      .groups {
        columns: 3;
        column-gap: 12px;
      }
      fieldset {
        break-inside: avoid;
        margin-bottom: 10px;
      }
      legend {
        padding: 2px 8px;
        font-size: var(--size-xs);
        font-weight: 600;
        color: var(--text-3);
      }
      label {
        position: relative;
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 26px;
        padding: 0 8px;
        border-radius: var(--radius);
        font-size: var(--size-s);
        cursor: pointer;
      }
      label:hover {
        background: var(--control);
      }
      label:has(:checked) {
        background: var(--accent-soft);
        color: var(--accent);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--focus);
        outline-offset: -2px;
      }
      label b {
        flex: 1;
        font-weight: 450;
      }
      label svg {
        visibility: hidden;
      }
      label:has(:checked) svg {
        visibility: visible;
      }
      .unit {
        color: var(--text-3);
        font-size: var(--size-xs);
      }
      .switches {
        display: flex;
        gap: 4px;
        padding-top: 8px;
        border-top: 1px solid var(--line);
      }
      .switches label {
        flex: 1;
      }
      @media (max-width: 780px) {
        [popover] {
          width: 300px;
        }
        .groups {
          columns: 1;
        }
      }
      @media (pointer: coarse) {
        label {
          min-height: 40px;
        }
      }
    `,
  ];

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.view];
  }

  override render(): TemplateResult {
    const { layer } = this.model.view.value;
    return html`<button
        class="btn current"
        popovertarget="layers"
        title="Layer of the map"
        aria-label=${`Layer: ${layerTitle(layer)}`}
      >
        ${icon('layers')}<span>${layerTitle(layer)}</span>${icon('down', 12)}
      </button>
      <div id="layers" popover class="scroll" @beforetoggle=${this.onToggle}>
        ${this.opened ? this.#choices() : nothing}
      </div>`;
  }

  #choices(): TemplateResult {
    const { layer } = this.model.view.value;
    const qtyUnit = this.model.session.value.config?.qty_unit;
    return html`<div class="groups">
        ${layerGroups(qtyUnit).map(
          (group) =>
            html`<fieldset>
              <legend>${group.title}</legend>
              ${group.layers.map((l) => this.#choice(l.id, l.title, l.unit, l.id === layer))}
            </fieldset>`,
        )}
      </div>
      ${this.#switches()}`;
  }

  #choice(id: string, title: string, unit: string, checked: boolean): TemplateResult {
    const key = this.commands.get(`layer.${id}`)?.keys[0];
    return html`<label>
      <input
        class="cover"
        type="radio"
        name="layer"
        .checked=${checked}
        @change=${() => this.actions.setView({ layer: id })}
      />
      ${icon('check', 12)}<b>${title}</b><span class="unit mono">${unit}</span>
      ${key ? html`<span class="kbd">${chordKeys(key, isMac()).join('+')}</span>` : ''}
    </label>`;
  }

  #switches(): TemplateResult {
    const { showTrails, showProjection } = this.model.view.value;
    return html`<div class="switches">
      <label
        ><input
          class="cover"
          type="checkbox"
          .checked=${showTrails}
          @change=${() => this.actions.setView({ showTrails: !showTrails })}
        />${icon('check', 12)}<b>Spot and best-price trails</b></label
      >
      <label
        ><input
          class="cover"
          type="checkbox"
          .checked=${showProjection}
          @change=${() => this.actions.setView({ showProjection: !showProjection })}
        />${icon('check', 12)}<b>Projected direction</b></label
      >
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-layer-menu': SpyLayerMenu;
  }
}
