/**
 * What the compiled module exports: the methods of one `VpKernel` or one `ScoreKernel` per instance, and the addresses
 * of the arrays that it shares with its host. Only the compiler to WebAssembly reads this file.
 */
import { newF64s, type F64s } from '#base/numeric/arrays';
import { ScoreKernel } from '#core/vp/score-kernel';
import { VpKernel } from '#core/vp/vp-kernel';
import { readShape } from '#core/vp/vp-shape';

let shapeNumbers!: F64s;
let kernel!: VpKernel;
let scorer!: ScoreKernel;

/** Room for the numbers of `readShape`, to be filled before `create`. */
export function shapeRoom(count: i32): usize {
  shapeNumbers = newF64s(count);
  return changetype<usize>(shapeNumbers);
}

export function create(): void {
  kernel = new VpKernel(readShape(shapeNumbers));
}

export function wordsAt(): usize {
  return changetype<usize>(kernel.words);
}

export function statusAt(): usize {
  return changetype<usize>(kernel.status);
}

export function floatsAt(): usize {
  return changetype<usize>(kernel.frames.floats);
}

export function flowStateAt(): usize {
  return changetype<usize>(kernel.frames.flowState);
}

export function slotColumnsAt(): usize {
  return changetype<usize>(kernel.slotColumns);
}

export function savedAt(): usize {
  return changetype<usize>(kernel.saved.bytes);
}

export function savedLength(): i32 {
  return kernel.saved.length;
}

export function loadedAt(): usize {
  return changetype<usize>(kernel.loaded);
}

export function run(from: i32, to: i32): i32 {
  return kernel.run(from, to);
}

export function apply(index: i32, tNs: f64): void {
  kernel.apply(index, tNs);
}

export function applyToBook(index: i32): void {
  kernel.applyToBook(index);
}

export function reanchor(): void {
  kernel.reanchor();
}

export function closeBin(endNs: f64): void {
  kernel.closeBin(endNs);
}

export function score(): void {
  kernel.score();
}

export function beginFeeds(): void {
  kernel.beginFeeds();
}

export function moreFeeds(): i32 {
  return kernel.moreFeeds();
}

export function feedsAt(): usize {
  return changetype<usize>(kernel.feeder.feeds);
}

export function feedsLength(): i32 {
  return kernel.feeder.room;
}

export function clear(): void {
  kernel.clear();
}

export function end(): void {
  kernel.end();
}

export function readSlots(from: i32, count: i32): void {
  kernel.readSlots(from, count);
}

export function save(): void {
  kernel.save();
}

export function saveBook(): void {
  kernel.saveBook();
}

export function reserve(bytes: i32): void {
  kernel.reserve(bytes);
}

export function restore(bytes: i32): void {
  kernel.restore(bytes);
}

export function createScorer(): void {
  scorer = new ScoreKernel(readShape(shapeNumbers));
}

export function scorerFloatsAt(): usize {
  return changetype<usize>(scorer.frames.floats);
}

export function scorerCentresAt(): usize {
  return changetype<usize>(scorer.frames.centres);
}

export function scorerFlowStateAt(): usize {
  return changetype<usize>(scorer.frames.flowState);
}

export function scorerFeedsAt(): usize {
  return changetype<usize>(scorer.feeds);
}

export function scorerFeedsLength(): i32 {
  return scorer.room;
}

export function beginScore(count: i32): void {
  scorer.begin(count);
}

export function scoreFeeds(length: i32): void {
  scorer.score(length);
}
