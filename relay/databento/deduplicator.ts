/**
 * Joins a replay to what was received before the connection was lost, exactly: nothing twice, nothing missing unseen.
 *
 * Per record type and instrument the last records are remembered by time and hash. In a replay, records are dropped
 * until the last one that was taken has come again; then everything is taken. Order of arrival is the truth, because
 * event times may go back. Where the replay does not contain what was taken, that is a gap.
 */
import { RTYPE } from '#core/dbn/rtype';

const F_SNAPSHOT = 0x20;
const MBO_FLAGS_OFFSET = 36;
const TS_OUT_BYTES = 8;
/** Of earlier times, so that records whose times go back are recognised. */
const REMEMBERED_BEFORE = 16;
/** More records of one instrument at one time than this cannot be told from a gap. */
const REMEMBERED = 4096;

export interface JoinGap {
  /** Event time of the last record taken before. */
  readonly fromNs: bigint;
  /** Of the first one that does not fit. */
  readonly toNs: bigint;
}

export type Verdict = 'take' | 'drop' | JoinGap;

interface Trail {
  /** Event time of the last record taken. */
  lastNs: bigint;
  /** Hashes of the last records, oldest first; those at `lastNs` are at the end. */
  readonly hashes: bigint[];
  /** How many of them have that time. */
  atLast: number;
  /** Of a replay: how many of those have come again. `undefined`: joined. */
  matched: number | undefined;
}

export class Deduplicator {
  readonly #trails = new Map<number, Trail>();

  /** Earliest event time from which a replay of records of this type must start; `undefined` if none were taken. */
  startOf(rtypes: readonly number[]): bigint | undefined {
    let start: bigint | undefined;
    for (const [key, { lastNs }] of this.#trails) {
      if (rtypes.includes(key % 256) && (start === undefined || lastNs < start)) start = lastNs;
    }
    return start;
  }

  /** A replay follows. */
  replay(): void {
    for (const trail of this.#trails.values()) trail.matched = 0;
  }

  /** What follows does not repeat anything. */
  forget(): void {
    this.#trails.clear();
  }

  /**
   * @param offset of a whole data record
   * @param tsOut whether records end with the gateway's time, which differs each time they are sent
   * @param takesSnapshots whether records of a snapshot were asked for: they repeat nothing, and carry older times
   */
  judge(bytes: Uint8Array, offset: number, tsOut: boolean, takesSnapshots: boolean): Verdict {
    const length = bytes[offset] * 4;
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
    const rtype = view.getUint8(1);
    if (takesSnapshots && rtype === RTYPE.mbo && (view.getUint8(MBO_FLAGS_OFFSET) & F_SNAPSHOT) !== 0)
      return 'take';
    const key = view.getUint32(4, true) * 256 + rtype;
    const timeNs = view.getBigUint64(8, true);
    const hash = hashOf(view, length - (tsOut ? TS_OUT_BYTES : 0));
    const trail = this.#trails.get(key);
    if (trail?.matched !== undefined) {
      const verdict = rejoin(trail, timeNs, hash);
      if (verdict === 'drop') return verdict;
      trail.matched = undefined;
      if (verdict !== 'take') {
        remember(trail, timeNs, hash);
        return verdict;
      }
    }
    if (trail) remember(trail, timeNs, hash);
    else this.#trails.set(key, { lastNs: timeNs, hashes: [hash], atLast: 1, matched: undefined });
    return 'take';
  }
}

/** Whether a record of a replay was taken before. */
function rejoin(trail: Trail, timeNs: bigint, hash: bigint): Verdict {
  const matched = trail.matched ?? 0;
  if (matched === trail.atLast) return 'take';
  const expected = trail.hashes[trail.hashes.length - trail.atLast + matched];
  if (timeNs === trail.lastNs && hash === expected) {
    trail.matched = matched + 1;
    return 'drop';
  }
  if (timeNs < trail.lastNs || trail.hashes.includes(hash)) return 'drop';
  return { fromNs: trail.lastNs, toNs: timeNs };
}

function remember(trail: Trail, timeNs: bigint, hash: bigint): void {
  if (timeNs !== trail.lastNs) {
    trail.lastNs = timeNs;
    trail.atLast = 0;
    if (trail.hashes.length > REMEMBERED_BEFORE)
      trail.hashes.splice(0, trail.hashes.length - REMEMBERED_BEFORE);
  } else if (trail.hashes.length > REMEMBERED) trail.hashes.shift();
  trail.hashes.push(hash);
  trail.atLast = Math.min(trail.atLast + 1, REMEMBERED);
}

/** 64 bits over the words of a record: two FNV-like sums with different multipliers. */
function hashOf(view: DataView, length: number): bigint {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = 0; at < length; at += 4) {
    const word = view.getUint32(at, true);
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + word, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return (BigInt(a >>> 0) << 32n) | BigInt(b >>> 0);
}
