/**
 * Saving and restoring the state of an engine part: a flat byte string that each part writes and reads in the
 * same order. Every part opens its own section with a tag and a version, so that a checkpoint of another build
 * is refused with a message instead of being misread. Kernel code.
 *
 *   section  := tag text, version f64
 *   text     := length f64, UTF-16 code units
 *   array    := element kind u8, length f64, elements
 *
 * Integers and floats both travel as f64 (exact to 2^53); byte order is that of the machine, little-endian on
 * every platform JavaScript engines support.
 */
import {
  bytesOfF64s,
  bytesOfI32s,
  copyU8s,
  getF64,
  newU8s,
  putF64,
  putI32,
  roomOf,
  toI32,
  toU32,
  type F64s,
  type I32s,
  type U8s,
} from '#base/numeric/arrays';
import { stop } from '#base/numeric/stop';
import type { bool, f64, i32, u32 } from '#base/numeric/types';

const KIND_F64: i32 = 0;
const KIND_I32: i32 = 1;
const KIND_U8: i32 = 2;

const DISCARD = 'Discard the saved state and start from the beginning of the data.';

export class StateWriter {
  /** What was written is `bytes[0, length)`. */
  bytes: U8s;
  length: i32 = 0;

  constructor(private room: i32 = 4096) {
    this.bytes = newU8s(room);
  }

  /** Opens a section; the reader must open one with the same tag and version. */
  begin(tag: string, version: f64): void {
    this.text(tag);
    this.number(version);
  }

  number(value: f64): void {
    this.reserve(8);
    putF64(this.bytes, this.length, value);
    this.length += 8;
  }

  boolean(value: bool): void {
    this.byte(value ? 1 : 0);
  }

  text(value: string): void {
    this.number(value.length);
    for (let i: i32 = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      this.byte(unit & 255);
      this.byte(unit >> 8);
    }
  }

  /** The first `count` elements. */
  f64s(values: F64s, count: i32): void {
    this.elements(KIND_F64, bytesOfF64s(values), count, 8);
  }

  i32s(values: I32s, count: i32): void {
    this.elements(KIND_I32, bytesOfI32s(values), count, 4);
  }

  u8s(values: U8s, count: i32): void {
    this.elements(KIND_U8, values, count, 1);
  }

  /** Leaves room for an array that the caller fills in `bytes`; returns where its first element belongs. */
  leaveI32s(count: i32): i32 {
    this.beginI32s(count);
    return this.leave(count * 4);
  }

  leaveF64s(count: i32): i32 {
    this.beginF64s(count);
    return this.leave(count * 8);
  }

  /** Opens an array of `count` elements that come through `moreF64s`. */
  beginF64s(count: i32): void {
    this.byte(KIND_F64);
    this.number(count);
  }

  /** Opens an array of `count` elements that come one by one through `i32`. */
  beginI32s(count: i32): void {
    this.byte(KIND_I32);
    this.number(count);
  }

  /** An element of the array that was opened. */
  i32(value: i32): void {
    this.reserve(4);
    putI32(this.bytes, this.length, value);
    this.length += 4;
  }

  /** `count` elements of the array that was opened, from `values[from]` on. */
  moreF64s(values: F64s, from: i32, count: i32): void {
    this.reserve(count * 8);
    copyU8s(bytesOfF64s(values), from * 8, this.bytes, this.length, count * 8);
    this.length += count * 8;
  }

  /** Forgets what was written and keeps the room. */
  clear(): void {
    this.length = 0;
  }

  /** A copy of everything written. */
  finish(): U8s {
    const copy = newU8s(this.length);
    copyU8s(this.bytes, 0, copy, 0, this.length);
    return copy;
  }

  private leave(bytes: i32): i32 {
    const at = this.length;
    this.reserve(bytes);
    this.length += bytes;
    return at;
  }

  private elements(kind: i32, source: U8s, count: i32, width: i32): void {
    this.byte(kind);
    this.number(count);
    this.reserve(count * width);
    copyU8s(source, 0, this.bytes, this.length, count * width);
    this.length += count * width;
  }

  private byte(value: i32): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  private reserve(more: i32): void {
    const needed = this.length + more;
    if (needed <= this.room) return;
    this.room = needed > this.room * 2 ? needed : this.room * 2;
    const grown = newU8s(this.room);
    copyU8s(this.bytes, 0, grown, 0, this.length);
    this.bytes = grown;
  }
}

/**
 * Reads what a `StateWriter` wrote. Every method stops with a problem (`state/truncated`, `state/other-section`,
 * `state/other-shape`) where the bytes are not what the caller expects.
 */
export class StateReader {
  private position: i32 = 0;

  constructor(
    private readonly bytes: U8s,
    readonly length: i32 = roomOf(bytes),
  ) {}

  /** Enters the section `tag`; stops at another tag or another version. */
  begin(tag: string, version: f64): void {
    const length = this.size(2);
    let same = length === tag.length;
    for (let i: i32 = 0; i < length; i++) {
      const unit = this.byte() + (this.byte() << 8);
      if (same && unit !== tag.charCodeAt(i)) same = false;
    }
    if (this.number() !== version) same = false;
    if (!same) stop('state/other-section', 'Saved state does not hold the expected section ' + tag, DISCARD);
  }

  number(): f64 {
    this.require(8);
    const value = getF64(this.bytes, this.position);
    this.position += 8;
    return value;
  }

  /** A number that must be an integer from 0 to `most`. */
  count(most: f64): i32 {
    const value = this.number();
    if (!(value >= 0 && value <= most && Math.floor(value) === value)) {
      stop('state/other-shape', 'Saved state has an impossible length', DISCARD);
    }
    return toI32(value);
  }

  /** A number that must be a 32-bit integer. */
  i32(): i32 {
    const value = this.number();
    if (!(value >= -2147483648 && value <= 2147483647 && Math.floor(value) === value)) {
      stop('state/other-shape', 'Saved state holds an impossible number', DISCARD);
    }
    return toI32(value);
  }

  /** A number that must be an unsigned 32-bit integer. */
  u32(): u32 {
    const value = this.number();
    if (!(value >= 0 && value <= 4294967295 && Math.floor(value) === value)) {
      stop('state/other-shape', 'Saved state holds an impossible number', DISCARD);
    }
    return toU32(value);
  }

  boolean(): bool {
    return this.byte() !== 0;
  }

  text(): string {
    const length = this.size(2);
    let value = '';
    for (let i: i32 = 0; i < length; i++) value += String.fromCharCode(this.byte() + (this.byte() << 8));
    return value;
  }

  /** Fills the front of `target`, which has room for `room` elements, with a saved array; returns its length. */
  f64s(target: F64s, room: i32): i32 {
    return this.elements(KIND_F64, bytesOfF64s(target), room, 8);
  }

  i32s(target: I32s, room: i32): i32 {
    return this.elements(KIND_I32, bytesOfI32s(target), room, 4);
  }

  u8s(target: U8s, room: i32): i32 {
    return this.elements(KIND_U8, target, room, 1);
  }

  /** Stops when bytes are left over. */
  end(): void {
    if (this.position !== this.length) stop('state/other-shape', 'Saved state has unread bytes', DISCARD);
  }

  private elements(kind: i32, target: U8s, room: i32, width: i32): i32 {
    const found = this.byte();
    const count = this.size(width);
    if (found !== kind || count > room) {
      stop('state/other-shape', 'A saved array does not fit', DISCARD);
    }
    copyU8s(this.bytes, this.position, target, 0, count * width);
    this.position += count * width;
    return count;
  }

  private byte(): i32 {
    this.require(1);
    return this.bytes[this.position++];
  }

  /** A length whose elements of `width` bytes are all present. */
  private size(width: i32): i32 {
    const count = this.count(2147483647);
    const present = (this.length - this.position) / width;
    if (count > present) stop('state/truncated', 'Saved state ends early', DISCARD);
    return count;
  }

  private require(more: i32): void {
    if (more > this.length - this.position) stop('state/truncated', 'Saved state ends early', DISCARD);
  }
}
