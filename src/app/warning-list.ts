import type { Problem } from '#base/problem';
import { Store } from '#base/store';
import type { Warning } from '#app/model';

/** Nobody reads more, and damage can make any number of them. */
const MOST_WARNINGS = 200;

/** Distinct warnings by code and message; a repeated one only raises its count. */
export class WarningList {
  readonly store = new Store<readonly Warning[]>([]);
  /** Warnings that came when the list was full, each as often as it came. */
  readonly unlisted = new Store(0);

  add(problem: Problem): void {
    const list = this.store.value;
    const i = list.findIndex((w) => w.problem.code === problem.code && w.problem.message === problem.message);
    if (i >= 0) this.store.set(list.map((w, j) => (j === i ? { ...w, count: w.count + 1 } : w)));
    else if (list.length < MOST_WARNINGS) this.store.set([...list, { problem, count: 1, dismissed: false }]);
    else this.unlisted.set(this.unlisted.value + 1);
  }

  /** A state rather than an event: listed once, however often it is found. */
  note(problem: Problem): void {
    if (!this.store.value.some((w) => w.problem.code === problem.code)) this.add(problem);
  }

  dismiss(problem: Problem): void {
    this.store.set(this.store.value.map((w) => (w.problem === problem ? { ...w, dismissed: true } : w)));
  }

  clear(): void {
    this.store.set([]);
    this.unlisted.set(0);
  }
}
