import { LitElement, type ReactiveController } from 'lit';
import { property } from 'lit/decorators.js';
import type { CommandRegistry } from '#app/commands';
import type { AppActions, AppModel } from '#app/model';

/** A `Store` as far as redrawing is concerned. */
export interface Subscribable {
  subscribe(listener: () => void): () => void;
}

/** Redraws per second of read-outs in text: more cannot be read. */
export const TEXT_HZ = 15;

/**
 * Base of the elements that show the model: the root passes the three contracts down as properties, and the
 * stores that an element names in `watched` redraw it.
 */
export abstract class SpyElement extends LitElement {
  @property({ attribute: false }) model!: AppModel;
  @property({ attribute: false }) actions!: AppActions;
  @property({ attribute: false }) commands!: CommandRegistry;

  /** At most this many redraws per second for changed stores. */
  protected readonly redrawHz: number = Infinity;
  /**
   * The first draw takes a task of its own: a view whose many panels were drawn in one task would hold up the
   * pointer and the picture.
   */
  protected readonly drawsAlone: boolean = false;

  constructor() {
    super();
    this.addController(
      new StoreWatch(
        () => this.requestUpdate(),
        () => this.watched(),
        () => this.redrawHz,
      ),
    );
  }

  /** Draws without waiting: a dialog must hold the focus before the next key comes. */
  protected drawNow(): void {
    this.requestUpdate();
    this.performUpdate();
  }

  protected override async scheduleUpdate(): Promise<void> {
    if (this.drawsAlone && !this.hasUpdated) await new Promise((resolve) => setTimeout(resolve));
    await super.scheduleUpdate();
  }

  protected watched(): readonly Subscribable[] {
    return [];
  }
}

/** The first change shows at once, later ones at most `maxHz` times a second, the last one always. */
class StoreWatch implements ReactiveController {
  readonly #redraw: () => void;
  readonly #stores: () => readonly Subscribable[];
  readonly #maxHz: () => number;
  #stop: (() => void)[] = [];
  #lastMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(redraw: () => void, stores: () => readonly Subscribable[], maxHz: () => number) {
    this.#redraw = redraw;
    this.#stores = stores;
    this.#maxHz = maxHz;
  }

  hostConnected(): void {
    this.#stop = this.#stores().map((store) => store.subscribe(() => this.#changed()));
  }

  hostDisconnected(): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #changed(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#lastMs + 1000 / this.#maxHz() - performance.now();
    if (wait <= 0) {
      this.#update();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#update();
    }, wait);
  }

  #update(): void {
    this.#lastMs = performance.now();
    this.#redraw();
  }
}
