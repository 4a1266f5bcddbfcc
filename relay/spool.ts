/**
 * The frames of one epoch, on disk in the form in which they are sent. Clients are cursors into it: who comes late
 * reads from the beginning, who reads along reads the newest frames, which are also kept in memory. So the relay's
 * memory does not depend on how many clients there are or how slow they read.
 */
import { closeSync, openSync, read, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  encodeFrame,
  FRAME_HEADER_BYTES,
  frameLength,
  MAX_PAYLOAD_BYTES,
  type FrameKind,
} from '#protocol/relay-frames';
import { refuseSystem } from '#relay/files';

/** Frames of up to this size travel in one message, larger ones alone. */
const MESSAGE_BYTES = 128 << 10;
const MEMORY_BYTES = 4 << 20;

const readAsync = promisify(read);

export class Spool {
  readonly epoch: number;
  /** No epoch follows and nothing is added. */
  isComplete = false;

  readonly #path: string;
  readonly #handle: number;
  #size = 0;
  /** The newest frames. */
  readonly #recent: { readonly position: number; readonly bytes: Uint8Array }[] = [];
  #recentBytes = 0;
  #readers = 0;
  #isDiscarded = false;
  #isRemoved = false;
  #next: Spool | undefined;

  /** @throws ProblemError `file/…` */
  constructor(path: string, epoch: number) {
    this.epoch = epoch;
    this.#path = path;
    try {
      this.#handle = openSync(path, 'wx+', 0o600);
    } catch (error) {
      refuseSystem(error, path);
    }
  }

  /** The epoch after this one, once there is one: nothing is added here any more. */
  get next(): Spool | undefined {
    return this.#next;
  }

  /** Keeps `next` as long as this one, so that who reads here can go on there. */
  continueIn(next: Spool): void {
    next.retain();
    this.#next = next;
  }

  /** Bytes of all frames. */
  get size(): number {
    return this.#size;
  }

  /** Takes a copy of `payload`. @throws ProblemError `file/…` when the disk is full */
  append(kind: FrameKind, payload: Uint8Array, timeNs: bigint, catchUp: boolean): void {
    const most = kind === 'dbn' ? MESSAGE_BYTES - FRAME_HEADER_BYTES : MAX_PAYLOAD_BYTES;
    for (let at = 0; at === 0 || at < payload.length; at += most) {
      const piece = payload.subarray(at, at + most);
      this.#write(encodeFrame({ kind, catchUp, position: BigInt(this.#size), timeNs, payload: piece }));
    }
  }

  /** Whether a frame begins at `position`, or the next one will. */
  async isBoundary(position: number): Promise<boolean> {
    if (position === this.#size) return true;
    if (!Number.isSafeInteger(position) || position < 0 || position > this.#size) return false;
    if (position >= this.#recent[0].position)
      return this.#recent[this.#indexOf(position)].position === position;
    const header = await this.#readFile(position, FRAME_HEADER_BYTES);
    return new DataView(header.buffer, header.byteOffset).getBigUint64(8, true) === BigInt(position);
  }

  /**
   * Whole frames from `position` on, as many as fit one message; empty at the end.
   *
   * @throws ProblemError `file/…`
   */
  async read(position: number): Promise<Uint8Array> {
    if (position >= this.#size) return new Uint8Array(0);
    if (position >= this.#recent[0].position) return this.#readRecent(position);
    const available = Math.min(this.#recent[0].position - position, MESSAGE_BYTES);
    const bytes = await this.#readFile(position, available);
    let end = 0;
    while (end + FRAME_HEADER_BYTES <= bytes.length && end + frameLength(bytes, end) <= bytes.length) {
      end += frameLength(bytes, end);
    }
    return end > 0 ? bytes.subarray(0, end) : this.#readFile(position, frameLength(bytes, 0));
  }

  /** Keeps the file while someone reads it. */
  retain(): void {
    this.#readers++;
  }

  release(): void {
    this.#readers--;
    this.#removeUnused();
  }

  /** Removes the file when the last reader has gone. */
  discard(): void {
    this.#isDiscarded = true;
    this.#removeUnused();
  }

  #removeUnused(): void {
    if (!this.#isDiscarded || this.#readers > 0 || this.#isRemoved) return;
    // Once only: the number of a closed file may be another file's by now.
    this.#isRemoved = true;
    closeSync(this.#handle);
    rmSync(this.#path, { force: true });
    this.#next?.release();
  }

  #write(frame: Uint8Array): void {
    try {
      for (let at = 0; at < frame.length;)
        at += writeSync(this.#handle, frame, at, frame.length - at, this.#size + at);
    } catch (error) {
      refuseSystem(error, this.#path);
    }
    this.#recent.push({ position: this.#size, bytes: frame });
    this.#recentBytes += frame.length;
    this.#size += frame.length;
    while (this.#recentBytes > MEMORY_BYTES && this.#recent.length > 1) {
      this.#recentBytes -= this.#recent.shift()!.bytes.length;
    }
  }

  #readRecent(position: number): Uint8Array {
    const first = this.#indexOf(position);
    let last = first + 1;
    let bytes = this.#recent[first].bytes.length;
    while (last < this.#recent.length && bytes + this.#recent[last].bytes.length <= MESSAGE_BYTES) {
      bytes += this.#recent[last++].bytes.length;
    }
    return last === first + 1
      ? this.#recent[first].bytes
      : Buffer.concat(this.#recent.slice(first, last).map((frame) => frame.bytes));
  }

  #indexOf(position: number): number {
    let low = 0;
    let high = this.#recent.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#recent[middle].position <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async #readFile(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    try {
      while (filled < length) {
        const { bytesRead } = await readAsync(
          this.#handle,
          bytes,
          filled,
          length - filled,
          position + filled,
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (error) {
      refuseSystem(error, this.#path);
    }
    return bytes.subarray(0, filled);
  }
}
