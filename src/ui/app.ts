import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { SampleInfo } from '#app/model';
import type { MapMoves, PageDialogs } from '#app/viewer-commands';
import { APP_STYLES } from '#ui/app.css';
import { SpyElement, type Subscribable } from '#ui/element';
import type { UiPart } from '#ui/events';
import { icon } from '#ui/icons';
import { belongsToCommands, focusKindOf, type FocusNode } from '#ui/key-scope';
import { frameLayout, showsWelcome, type FrameLayout, type SidePanel } from '#ui/layout';
import type { MapPort } from '#ui/map-port';
import { isPopoverOpen } from '#ui/popover';
import { SHARED } from '#ui/shared.css';
import { resolveTheme, watchPreference } from '#ui/theme';
import { adoptTokens, type ResolvedTheme } from '#ui/tokens.css';
import type { SpyBinTable } from '#ui/bin-table';
import type { SpyDropTarget } from '#ui/drop-target';
import type { SpyHelpDialog } from '#ui/help-dialog';
import type { SpyInstrumentDialog } from '#ui/instrument-dialog';
import type { SpyOpenSettingsDialog } from '#ui/open-settings-dialog';
import type { SpyMap } from '#ui/map';
import type { SpyTimeDialog } from '#ui/time-dialog';
import '#ui/address-banner';
import '#ui/bin-table';
import '#ui/bottom-bar';
import '#ui/depth-profile';
import '#ui/drop-target';
import '#ui/help-dialog';
import '#ui/instrument-dialog';
import '#ui/load-bar';
import '#ui/map';
import '#ui/open-settings-dialog';
import '#ui/panel-tabs';
import '#ui/price-axis';
import '#ui/problem-panel';
import '#ui/scrubber';
import '#ui/signal-panel';
import '#ui/time-axis';
import '#ui/time-dialog';
import '#ui/toasts';
import '#ui/top-bar';
import '#ui/welcome';

/** The whole viewer page. Built by the composition root, which sets the five properties before connecting it. */
@customElement('spy-app')
export class SpyApp extends SpyElement implements PageDialogs {
  static override styles = [SHARED, APP_STYLES];

  @property({ attribute: false }) samples: readonly SampleInfo[] = [];
  @property({ attribute: false }) map!: MapPort;
  /** As the start page lists them. */
  @property({ attribute: false }) formats: readonly string[] = [
    'DBN 1–3',
    '.dbn.zst',
    '.dbn.gz',
    'Parquet',
    'Arrow IPC',
  ];

  @query('spy-map') private readonly mapElement!: SpyMap | null;
  @query('spy-help-dialog') private readonly helpDialog!: SpyHelpDialog;
  @query('spy-time-dialog') private readonly timeDialog!: SpyTimeDialog;
  @query('spy-instrument-dialog') private readonly instrumentDialog!: SpyInstrumentDialog;
  @query('spy-open-settings-dialog') private readonly openSettingsDialog!: SpyOpenSettingsDialog;
  @query('spy-bin-table') private readonly table!: SpyBinTable | null;
  @query('spy-drop-target') private readonly dropTarget!: SpyDropTarget;
  @state() private layout: FrameLayout = frameLayout(1600, undefined);
  @state() private prefersLight = false;
  @state() private tableShown = false;
  /** null: closed by the user; undefined: no wish yet. */
  @state() private chosenPanel: SidePanel | null | undefined;

  #focusByPointer = false;
  #stop: (() => void)[] = [];

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.view];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    adoptTokens();
    this.#listen('keydown', (event) => this.#onKey(event));
    this.#listen('pointerdown', () => (this.#focusByPointer = true));
    this.#listen('resize', () => this.#measure());
    this.#stop.push(watchPreference((light) => (this.prefersLight = light)));
    this.#measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stop) stop();
    this.#stop = [];
  }

  /** The theme that is drawn now. */
  get theme(): ResolvedTheme {
    return resolveTheme(this.model.view.value.theme, this.prefersLight);
  }

  /** Moves of the map; they do nothing while no map is shown. */
  readonly moves: MapMoves = {
    zoom: (time, price) => this.mapElement?.zoom(time, price),
    pan: (time, price) => this.mapElement?.pan(time, price),
    fit: () => this.mapElement?.fit(),
    moveCursor: (bins, ticks) => this.mapElement?.moveCursor(bins, ticks),
  };

  openFile(): void {
    this.dropTarget.pick();
  }

  goToTime(): void {
    this.timeDialog.show();
  }

  help(): void {
    this.helpDialog.show();
  }

  chooseInstrument(): void {
    if (this.model.session.value.instruments.length > 0) this.instrumentDialog.show();
  }

  changeOpenSettings(): void {
    this.openSettingsDialog.show();
  }

  toggleTable(): void {
    this.tableShown = !this.tableShown;
    void this.updateComplete.then(() => (this.tableShown ? this.table?.focus() : this.focusMap()));
  }

  toggleSignal(): void {
    const shown = this.layout.signal || this.layout.tab === 'signal';
    this.#choosePanel(shown ? null : 'signal');
  }

  focusMap(): void {
    this.mapElement?.focusMap();
  }

  escape(): void {
    if (this.tableShown) {
      this.toggleTable();
      return;
    }
    if (this.mapElement?.clearCursor()) return;
    if (this.layout.tab) this.#choosePanel(null);
  }

  override render(): TemplateResult {
    const welcome = showsWelcome(this.model.session.value);
    return html`<div class="page" @spy-show=${(event: CustomEvent<UiPart>) => this.#show(event.detail)}>
        <spy-address-banner .model=${this.model}></spy-address-banner>
        <spy-top-bar
          .model=${this.model}
          .actions=${this.actions}
          .commands=${this.commands}
          .theme=${this.theme}
        ></spy-top-bar>
        <spy-load-bar .model=${this.model} .actions=${this.actions} .commands=${this.commands}></spy-load-bar>
        <spy-problem-panel .model=${this.model} .actions=${this.actions}></spy-problem-panel>
        ${welcome ? this.#welcome() : this.#viewer()}
      </div>
      <spy-help-dialog .commands=${this.commands}></spy-help-dialog>
      <spy-time-dialog .model=${this.model} .actions=${this.actions}></spy-time-dialog>
      <spy-instrument-dialog .model=${this.model} .actions=${this.actions}></spy-instrument-dialog>
      <spy-open-settings-dialog .model=${this.model} .actions=${this.actions}></spy-open-settings-dialog>
      <spy-drop-target .model=${this.model} .actions=${this.actions}></spy-drop-target>`;
  }

  #welcome(): TemplateResult {
    return html`<div class="stage">
      <spy-welcome
        .model=${this.model}
        .actions=${this.actions}
        .commands=${this.commands}
        .samples=${this.samples}
        .formats=${this.formats}
        .theme=${this.theme}
      ></spy-welcome>
      <spy-toasts .model=${this.model} .actions=${this.actions}></spy-toasts>
    </div>`;
  }

  #viewer(): TemplateResult {
    const { layout, model, actions, commands, map, theme } = this;
    return html`<div class="stage viewer">
        <div class="main ${layout.depth ? 'with-depth' : ''} ${layout.signal ? 'with-signal' : ''}">
          ${
            layout.depth
              ? html`<spy-depth-profile .model=${model} .map=${map} .theme=${theme}></spy-depth-profile>`
              : nothing
          }
          <spy-map
            .model=${model}
            .actions=${actions}
            .commands=${commands}
            .map=${map}
            .cardless=${layout.tab === 'cell'}
          ></spy-map>
          <spy-price-axis .model=${model} .map=${map}></spy-price-axis>
          <spy-time-axis .model=${model} .map=${map}></spy-time-axis>
          ${layout.signal ? html`<spy-signal-panel .model=${model} .theme=${theme}></spy-signal-panel>` : nothing}
          ${
            layout.signalToggle
              ? html`<button
                  class="fold"
                  aria-expanded=${layout.signal}
                  aria-label=${layout.signal ? 'Hide the signal panel' : 'Show the signal panel'}
                  title=${layout.signal ? 'Hide the signal panel' : 'Show the signal panel'}
                  @click=${() => this.toggleSignal()}
                >
                  ${icon('down', 12)}
                </button>`
              : nothing
          }
          ${
            this.tableShown
              ? html`<spy-bin-table
                  .model=${model}
                  .map=${map}
                  @spy-close=${() => this.toggleTable()}
                ></spy-bin-table>`
              : nothing
          }
          <spy-toasts .model=${model} .actions=${actions}></spy-toasts>
        </div>
        ${
          layout.panels === 'tabs'
            ? html`<spy-panel-tabs
                .model=${model}
                .map=${map}
                .theme=${theme}
                .open=${layout.tab}
                @spy-panel=${(event: CustomEvent<SidePanel | null>) => this.#choosePanel(event.detail)}
              ></spy-panel-tabs>`
            : nothing
        }
      </div>
      <spy-scrubber .model=${model} .actions=${actions} .commands=${commands}></spy-scrubber>
      <spy-bottom-bar .model=${model} .map=${map} .theme=${theme}></spy-bottom-bar>`;
  }

  protected override willUpdate(changed: PropertyValues): void {
    document.documentElement.dataset['theme'] = this.theme;
    if (changed.has('chosenPanel')) this.#measure();
  }

  #show(part: UiPart): void {
    const parts: Record<UiPart, () => void> = {
      open: () => this.openFile(),
      help: () => this.help(),
      'go-to-time': () => this.goToTime(),
      instruments: () => this.chooseInstrument(),
      'open-settings': () => this.changeOpenSettings(),
      table: () => this.toggleTable(),
      signal: () => this.toggleSignal(),
    };
    parts[part]();
  }

  #choosePanel(panel: SidePanel | null): void {
    this.chosenPanel = panel;
    this.#measure();
  }

  #measure(): void {
    this.layout = frameLayout(innerWidth, this.chosenPanel);
  }

  #listen<K extends keyof WindowEventMap>(type: K, listener: (event: WindowEventMap[K]) => void): void {
    addEventListener(type, listener);
    this.#stop.push(() => {
      removeEventListener(type, listener);
    });
  }

  #onKey(event: KeyboardEvent): void {
    // A key that an element has used may have moved the focus, as the arrows do among tabs.
    if (event.key === 'Tab' || event.defaultPrevented) this.#focusByPointer = false;
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === 'Escape' && isPopoverOpen()) return;
    const focus = focusKindOf(event.composedPath() as FocusNode[], this.#focusByPointer);
    if (!belongsToCommands(event, focus) || !this.commands.handleKey(event)) return;
    event.preventDefault();
    // Some browsers press a focused button at key-up all the same.
    const [target] = event.composedPath();
    if (event.key === ' ' && target instanceof HTMLButtonElement) target.blur();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-app': SpyApp;
  }
}
