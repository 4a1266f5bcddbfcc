import { LitElement, type ReactiveController } from 'lit';
import { property } from 'lit/decorators.js';
import type { CommandRegistry } from '#app/commands';
import type { AppActions, AppModel } from '#app/model';

/** Base of the elements that show the model. The root passes the three contracts down as properties. */
export abstract class SpyElement extends LitElement {
  @property({ attribute: false }) model!: AppModel;
  @property({ attribute: false }) actions!: AppActions;
  @property({ attribute: false }) commands!: CommandRegistry;
}

export interface Subscribable {
  subscribe(listener: () => void): () => void;
}

/**
 * Redraws an element when one of the stores it names changes. Text that nobody can read at 60 Hz takes a limit:
 * the first change shows at once, later ones at most `maxHz` times a second, the last one always.
 */
export class StoreWatch implements ReactiveController {
  readonly #host: LitElement;
  readonly #stores: () => readonly Subscribable[];
  readonly #gapMs: number;
  #stop: (() => void)[] = [];
  #lastMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: LitElement, stores: () => readonly Subscribable[], maxHz = Infinity) {
    this.#host = host;
    this.#stores = stores;
    this.#gapMs = 1000 / maxHz;
    host.addController(this);
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
    const wait = this.#lastMs + this.#gapMs - performance.now();
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
    this.#host.requestUpdate();
  }
}

/** Redraws per second of read-outs in text. */
export const TEXT_HZ = 15;
