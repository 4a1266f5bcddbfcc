import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { SpyElement } from '#ui/element';
import { icon, type IconName } from '#ui/icons';
import type { SidePanel } from '#ui/layout';
import type { MapPort } from '#ui/map-port';
import { rovingTarget } from '#ui/roving-focus';
import { SHARED } from '#ui/shared.css';
import type { ResolvedTheme } from '#ui/tokens.css';
import '#ui/cell-card';
import '#ui/depth-profile';
import '#ui/signal-panel';

const TABS: readonly (readonly [SidePanel, string, IconName])[] = [
  ['signal', 'Signal', 'signal'],
  ['depth', 'Depth', 'depth'],
  ['cell', 'Cell', 'cell'],
];

/** The side panels as tabs below the map, one open at a time or none. Its two parts stand in the parent's column. */
@customElement('spy-panel-tabs')
export class SpyPanelTabs extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: contents;
      }
      .tabs {
        display: flex;
        flex: none;
        border-top: 1px solid var(--line);
        background: var(--panel);
      }
      .tabs button {
        flex: 1;
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 6px;
        height: 40px;
        color: var(--text-2);
        font-size: var(--size-s);
        font-weight: 500;
      }
      .tabs button[aria-selected='true'] {
        color: var(--accent);
        box-shadow: inset 0 2px 0 var(--accent-fill);
      }
      .tabs button:focus-visible {
        outline-offset: -3px;
      }
      .drawer {
        position: relative;
        flex: 0 0 42%;
        min-height: 180px;
        border-top: 1px solid var(--line);
        background: var(--panel);
      }
      .drawer > * {
        position: absolute;
        inset: 0;
        border: 0;
      }
    `,
  ];

  @property({ attribute: false }) map!: MapPort;
  @property({ attribute: false }) theme!: ResolvedTheme;
  /** The open panel. */
  @property({ attribute: false }) open: SidePanel | undefined;
  /** The tab that the Tab key reaches, while none is open. */
  @state() private focused: SidePanel = 'signal';

  override render(): TemplateResult {
    const { open } = this;
    const reachable = open ?? this.focused;
    return html`<div class="tabs" role="tablist" aria-label="Panels" @keydown=${this.#onKey}>
        ${TABS.map(
          ([id, title, iconName]) =>
            html`<button
              role="tab"
              id=${`tab-${id}`}
              aria-selected=${open === id}
              aria-controls="tab-panel"
              tabindex=${id === reachable ? 0 : -1}
              @focus=${() => (this.focused = id)}
              @click=${() => this.#choose(open === id ? null : id)}
            >
              ${icon(iconName, 15)} ${title}
            </button>`,
        )}
      </div>
      <div
        id="tab-panel"
        class="drawer"
        role="tabpanel"
        aria-labelledby=${`tab-${reachable}`}
        ?hidden=${open === undefined}
      >
        ${this.#panel()}
      </div>`;
  }

  #panel(): TemplateResult | typeof nothing {
    const { model, map, theme } = this;
    switch (this.open) {
      case 'signal':
        return html`<spy-signal-panel .model=${model} .theme=${theme}></spy-signal-panel>`;
      case 'depth':
        return html`<spy-depth-profile .model=${model} .map=${map} .theme=${theme}></spy-depth-profile>`;
      case 'cell':
        return html`<div class="scroll"><spy-cell-card flat .model=${model}></spy-cell-card></div>`;
      case undefined:
        return nothing;
    }
  }

  #choose(panel: SidePanel | null): void {
    this.dispatchEvent(new CustomEvent('spy-panel', { detail: panel }));
  }

  #onKey(event: KeyboardEvent): void {
    const at = TABS.findIndex(([id]) => `tab-${id}` === (event.target as HTMLElement).id);
    const to = at < 0 ? undefined : rovingTarget(event.key, at, TABS.length);
    if (to === undefined) return;
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>(`#tab-${TABS[to][0]}`)?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-panel-tabs': SpyPanelTabs;
  }
  interface HTMLElementEventMap {
    /** A panel was asked for; null closes the open one. */
    'spy-panel': CustomEvent<SidePanel | null>;
  }
}
