import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CursorState } from '#app/model';
import type { MapMoves } from '#app/viewer-commands';
import type { Viewport } from '#protocol/render-contract';
import { rowOfTick, spokenCell } from '#ui/cell-fields';
import { SpyElement, type Subscribable } from '#ui/element';
import { cellAt } from '#ui/map-camera';
import type { MapPort } from '#ui/map-port';
import { MapView } from '#ui/map-view';
import { PointerTracker, type Gesture } from '#ui/pointer-tracker';
import { priceOfTick, timeOfReadout } from '#ui/readout-text';
import { SHARED } from '#ui/shared.css';
import { MAP_STYLES } from '#ui/map.css';
import '#ui/cell-card';
import '#ui/map-notice';
import '#ui/map-overlay';

/** The cursor is spoken once it has rested this long. */
const SPEAK_AFTER_MS = 350;

/**
 * The heatmap: owns the canvas that the renderer draws on, turns pointer, wheel and touch into camera moves and
 * a data cursor, and speaks the cell under the keyboard cursor.
 */
@customElement('spy-map')
export class SpyMap extends SpyElement implements MapMoves {
  static override shadowRootOptions = { ...SpyElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [SHARED, MAP_STYLES];

  @property({ attribute: false }) map!: MapPort;
  /** The read-out of the cell stands in a panel of its own. */
  @property({ type: Boolean }) cardless = false;

  @query('.surface') private readonly surface!: HTMLElement;
  @state() private pinned = false;
  @state() private dragging = false;
  @state() private spoken = '';
  /** The card stands on the side where the cursor is not. */
  @state() private cardRight = false;

  protected override readonly drawsAlone = true;
  readonly #pointers = new PointerTracker();
  readonly #resize = new ResizeObserver(([entry]) => this.#onResize(entry.contentRect));
  /** As last observed: reading it from the element would force a layout. */
  #viewport: Viewport | undefined;
  #view: MapView | undefined;
  #followed = true;
  #generation = -1;
  #hover: { x: number; y: number } | undefined;
  #speakTimer: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void)[] = [];

  protected override watched(): readonly Subscribable[] {
    return [this.model.cursor, this.model.session, this.map.status];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
    this.#view = new MapView(this.model, this.actions, this.map);
    this.#followed = this.model.player.value.follow;
    this.#stop = [
      this.map.frame.subscribe(() => this.#onFrame()),
      this.model.session.subscribe(() => this.#view?.ensureCamera()),
      this.model.player.subscribe(({ follow }) => this.#onFollow(follow)),
      this.model.cursor.subscribe(() => this.#onCursor()),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#viewport = undefined;
    this.map.detach();
    clearTimeout(this.#speakTimer);
    for (const stop of this.#stop) stop();
    this.#stop = [];
  }

  override render(): TemplateResult {
    const { symbol } = this.model.session.value.config ?? { symbol: 'no capture' };
    const cursor = this.model.cursor.value;
    return html`<div
        class="surface"
        role="application"
        tabindex="0"
        aria-roledescription="order book heatmap"
        aria-label=${`Order book heatmap of ${symbol}. Arrow keys move the data cursor.`}
        ?data-dragging=${this.dragging}
        @pointerdown=${this.#onDown}
        @pointermove=${this.#onMove}
        @pointerup=${this.#onUp}
        @pointercancel=${this.#onCancel}
        @pointerleave=${this.#onLeave}
        @dblclick=${this.#onDoubleClick}
        @contextmenu=${this.#onContextMenu}
      ></div>
      <spy-map-overlay
        .model=${this.model}
        .commands=${this.commands}
        .map=${this.map}
        .pinned=${this.pinned}
      ></spy-map-overlay>
      ${
        cursor && !this.cardless && !this.dragging
          ? html`<spy-cell-card
              ?data-right=${this.cardRight}
              .model=${this.model}
              .pinned=${this.pinned || cursor.source === 'keyboard'}
              @spy-unpin=${() => this.clearCursor()}
            ></spy-cell-card>`
          : nothing
      }
      <spy-map-notice
        .model=${this.model}
        .actions=${this.actions}
        .commands=${this.commands}
        .map=${this.map}
      ></spy-map-notice>
      <div class="focus"></div>
      <div class="hidden" aria-live="polite">${this.spoken}</div>`;
  }

  protected override firstUpdated(): void {
    // Not passive: the page itself must neither scroll nor zoom.
    this.surface.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
  }

  protected override updated(_changed: PropertyValues): void {
    const { generation } = this.map.status.value;
    if (generation === this.#generation) return;
    this.#generation = generation;
    if (this.#viewport) this.#attachCanvas(this.#viewport);
  }

  focusMap(): void {
    this.surface.focus();
  }

  /** Ends the pin and hides the cursor; says whether there was one. */
  clearCursor(): boolean {
    const had = this.model.cursor.value !== undefined;
    this.pinned = false;
    this.actions.setCursor(undefined);
    return had;
  }

  zoom(timeFactor: number, priceFactor: number): void {
    this.#view?.zoomAboutCentre(timeFactor, priceFactor);
  }

  pan(timeFraction: number, priceFraction: number): void {
    this.#view?.panByFraction(timeFraction, priceFraction);
  }

  fit(): void {
    this.#view?.fit();
  }

  moveCursor(bins: number, ticks: number): void {
    const from = this.model.cursor.value ?? this.#cursorAtPlayhead();
    if (!from) return;
    const first = this.model.cursor.value === undefined;
    const last = this.model.player.value.playhead;
    const bin = Math.max(0, Math.min(last, from.bin + (first ? 0 : bins)));
    const tick = from.tick + (first ? 0 : ticks);
    this.#placeCursor(bin, tick, 'keyboard');
    this.#view?.reveal(bin, tick);
  }

  #cursorAtPlayhead(): { bin: number; tick: number } | undefined {
    const bin = this.model.player.value.playhead;
    const spot = this.model.readout(bin)?.spotTick ?? NaN;
    const tick = Number.isNaN(spot) ? Math.round(this.map.frame.value?.camera.centerTick ?? NaN) : spot;
    return Number.isNaN(tick) ? undefined : { bin, tick };
  }

  #onFollow(follow: boolean): void {
    if (this.#followed && !follow) this.#view?.followEnded();
    this.#followed = follow;
  }

  #attachCanvas(viewport: Viewport): void {
    this.surface.querySelector('canvas')?.remove();
    const canvas = document.createElement('canvas');
    canvas.setAttribute('aria-hidden', 'true');
    this.surface.append(canvas);
    this.map.attach(canvas.transferControlToOffscreen(), viewport);
    this.#view?.setViewport(viewport);
  }

  #onResize({ width, height }: DOMRectReadOnly): void {
    const first = this.#viewport === undefined;
    const viewport = {
      width: Math.max(1, Math.round(width)),
      height: Math.max(1, Math.round(height)),
      dpr: devicePixelRatio,
    };
    this.#viewport = viewport;
    if (first) {
      if (this.hasUpdated) this.#attachCanvas(viewport);
    } else if (this.#view?.setViewport(viewport)) {
      this.map.resize(viewport.width, viewport.height, viewport.dpr);
    }
  }

  #point(event: MouseEvent): { x: number; y: number } {
    const box = this.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #input(event: PointerEvent): { id: number; x: number; y: number; touch: boolean } {
    return { id: event.pointerId, touch: event.pointerType === 'touch', ...this.#point(event) };
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.surface.setPointerCapture(event.pointerId);
    this.#pointers.down(this.#input(event));
  }

  #onMove(event: PointerEvent): void {
    this.#apply(this.#pointers.move(this.#input(event)));
    this.dragging = this.#pointers.dragging;
  }

  #onUp(event: PointerEvent): void {
    this.#apply(this.#pointers.up(this.#input(event)));
    this.dragging = this.#pointers.dragging;
  }

  #onCancel(event: PointerEvent): void {
    this.#pointers.cancel(event.pointerId);
    this.dragging = this.#pointers.dragging;
  }

  #onLeave(): void {
    this.#hover = undefined;
    if (!this.pinned && this.model.cursor.value?.source === 'pointer') this.actions.setCursor(undefined);
  }

  #onContextMenu(event: Event): void {
    if (this.#pointers.dragging) event.preventDefault();
  }

  #apply(gesture: Gesture): void {
    switch (gesture.kind) {
      case 'none':
        break;
      case 'hover':
        this.#hover = { x: gesture.x, y: gesture.y };
        if (!this.pinned) this.#pointAt(gesture.x, gesture.y);
        break;
      case 'tap':
        this.#togglePin(gesture.x, gesture.y);
        break;
      case 'pan':
        this.#view?.panBy(gesture.dx, gesture.dy);
        break;
      case 'pinch':
        this.#view?.pinch(gesture.x, gesture.y, gesture.factor, gesture.dx, gesture.dy);
        break;
    }
  }

  #onWheel(event: WheelEvent): void {
    event.preventDefault();
    const { x, y } = this.#point(event);
    this.#view?.wheel(x, y, event);
  }

  #onDoubleClick(): void {
    this.pinned = false;
    this.#view?.home();
  }

  #togglePin(x: number, y: number): void {
    if (this.pinned) {
      this.pinned = false;
      this.#pointAt(x, y);
      return;
    }
    this.#pointAt(x, y);
    this.pinned = this.model.cursor.value !== undefined;
  }

  /** The picture moves under a resting pointer. */
  #followHover(): void {
    if (this.#hover && !this.pinned && this.model.cursor.value?.source === 'pointer') {
      this.#pointAt(this.#hover.x, this.#hover.y);
    }
  }

  #pointAt(x: number, y: number): void {
    const cell = cellAt(this.map.frame.value, x, y);
    if (cell) this.#placeCursor(cell.bin, cell.tick, 'pointer');
    else this.actions.setCursor(undefined);
  }

  #placeCursor(bin: number, tick: number, source: CursorState['source']): void {
    const before = this.model.cursor.value;
    if (before?.bin === bin && before.tick === tick && before.source === source) return;
    const readout = this.model.readout(bin);
    this.actions.setCursor({ bin, tick, row: readout && rowOfTick(readout, tick), source });
  }

  #onFrame(): void {
    this.#followHover();
    this.#placeCard();
  }

  #onCursor(): void {
    this.#placeCard();
    this.#speakSoon();
  }

  #placeCard(): void {
    const cursor = this.model.cursor.value;
    const frame = this.map.frame.value;
    if (cursor && frame) this.cardRight = cursor.bin < frame.camera.centerBin;
  }

  #speakSoon(): void {
    clearTimeout(this.#speakTimer);
    if (this.model.cursor.value?.source !== 'keyboard') return;
    this.#speakTimer = setTimeout(() => {
      const cursor = this.model.cursor.value;
      const readout = cursor && this.model.readout(cursor.bin);
      if (!readout) return;
      const { session, view } = this.model;
      const price = priceOfTick(session.value.config, cursor.tick);
      const { time, zone } = timeOfReadout(session.value, readout, view.value.zone);
      this.spoken = spokenCell(readout, cursor.row, `${time} ${zone}`, price);
    }, SPEAK_AFTER_MS);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-map': SpyMap;
  }
  interface HTMLElementEventMap {
    /** The card of a pinned cell was closed. */
    'spy-unpin': CustomEvent<undefined>;
  }
}
