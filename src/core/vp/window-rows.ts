/**
 * The rows of one bin (vacuum-pressure.md sections 9 and 10): the ticks around the spot and the labels of the
 * best-price moves, written into one reused `GridFrame`.
 */
import { fillState5, microstateId } from '#core/score/microstate';
import { compositeOf } from '#core/spectrum/composite';
import { columnIndex } from '#core/vp/columns';
import { FLOAT_COLUMNS, GridFrame } from '#core/vp/frame';
import type { SpectrumWindow } from '#core/vp/spectrum-window';
import type { TickReader } from '#core/vp/tick-reader';

const COMPOSITE = FLOAT_COLUMNS.indexOf('composite');
const LAST_EVENT_ID = FLOAT_COLUMNS.indexOf('last_event_id');

export class WindowRows {
  readonly frame: GridFrame;
  private readonly radius: number;
  private readonly flowState: Int8Array;
  private readonly askMove: Int32Array;
  private readonly bidMove: Int32Array;
  private readonly askSign: Int8Array;
  private readonly bidSign: Int8Array;
  private readonly microstate: Int8Array;
  private readonly state5: Int8Array;
  private readonly chaseUp: Int8Array;
  private readonly chaseDown: Int8Array;

  /** @param spectrum absent: the spectrum columns stay 0 */
  constructor(
    radius: number,
    private readonly slots: number,
    private readonly reader: TickReader,
    private readonly spectrum: SpectrumWindow | undefined,
  ) {
    this.radius = radius;
    this.frame = new GridFrame(2 * radius + 1);
    const int8 = (name: string) => this.frame.columns[columnIndex(name)] as Int8Array;
    const int32 = (name: string) => this.frame.columns[columnIndex(name)] as Int32Array;
    this.flowState = int8('flow_state_code');
    this.askMove = int32('best_ask_move_ticks');
    this.bidMove = int32('best_bid_move_ticks');
    this.askSign = int8('ask_reprice_sign');
    this.bidSign = int8('bid_reprice_sign');
    this.microstate = int8('microstate_id');
    this.state5 = int8('state5_code');
    this.chaseUp = int8('chase_up_flag');
    this.chaseDown = int8('chase_down_flag');
    const k = int32('k');
    for (let r = 0; r < k.length; r++) k[r] = r - radius;
  }

  /** Copies the ticks around `centre`; a slot outside the grid gives a row of zeros. */
  copyTicks(centre: number): void {
    const { rows, floats } = this.frame;
    for (let r = 0; r < rows; r++) {
      const slot = centre - this.radius + r;
      if (slot < 0 || slot >= this.slots) {
        for (let i = r; i < floats.length; i += rows) floats[i] = 0;
        this.flowState[r] = 0;
        continue;
      }
      this.reader.read(slot, floats, r, rows);
      floats[LAST_EVENT_ID * rows + r] = this.reader.lastEventId;
      if (this.spectrum) this.copySpectrum(this.spectrum, slot, r);
    }
  }

  /** No spot, or none on the grid. */
  clearTicks(): void {
    this.frame.floats.fill(0);
    this.flowState.fill(0);
  }

  /** Fills the label columns; returns the microstate. */
  label(askMoveTicks: number, bidMoveTicks: number): number {
    const askSign = Math.sign(askMoveTicks);
    const bidSign = Math.sign(bidMoveTicks);
    const microstate = microstateId(askSign, bidSign);
    this.askMove.fill(askMoveTicks);
    this.bidMove.fill(bidMoveTicks);
    this.askSign.fill(askSign);
    this.bidSign.fill(bidSign);
    this.microstate.fill(microstate);
    this.chaseUp.fill(askSign > 0 && bidSign > 0 ? 1 : 0);
    this.chaseDown.fill(askSign < 0 && bidSign < 0 ? 1 : 0);
    fillState5(this.state5, microstate);
    return microstate;
  }

  private copySpectrum(spectrum: SpectrumWindow, slot: number, r: number): void {
    const { rows, floats } = this.frame;
    const { tracker } = spectrum;
    const lane = spectrum.laneOf(slot, compositeOf(this.reader.pressure, this.reader.vacuum));
    const at = COMPOSITE * rows + r;
    floats[at] = tracker.composite[lane];
    floats[at + rows] = tracker.d1[lane];
    floats[at + 2 * rows] = tracker.d2[lane];
    floats[at + 3 * rows] = tracker.d3[lane];
    floats[at + 4 * rows] = tracker.score[lane];
    this.flowState[r] = tracker.state[lane];
  }
}
