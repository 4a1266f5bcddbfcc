/**
 * The capture that is shown: what its session reports becomes bins in the store and on the map, and what the page says
 * about it. How it came to be opened is none of its business.
 */
import { problem, type Problem } from '#base/problem';
import { Store } from '#base/store';
import { BinStore } from '#app/bin-store';
import type { Opened } from '#app/capture-opening';
import { emptySession } from '#app/defaults';
import type { MapSink } from '#app/map-sink';
import type { MemoryBudget } from '#app/memory-budget';
import type { SessionState } from '#app/model';
import type { Player } from '#app/player';
import { ProgressMeter } from '#app/progress-meter';
import { RefreshPace } from '#app/refresh-pace';
import type { SessionListener } from '#app/session';
import type { Toasts } from '#app/toasts';
import { WarningList } from '#app/warning-list';
import { tickInt } from '#core/config/runtime-config';
import { bookSuspect } from '#core/vp/stream-warnings';
import type { CaptureEnd, EngineProgress, ProbedInstrument, ProbeReply } from '#protocol/engine-contract';
import type { GridBlock, RuntimeConfigMessage } from '#protocol/grid-messages';
import { GridStreamReader } from '#protocol/grid-stream-reader';

export interface ShownCaptureParts {
  readonly map: MapSink;
  readonly player: Player;
  readonly memory: MemoryBudget;
  readonly toasts: Toasts;
  readonly now: () => number;
  /** Resolves when what was changed on the page is on the screen; undefined while the page is hidden. */
  readonly painted: () => Promise<void> | undefined;
}

export class ShownCapture {
  readonly session = new Store<SessionState>(emptySession());
  readonly warnings = new WarningList();
  readonly #parts: ShownCaptureParts;
  #opened: Opened | undefined;
  #store: BinStore | undefined;
  #reader = new GridStreamReader();
  #meter: ProgressMeter;
  #anomalies: EngineProgress['anomalies'] = {};
  /** A fast load brings hundreds of blocks a second. */
  readonly #pace: RefreshPace;
  #pendingPlayhead: number | undefined;

  constructor(parts: ShownCaptureParts) {
    this.#parts = parts;
    this.#meter = new ProgressMeter(parts.now);
    this.#pace = new RefreshPace({
      now: parts.now,
      refresh: () => this.#refresh(),
      shown: () => {
        const painted = parts.painted();
        return painted && painted.then(() => parts.map.whenDrawn());
      },
    });
  }

  get opened(): Opened | undefined {
    return this.#opened;
  }

  get store(): BinStore | undefined {
    return this.#store;
  }

  /** The bin a link asks for, until it is loaded. */
  get pendingPlayhead(): number | undefined {
    return this.#pendingPlayhead;
  }

  /** The first capture begins at this bin instead of following its end. */
  setPendingPlayhead(bin: number): void {
    this.#pendingPlayhead = bin;
    // Before anything follows: ending that later would take the view from the picture, not from the link.
    this.#parts.player.setFollow(false);
  }

  /**
   * The capture is readable: only now is the previous one let go.
   *
   * @param reported what was wrong while it was being opened
   */
  show(opened: Opened, reply: ProbeReply, instrument: ProbedInstrument, reported: readonly Problem[]): void {
    this.#opened?.session.close();
    this.#opened = opened;
    this.#store = undefined;
    this.#meter = new ProgressMeter(this.#parts.now);
    this.#anomalies = {};
    this.#pace.restart();
    this.warnings.clear();
    for (const warning of reported) this.warnings.add(warning);
    this.#parts.map.clear();
    this.session.set({
      ...emptySession(),
      phase: 'loading',
      serving: opened.options.settings?.serving?.serving_name,
      files: reply.files,
      synthetic: reply.synthetic,
      fingerprint: reply.fingerprint,
      instruments: reply.instruments,
      instrument,
    });
  }

  close(): void {
    this.#opened?.session.close();
    this.#opened = undefined;
    this.#store = undefined;
    this.#pace.restart();
    this.warnings.clear();
    this.#parts.player.reset(1);
    this.#parts.map.clear();
    this.session.set(emptySession());
    this.countMemory();
  }

  /** Loading is over, one way or another; all bins that came are shown with it. */
  settle(change: Partial<SessionState>): void {
    this.session.update(change);
    this.#pace.flush();
  }

  /** Memory in use has changed. */
  recountMemory(): void {
    if (this.session.value.phase === 'loading') this.#pace.request();
    else this.countMemory();
  }

  countMemory(): void {
    this.#parts.memory.count(this.#store, this.#opened?.session.heldBytes ?? 0);
  }

  /** What its session tells once it has proved readable. */
  readonly listener: Omit<SessionListener, 'onProbed' | 'onFailure'> = {
    onConfig: (message) => this.#onConfig(message),
    onGrid: (block) => this.#onGrid(block),
    onBytes: (read) => {
      this.#meter.read(read);
      this.#pace.request();
    },
    onEngineProgress: (progress) => this.#onProgress(progress),
    onInstruments: (instruments) => this.#onInstruments(instruments),
    onWarning: (warning) => this.warnings.add(warning),
    onRestart: (reason, fromCheckpoint) => {
      this.warnings.add(reason);
      const how = fromCheckpoint ? 'continues from its last checkpoint' : 'begins again';
      this.#parts.toasts.show(`${reason.message} It was restarted and ${how}.`, 'warning');
    },
    onEnd: (end) => this.#onEnd(end),
    onCancelled: () => this.settle({ phase: 'cancelled' }),
  };

  #onConfig(config: RuntimeConfigMessage): void {
    this.#reader = new GridStreamReader();
    this.#reader.json(config);
    if (this.#store) return; // a restarted engine repeats it
    const { map, memory, player } = this.#parts;
    this.#store = new BinStore(config.grid_rows, tickInt(config), memory.storeBytes);
    player.reset(config.cell_width_ms / 1000, this.#pendingPlayhead === undefined);
    map.begin(config);
    this.session.update({ config, cellWidthNs: config.cell_width_ms * 1e6, bins: 0 });
  }

  async #onGrid(block: GridBlock): Promise<ArrayBuffer | undefined> {
    const store = this.#store;
    if (!store || block.heads.count === 0) return undefined;
    const { map, player } = this.#parts;
    // Nothing of a block is shown that breaks the stream contract.
    const heads = this.#reader.block(block);
    const firstBin = heads.columns.bin_seq[0];
    const emptied = store.append(heads, block.ipc, player.state.value.playhead);
    map.append(store, firstBin, heads.count);
    if (firstBin === 0) {
      const { cellWidthNs } = this.session.value;
      this.#meter.begin(store.heads.baseNs, cellWidthNs);
      this.session.update({ firstBinStartNs: store.heads.baseNs });
      this.#pace.flush();
      if (this.#opened?.options.autoplay) {
        player.seek(0);
        player.play();
      }
    } else {
      this.#pace.request();
    }
    await this.#pace.late;
    return emptied;
  }

  /** Tells the elements what came since the last time. */
  #refresh(): void {
    const { player } = this.#parts;
    const bins = this.#store?.bins ?? 0;
    this.#meter.bins(bins);
    this.session.update({ bins, progress: this.#meter.progress(), anomalies: this.#anomalies });
    player.setBins(bins, this.session.value.phase === 'loading');
    if (this.#pendingPlayhead !== undefined && (bins > this.#pendingPlayhead || this.session.value.end)) {
      player.seek(this.#pendingPlayhead);
      this.#pendingPlayhead = undefined;
    }
    this.countMemory();
  }

  #onProgress(progress: EngineProgress): void {
    this.#meter.engine(progress);
    this.#anomalies = progress.anomalies;
    this.#pace.request();
    if (progress.bookSuspect) this.warnings.note(bookSuspect());
  }

  #onInstruments(instruments: readonly ProbedInstrument[]): void {
    const current = this.session.value.instrument;
    const chosen = instruments.find(
      (i) => i.publisherId === current?.publisherId && i.instrumentId === current.instrumentId,
    );
    this.session.update({ instruments, ...(chosen ? { instrument: chosen } : {}) });
    const busiest = instruments.find((i) => !i.isSpread);
    if (chosen && busiest && busiest.records > chosen.records && !this.#opened?.options.instrument) {
      this.warnings.add(
        problem(
          'capture/busier-instrument',
          `${busiest.symbol} has more records than ${chosen.symbol} in the whole capture.`,
          {
            tip: 'Choose it in the instrument menu to see it instead.',
          },
        ),
      );
    }
  }

  #onEnd(end: CaptureEnd): void {
    this.#meter.engine(end);
    for (const warning of end.warnings) this.warnings.note(warning);
    this.#anomalies = end.anomalies;
    this.settle({ phase: 'ready', end });
    if (this.session.value.bins === 0) {
      this.warnings.add(
        problem('capture/no-bins', 'The capture ended before the first time cell was complete.', {
          tip: 'There is nothing to draw: the file may hold only a snapshot.',
        }),
      );
    }
  }
}
