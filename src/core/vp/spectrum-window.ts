/**
 * The spectrum of the ticks that are read, and of no others.
 *
 * Ticks share the lanes of a `SpectrumTracker`: slot s uses lane `s mod lanes`, and there are more lanes than rows of
 * the window, so the rows of one window never collide and a tick keeps its lane while the spot wanders by less than
 * the margin. A tick that was out of the window for a few bins is given the composites it missed; one whose lane was
 * lost is rebuilt from the history. Both give the bits of a lane that was pushed in every bin, so what was read when
 * has no influence.
 */
import { fail } from '#base/problem';
import type { SpectrumConfig } from '#core/spectrum/spectrum-tracker';
import { SpectrumTracker } from '#core/spectrum/spectrum-tracker';
import type { Forces } from '#core/vp/forces';
import { TickHistory } from '#core/vp/tick-history';
import type { TickStore } from '#core/vp/tick-store';

/** Missed bins up to which pushing them one by one is cheaper than sorting the windows anew. */
const CATCH_UP_BINS = 64;
const MIN_MARGIN_LANES = 16;
/** The windows of one lane hold three sorted and three ring copies. */
const MAX_WINDOW_BYTES = 2 ** 30;

export class SpectrumWindow {
  readonly tracker: SpectrumTracker;
  readonly history: TickHistory;
  private readonly lanes: number;
  private readonly slotOfLane: Int32Array;
  private readonly past: Float64Array;

  /**
   * @param rows most ticks read per bin; neighbours
   * @throws ProblemError `vp/too-large` when the windows would not fit in memory
   */
  constructor(
    config: SpectrumConfig,
    private readonly ticks: TickStore,
    forces: Forces,
    rows: number,
  ) {
    this.lanes = rows + Math.max(MIN_MARGIN_LANES, rows >> 2);
    if (this.lanes * config.flow_zscore_window_bins * 48 > MAX_WINDOW_BYTES) {
      fail(
        'vp/too-large',
        `A z window of ${config.flow_zscore_window_bins} bins for ${rows} rows does not fit in memory`,
        {
          tip: 'Lower grid_radius_ticks or flow_zscore_window_bins.',
        },
      );
    }
    this.tracker = new SpectrumTracker(config, this.lanes);
    this.history = new TickHistory(ticks, forces, this.tracker.historyLength);
    this.slotOfLane = new Int32Array(this.lanes).fill(-1);
    this.past = new Float64Array(this.history.bins);
  }

  /**
   * Lane of the tracker that holds the tick's values at the last bin edge.
   *
   * @param composite the tick's instantaneous composite at that edge
   */
  laneOf(slot: number, composite: number): number {
    const lane = slot % this.lanes;
    const bins = this.ticks.lastEdge + 1;
    const known = this.slotOfLane[lane] === slot;
    const missing = known ? bins - this.tracker.binsOf(lane) : bins;
    if (known && missing === 1) this.tracker.push(lane, composite);
    else if (known && missing <= CATCH_UP_BINS && missing <= this.past.length)
      this.catchUp(slot, lane, missing);
    else this.rebuild(slot, lane, bins);
    return lane;
  }

  private catchUp(slot: number, lane: number, missing: number): void {
    this.history.composites(slot, missing, this.past);
    for (let i = 0; i < missing; i++) this.tracker.push(lane, this.past[i]);
  }

  private rebuild(slot: number, lane: number, bins: number): void {
    const length = Math.min(bins, this.past.length);
    this.history.composites(slot, length, this.past);
    this.tracker.reset(lane, this.past, bins, length);
    this.slotOfLane[lane] = slot;
  }
}
