import type { Problem } from '#base/problem';
import { Store } from '#base/store';
import type { Warning } from '#app/model';

/** Distinct warnings by code and message; a repeated one only raises its count. */
export class WarningList {
  readonly store = new Store<readonly Warning[]>([]);

  add(problem: Problem): void {
    const list = this.store.value;
    const i = list.findIndex((w) => w.problem.code === problem.code && w.problem.message === problem.message);
    if (i < 0) this.store.set([...list, { problem, count: 1, dismissed: false }]);
    else this.store.set(list.map((w, j) => (j === i ? { ...w, count: w.count + 1 } : w)));
  }

  /** A state rather than an event: listed once, however often it is found. */
  note(problem: Problem): void {
    if (!this.store.value.some((w) => w.problem.code === problem.code)) this.add(problem);
  }

  dismiss(code: string): void {
    this.store.set(this.store.value.map((w) => (w.problem.code === code ? { ...w, dismissed: true } : w)));
  }

  clear(): void {
    this.store.set([]);
  }
}
