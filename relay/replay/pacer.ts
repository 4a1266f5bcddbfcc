/** When the records of a recording are due. Pure: told the time, it says how many bytes may go and how long to wait. */
import type { DbnVersion } from '#core/dbn/dbn-types';
import { recordLayout } from '#core/dbn/record-layouts';
import { isGatewayMessage } from '#core/dbn/rtype';

export interface Pace {
  /** Market time per time; Infinity: as fast as it goes. */
  readonly speed: number;
  /** Records before it are put out at once, as what brings the book up to date. Default: the first record. */
  readonly startNs?: bigint | undefined;
}

export interface Release {
  /** Bytes from the offset on that are due: whole records. */
  readonly bytes: number;
  /** They are from before the start. */
  readonly catchUp: boolean;
  /** How long to wait for the next record, where not all are due. */
  readonly waitMs: number;
}

export class Pacer {
  readonly #pace: Pace;
  readonly #timeOffsets: Int32Array;
  /** Market time and clock at the same moment. */
  #marketNs: bigint | undefined;
  #wallMs: number | undefined;

  constructor(pace: Pace, version: DbnVersion) {
    this.#pace = pace;
    this.#timeOffsets = timeOffsets(version);
    this.#marketNs = pace.startNs;
  }

  /**
   * @param records whole records
   * @param offset of the first that has not been put out
   * @param nowMs monotonic
   */
  release(records: Uint8Array, offset: number, nowMs: number): Release {
    const view = new DataView(records.buffer, records.byteOffset, records.length);
    const dueNs = this.#dueNs(nowMs);
    let end = offset;
    let isBefore: boolean | undefined;
    while (end < records.length) {
      const timeNs = this.#timeOf(view, end);
      const before = timeNs !== undefined && this.#isBeforeStart(timeNs);
      // Messages of the gateway have no time of their own: they go with what is before them.
      if (timeNs !== undefined) {
        if (isBefore !== undefined && isBefore !== before) break;
        isBefore = before;
        if (!before && !this.#isDue(timeNs, dueNs, nowMs)) break;
      }
      end += records[end] * 4;
    }
    const nextNs = end < records.length ? this.#timeOf(view, end) : undefined;
    const bytes = end - offset;
    return {
      bytes,
      catchUp: isBefore === true,
      waitMs: bytes > 0 || nextNs === undefined ? 0 : this.#waitMs(nextNs, nowMs),
    };
  }

  #isBeforeStart(timeNs: bigint): boolean {
    return this.#pace.startNs !== undefined && timeNs < this.#pace.startNs;
  }

  /** Until the first record that is due by the clock, time stands still. */
  #dueNs(nowMs: number): bigint | undefined {
    if (this.#marketNs === undefined || this.#wallMs === undefined) return undefined;
    return this.#marketNs + BigInt(Math.floor((nowMs - this.#wallMs) * 1e6 * this.#pace.speed));
  }

  #isDue(timeNs: bigint, dueNs: bigint | undefined, nowMs: number): boolean {
    if (this.#pace.speed === Infinity) return true;
    if (dueNs !== undefined) return timeNs <= dueNs;
    this.#wallMs ??= nowMs;
    this.#marketNs ??= timeNs;
    return timeNs <= this.#marketNs;
  }

  #waitMs(timeNs: bigint, nowMs: number): number {
    const sinceMs = Number(timeNs - this.#marketNs!) / 1e6 / this.#pace.speed;
    return Math.max(0, this.#wallMs! + sinceMs - nowMs);
  }

  #timeOf(view: DataView, at: number): bigint | undefined {
    const offset = this.#timeOffsets[view.getUint8(at + 1)];
    return offset === 0 ? undefined : view.getBigUint64(at + offset, true);
  }
}

/** Where the time of a record stands, by type: its receipt where it has one, else its event; 0 where it has neither. */
function timeOffsets(version: DbnVersion): Int32Array {
  return Int32Array.from({ length: 256 }, (_, rtype) => {
    const fields = recordLayout(rtype, version)?.fields ?? [];
    const field = fields.find(({ name }) => name === 'ts_recv');
    return field?.offset ?? (isGatewayMessage(rtype) || fields.length === 0 ? 0 : TS_EVENT_OFFSET);
  });
}

const TS_EVENT_OFFSET = 8;
