/** `arrays.ts` for the compiler to WebAssembly: an array is the address of its first value. */
import { stop } from './stop.wasm';

@unmanaged
export class F64s {
  @inline @operator('[]') get(i: i32): f64 {
    return load<f64>(changetype<usize>(this) + (<usize>i << 3));
  }
  @inline @operator('[]=') set(i: i32, value: f64): void {
    store<f64>(changetype<usize>(this) + (<usize>i << 3), value);
  }
}

@unmanaged
export class I32s {
  @inline @operator('[]') get(i: i32): i32 {
    return load<i32>(changetype<usize>(this) + (<usize>i << 2));
  }
  @inline @operator('[]=') set(i: i32, value: i32): void {
    store<i32>(changetype<usize>(this) + (<usize>i << 2), value);
  }
}

@unmanaged
export class U32s {
  @inline @operator('[]') get(i: i32): u32 {
    return load<u32>(changetype<usize>(this) + (<usize>i << 2));
  }
  @inline @operator('[]=') set(i: i32, value: u32): void {
    store<u32>(changetype<usize>(this) + (<usize>i << 2), value);
  }
}

@unmanaged
export class U8s {
  @inline @operator('[]') get(i: i32): i32 {
    return load<u8>(changetype<usize>(this) + <usize>i);
  }
  @inline @operator('[]=') set(i: i32, value: i32): void {
    store<u8>(changetype<usize>(this) + <usize>i, <u8>value);
  }
}

/** Longest array that the allocator can give. */
const LONGEST: usize = 0x3fff_ff00;

/**
 * Zeroed memory, aligned to 64 bytes so that a tick's state lies in whole cache lines. The memory grows here by what is
 * needed: the allocator would double it, and could only trap where that fails.
 */
function zeros(bytes: usize): usize {
  if (bytes > LONGEST || (bytes >= 0x1_0000 && memory.grow(<i32>((bytes + 0x1_0080) >> 16)) < 0)) {
    stop(
      'vp/out-of-memory',
      'The engine needs more memory than there is',
      'Select a single instrument, a shorter stretch of the session, or a smaller grid.',
    );
  }
  const block = heap.alloc(bytes + 64);
  const start = (block + 63) & ~63;
  memory.fill(start, 0, bytes);
  return start;
}

export function newF64s(count: i32): F64s {
  return changetype<F64s>(zeros(<usize>count << 3));
}

export function newI32s(count: i32): I32s {
  return changetype<I32s>(zeros(<usize>count << 2));
}

export function newU32s(count: i32): U32s {
  return changetype<U32s>(zeros(<usize>count << 2));
}

export function newU8s(count: i32): U8s {
  return changetype<U8s>(zeros(<usize>count));
}

export function asF64s(words: I32s, count: i32): F64s {
  return changetype<F64s>(changetype<usize>(words));
}

export function fillF64s(target: F64s, from: i32, to: i32, value: f64): void {
  for (let i = from; i < to; i++) target[i] = value;
}

export function fillI32s(target: I32s, from: i32, to: i32, value: i32): void {
  for (let i = from; i < to; i++) target[i] = value;
}

export function fillU8s(target: U8s, from: i32, to: i32, value: i32): void {
  memory.fill(changetype<usize>(target) + <usize>from, <u8>value, <usize>(to - from));
}

@inline
export function copyF64s(source: F64s, from: i32, target: F64s, to: i32, count: i32): void {
  memory.copy(
    changetype<usize>(target) + (<usize>to << 3),
    changetype<usize>(source) + (<usize>from << 3),
    <usize>count << 3,
  );
}

@inline
export function copyI32s(source: I32s, from: i32, target: I32s, to: i32, count: i32): void {
  memory.copy(
    changetype<usize>(target) + (<usize>to << 2),
    changetype<usize>(source) + (<usize>from << 2),
    <usize>count << 2,
  );
}

@inline
export function copyU8s(source: U8s, from: i32, target: U8s, to: i32, count: i32): void {
  memory.copy(changetype<usize>(target) + <usize>to, changetype<usize>(source) + <usize>from, <usize>count);
}

export function roomOf(bytes: U8s): i32 {
  return -1;
}

@inline
export function putF64(target: U8s, at: i32, value: f64): void {
  store<f64>(changetype<usize>(target) + <usize>at, value);
}

@inline
export function putI32(target: U8s, at: i32, value: i32): void {
  store<i32>(changetype<usize>(target) + <usize>at, value);
}

@inline
export function getF64(source: U8s, at: i32): f64 {
  return load<f64>(changetype<usize>(source) + <usize>at);
}

@inline
export function bytesOfF64s(values: F64s): U8s {
  return changetype<U8s>(changetype<usize>(values));
}

@inline
export function bytesOfI32s(values: I32s): U8s {
  return changetype<U8s>(changetype<usize>(values));
}

@inline
export function leadingZeros(bits: i32): i32 {
  return clz<i32>(bits);
}

@inline
export function flag(condition: bool): i32 {
  return <i32>condition;
}

// As lanes of a vector, where a comparison is an instruction and no branch.

@inline
export function smaller(a: f64, b: f64): f64 {
  return f64x2.extract_lane(f64x2.pmin(f64x2.splat(a), f64x2.splat(b)), 0);
}

@inline
export function larger(a: f64, b: f64): f64 {
  return f64x2.extract_lane(f64x2.pmax(f64x2.splat(a), f64x2.splat(b)), 0);
}

@inline
export function withSign(size: f64, sign: f64): f64 {
  return copysign<f64>(size, sign);
}

@inline
export function multiplyI32(a: i32, b: i32): i32 {
  return a * b;
}

@inline
export function unsigned(bits: i32): f64 {
  return <f64>(<u32>bits);
}

@inline
export function signed(bits: u32): i32 {
  return <i32>bits;
}

@inline
export function toI32(x: f64): i32 {
  return <i32>x;
}

@inline
export function toU32(x: f64): u32 {
  return <u32>x;
}

@inline
export function powerOfTwo(k: f64): f64 {
  return reinterpret<f64>((<u64>(<i32>k + 1023)) << 52);
}
