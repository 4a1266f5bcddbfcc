/**
 * The columns of a bin that follow from the moves of the best prices (vacuum-pressure.md section 10), and `k`. One set,
 * overwritten by every bin.
 */
import { fillState5, microstateId } from '#core/score/microstate';

export class LabelColumns {
  private readonly k: Int32Array;
  private readonly askMove: Int32Array;
  private readonly bidMove: Int32Array;
  private readonly askSign: Int8Array;
  private readonly bidSign: Int8Array;
  private readonly microstate: Int8Array;
  private readonly state5: Int8Array;
  private readonly chaseUp: Int8Array;
  private readonly chaseDown: Int8Array;

  constructor(radius: number) {
    const rows = 2 * radius + 1;
    this.k = Int32Array.from({ length: rows }, (_, r) => r - radius);
    this.askMove = new Int32Array(rows);
    this.bidMove = new Int32Array(rows);
    this.askSign = new Int8Array(rows);
    this.bidSign = new Int8Array(rows);
    this.microstate = new Int8Array(rows);
    this.state5 = new Int8Array(rows);
    this.chaseUp = new Int8Array(rows);
    this.chaseDown = new Int8Array(rows);
  }

  column(name: string): Int32Array | Int8Array {
    switch (name) {
      case 'k':
        return this.k;
      case 'best_ask_move_ticks':
        return this.askMove;
      case 'best_bid_move_ticks':
        return this.bidMove;
      case 'ask_reprice_sign':
        return this.askSign;
      case 'bid_reprice_sign':
        return this.bidSign;
      case 'microstate_id':
        return this.microstate;
      case 'state5_code':
        return this.state5;
      case 'chase_up_flag':
        return this.chaseUp;
      case 'chase_down_flag':
        return this.chaseDown;
      default:
        throw new RangeError(`${name} is no label column`);
    }
  }

  /** Fills the columns for moves in ticks. */
  fill(askMoveTicks: number, bidMoveTicks: number): void {
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
  }
}
