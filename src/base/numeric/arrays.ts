/**
 * Fixed-length number arrays of the kernel, and what is done to them in bulk.
 *
 * Kernel code is compiled twice: by TypeScript, where these are ordinary typed arrays, and to WebAssembly, where
 * `arrays.wasm.ts` stands in for this file and an array is a bare address without a bound. Reading outside an array is a
 * bug that shows under TypeScript as NaN or `undefined`; writing outside it goes unnoticed there, and in WebAssembly shows
 * as a difference between the two.
 */
import type { bool, f64, i32, u32 } from '#base/numeric/types';

export type F64s = Float64Array;
export type I32s = Int32Array;
export type U32s = Uint32Array;
export type U8s = Uint8Array;

/** `count` zeros. */
export function newF64s(count: i32): F64s {
  return new Float64Array(count);
}

export function newI32s(count: i32): I32s {
  return new Int32Array(count);
}

export function newU32s(count: i32): U32s {
  return new Uint32Array(count);
}

export function newU8s(count: i32): U8s {
  return new Uint8Array(count);
}

/** The memory of `count` 32-bit words as f64, two words each. */
export function asF64s(words: I32s, count: i32): F64s {
  return new Float64Array(words.buffer, words.byteOffset, count >> 1);
}

export function fillF64s(target: F64s, from: i32, to: i32, value: f64): void {
  target.fill(value, from, to);
}

export function fillI32s(target: I32s, from: i32, to: i32, value: i32): void {
  target.fill(value, from, to);
}

export function fillU8s(target: U8s, from: i32, to: i32, value: i32): void {
  target.fill(value, from, to);
}

/** Copies `count` values; the ranges may overlap. */
export function copyF64s(source: F64s, from: i32, target: F64s, to: i32, count: i32): void {
  target.set(source.subarray(from, from + count), to);
}

export function copyI32s(source: I32s, from: i32, target: I32s, to: i32, count: i32): void {
  target.set(source.subarray(from, from + count), to);
}

export function copyU8s(source: U8s, from: i32, target: U8s, to: i32, count: i32): void {
  target.set(source.subarray(from, from + count), to);
}

/** Room of `bytes` in whole bytes; -1 where arrays do not know it. */
export function roomOf(bytes: U8s): i32 {
  return bytes.length;
}

const NUMBER = new Float64Array(1);
const NUMBER_BYTES = new Uint8Array(NUMBER.buffer);

/** Writes an f64 at any position of a byte array. */
export function putF64(target: U8s, at: i32, value: f64): void {
  NUMBER[0] = value;
  target.set(NUMBER_BYTES, at);
}

/** Writes an i32 at any position of a byte array. */
export function putI32(target: U8s, at: i32, value: i32): void {
  target[at] = value;
  target[at + 1] = value >> 8;
  target[at + 2] = value >> 16;
  target[at + 3] = value >> 24;
}

export function getF64(source: U8s, at: i32): f64 {
  for (let i = 0; i < 8; i++) NUMBER_BYTES[i] = source[at + i];
  return NUMBER[0];
}

/** The memory of numbers as bytes. */
export function bytesOfF64s(values: F64s): U8s {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function bytesOfI32s(values: I32s): U8s {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Zero bits above the highest bit set; 32 for 0. */
export function leadingZeros(bits: i32): i32 {
  return Math.clz32(bits);
}

/** 1 or 0, without a branch. */
export function flag(condition: bool): i32 {
  return Number(condition);
}

/** The smaller of two numbers, neither NaN nor zeros of different sign. */
export function smaller(a: f64, b: f64): f64 {
  return b < a ? b : a;
}

export function larger(a: f64, b: f64): f64 {
  return a < b ? b : a;
}

/** `size`, at least 0, with the sign of `sign`. */
export function withSign(size: f64, sign: f64): f64 {
  return sign < 0 || Object.is(sign, -0) ? -size : size;
}

/** Product modulo 2^32. */
export function multiplyI32(a: i32, b: i32): i32 {
  return Math.imul(a, b);
}

/** The 32 bits of a signed integer read as an unsigned one. */
export function unsigned(bits: i32): f64 {
  return bits >>> 0;
}

/** The 32 bits of an unsigned integer read as a signed one. */
export function signed(bits: u32): i32 {
  return bits | 0;
}

/** A whole number within the range of i32 as such. */
export function toI32(x: f64): i32 {
  return x | 0;
}

/** A whole number within the range of u32 as such. */
export function toU32(x: f64): u32 {
  return x;
}

/** 2^k for k = -1022 … 1023. */
export function powerOfTwo(k: f64): f64 {
  return POWERS_OF_TWO[k + 1022];
}

const POWERS_OF_TWO = new Float64Array(2046);
for (let i = 0, power = 2 ** -1022; i < POWERS_OF_TWO.length; i++, power *= 2) POWERS_OF_TWO[i] = power;
