/**
 * Saving and restoring the state of an engine part: a flat byte string that each part writes and reads in the
 * same order. Every part opens its own section with a tag and a version, so that a checkpoint of another build
 * is refused with a message instead of being misread.
 *
 *   section  := tag text, version f64
 *   text     := length f64, UTF-16 code units
 *   array    := element kind u8, length f64, elements
 *
 * Integers and floats both travel as f64 (exact to 2^53); byte order is that of the machine, little-endian on
 * every platform JavaScript engines support.
 */
import { fail } from '#base/problem';

export type StateArray =
  Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

const KINDS = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
] as const;

function kindOf(array: StateArray): number {
  return KINDS.findIndex((kind) => array instanceof kind);
}

export class StateWriter {
  private bytes: Uint8Array;
  private view: DataView;
  private length = 0;

  constructor(initialBytes = 4096) {
    this.bytes = new Uint8Array(Math.max(64, initialBytes));
    this.view = new DataView(this.bytes.buffer);
  }

  /** Opens a section; the reader must open one with the same tag and version. */
  begin(tag: string, version: number): void {
    this.text(tag);
    this.number(version);
  }

  number(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  boolean(value: boolean): void {
    this.reserve(1);
    this.bytes[this.length++] = value ? 1 : 0;
  }

  /** A signed 64-bit integer; unsigned values are read back with `BigInt.asUintN(64, …)`. */
  bigint(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.length, BigInt.asIntN(64, value), true);
    this.length += 8;
  }

  text(value: string): void {
    this.number(value.length);
    this.reserve(value.length * 2);
    for (let i = 0; i < value.length; i++, this.length += 2) {
      this.view.setUint16(this.length, value.charCodeAt(i), true);
    }
  }

  /** The first `count` elements. */
  array(values: StateArray, count = values.length): void {
    this.reserve(1);
    this.bytes[this.length++] = kindOf(values);
    this.number(count);
    const size = count * values.BYTES_PER_ELEMENT;
    this.reserve(size);
    this.bytes.set(new Uint8Array(values.buffer, values.byteOffset, size), this.length);
    this.length += size;
  }

  /** A copy of everything written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/**
 * Reads what a `StateWriter` wrote. Every method fails with a `ProblemError` (`state/truncated`,
 * `state/other-section`, `state/other-shape`) where the bytes are not what the caller expects.
 */
export class StateReader {
  private readonly view: DataView;
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Enters the section `tag`; fails on another tag or another version. */
  begin(tag: string, version: number): void {
    const at = this.position;
    const foundTag = this.text();
    const foundVersion = this.number();
    if (foundTag !== tag || foundVersion !== version) {
      fail(
        'state/other-section',
        `Saved state holds ${foundTag} v${foundVersion} where ${tag} v${version} is expected`,
        {
          offset: at,
          tip: 'Discard the saved state and start from the beginning of the data.',
        },
      );
    }
  }

  number(): number {
    this.require(8);
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  boolean(): boolean {
    this.require(1);
    return this.bytes[this.position++] !== 0;
  }

  bigint(): bigint {
    this.require(8);
    const value = this.view.getBigInt64(this.position, true);
    this.position += 8;
    return value;
  }

  text(): string {
    const length = this.size(2);
    let value = '';
    for (let i = 0; i < length; i++, this.position += 2) {
      value += String.fromCharCode(this.view.getUint16(this.position, true));
    }
    return value;
  }

  /** Fills the front of `target` with the saved array and returns its length; longer ones are refused. */
  arrayInto(target: StateArray): number {
    const at = this.position;
    this.require(1);
    const kind = this.bytes[this.position++];
    const count = this.size(target.BYTES_PER_ELEMENT);
    if (kind !== kindOf(target) || count > target.length) {
      fail('state/other-shape', `Saved array of ${count} elements does not fit`, { offset: at });
    }
    const size = count * target.BYTES_PER_ELEMENT;
    new Uint8Array(target.buffer, target.byteOffset, size).set(
      this.bytes.subarray(this.position, this.position + size),
    );
    this.position += size;
    return count;
  }

  /** Fails when bytes are left over. */
  end(): void {
    if (this.position !== this.bytes.length) {
      fail('state/other-shape', `Saved state has ${this.bytes.length - this.position} unread bytes`, {
        offset: this.position,
      });
    }
  }

  /** A length whose elements of `elementBytes` are all present. */
  private size(elementBytes: number): number {
    const count = this.number();
    if (!Number.isInteger(count) || count < 0) {
      fail('state/other-shape', 'Saved state has an impossible length', { offset: this.position - 8 });
    }
    this.require(count * elementBytes);
    return count;
  }

  private require(more: number): void {
    if (this.position + more > this.bytes.length) {
      fail('state/truncated', 'Saved state ends early', { offset: this.position });
    }
  }
}
