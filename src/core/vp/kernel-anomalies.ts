import { S_ANOMALIES } from '#core/vp/kernel-status';
import { BookAnomalies } from '#core/book/book-anomalies';

/** In the order in which the kernel tells them, which is that of the class. */
const NAMES = Object.keys(new BookAnomalies()) as (keyof BookAnomalies)[];

/** The anomalies of the book from a kernel's status. */
export function bookAnomalies(status: Float64Array): Record<keyof BookAnomalies, number> {
  const counts = NAMES.map((name, i) => [name, status[S_ANOMALIES + i]] as const);
  return Object.fromEntries(counts) as Record<keyof BookAnomalies, number>;
}
