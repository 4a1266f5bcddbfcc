import { Store } from '#base/store';
import type { AppModel } from '#app/model';

type Toast = AppModel['toasts']['value'][number];

/** At most this many messages at once; older ones give way. */
const MAX_TOASTS = 4;

/** Short messages; the element that shows them decides how long they stay. */
export class Toasts {
  readonly store = new Store<readonly Toast[]>([]);
  #nextId = 1;

  show(text: string, kind: Toast['kind']): void {
    if (this.store.value.some((t) => t.text === text)) return;
    this.store.set([...this.store.value, { id: this.#nextId++, text, kind }].slice(-MAX_TOASTS));
  }

  dismiss(id: number): void {
    this.store.set(this.store.value.filter((t) => t.id !== id));
  }
}
