import type { Store } from '#base/store';
import type { BinStore } from '#app/bin-store';
import type { ViewState } from '#app/model';
import type { RuntimeConfigMessage } from '#protocol/grid-messages';

/** The map as the controller drives it; implemented over the render worker by the page. */
export interface MapSink {
  /** A new stream begins: forget all columns. */
  begin(config: RuntimeConfigMessage): void;
  /** Bins `[from, from + count)` are in the store. */
  append(store: BinStore, from: number, count: number): void;
  /** The set of stored columns or the chosen layer changed: send everything again. */
  reload(store: BinStore): void;
  setView(view: ViewState, playhead: number, follow: boolean): void;
  clear(): void;
  /** Resolves with true when the bin at the playhead is drawn, with false where nothing can draw it. */
  whenDrawn(): Promise<boolean>;
  /** Most bytes the renderer may hold. */
  setBudget(bytes: number): void;
  /** Bytes held by the renderer (textures and copies). */
  readonly used: Store<number>;
}
