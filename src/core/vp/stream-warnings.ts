import { problem, type Problem } from '#base/problem';
import type { TimelineBreak, VpDiagnostics } from '#core/vp/vp-pipeline';

/** Unknown ids per record above which the stream cannot have begun with the whole book. */
const FOREIGN_ID_SHARE = 0.01;

/** What a reader of the numbers must know about the records they were made of. */
export function streamWarnings(d: VpDiagnostics): Problem[] {
  const { anomalies: counts, events } = d;
  const found: Problem[] = [];
  const warn = (code: string, message: string, tip: string): void => {
    found.push(problem(code, message, { tip }));
  };
  if (d.bookSuspect) found.push(bookSuspect());
  if (events > 0 && !d.anchored) {
    warn(
      'book/never-two-sided',
      'Nowhere in what was read had the book a bid and an ask at once, so there is no price to centre the grid on.',
      'Read further, or use a capture that starts with a snapshot of the book or before the session opens.',
    );
  }
  const unknown = counts['unknown_cancel'] + counts['unknown_modify'];
  if (unknown > FOREIGN_ID_SHARE * events) {
    warn(
      'book/no-snapshot',
      `${unknown} of ${events} records change orders that were never added: the capture starts in the middle of the session without a snapshot.`,
      'Depth is too low at first and fills up as orders come. Begin the capture at midnight UTC or at a snapshot.',
    );
  }
  const late = counts['late_ts'];
  if (late > 0) {
    warn(
      'records/late',
      `${late} of ${events} records are stamped earlier than one before them.`,
      'They count with the latest time seen. Many of them mean that files or records are out of order.',
    );
  }
  if (d.timelineBreak) found.push(timelineBreak(d.timelineBreak));
  const jumps = counts['time_jump'];
  if (jumps > 0) {
    warn(
      'records/time-jump',
      `${jumps} of ${events + jumps} records were left out: their time is damaged, far from that of their neighbours.`,
      'The capture may be damaged; get it again.',
    );
  }
  const invalid = counts['bad_side'] + counts['undefined_price'];
  if (invalid > 0) {
    warn(
      'records/invalid',
      `${invalid} records add or change an order without a side or a price and were left out.`,
      'Some venues send them for auctions.',
    );
  }
  const outside = counts['out_of_range'];
  if (outside > 0) {
    warn(
      'vp/out-of-range',
      `${outside} records set orders at prices outside the grid: they are in the book but not in the picture.`,
      'Raise n_absolute_ticks in the configuration to include them.',
    );
  }
  return found;
}

function timelineBreak({ lastNs, nextNs, records }: TimelineBreak): Problem {
  const [last, next] = [lastNs, nextNs].map((ns) => new Date(Number(ns / 1_000_000n)).toISOString());
  return problem(
    'vp/timeline-break',
    `After ${last} the data goes on days later, at ${next}: the ${records} records from there on were left out.`,
    { tip: 'Everything before the gap is there. Open the sessions one by one.' },
  );
}

/** `F_MAYBE_BAD_BOOK` (vacuum-pressure.md section 19.14). */
export function bookSuspect(): Problem {
  return problem('book/suspect', 'The feed reports a gap that it could not repair: the book may be wrong.', {
    tip: 'It is right again after the next clear or snapshot.',
  });
}
