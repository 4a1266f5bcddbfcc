import { describe, expect, it } from 'vitest';
import { anomaliesOf } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { streamWarnings } from '#core/vp/stream-warnings';
import type { VpDiagnostics } from '#core/vp/vp-pipeline';

const clean = (): VpDiagnostics => ({
  anomalies: { ...anomaliesOf(new OrderBook()), late_ts: 0, out_of_range: 0, time_jump: 0 },
  events: 1000,
  foreignRecords: 0,
  outsideSession: 0,
  bookSuspect: false,
  anchored: true,
  timelineBreak: undefined,
});

const codes = (d: VpDiagnostics): string[] => streamWarnings(d).map((w) => w.code);

describe('warnings about a stream', () => {
  it('are none for clean records, nor for a stream without any', () => {
    expect(codes(clean())).toEqual([]);
    expect(codes({ ...clean(), events: 0, anchored: false })).toEqual([]);
  });

  it('name a book that is suspect or never had two sides', () => {
    expect(codes({ ...clean(), bookSuspect: true, anchored: false })).toEqual([
      'book/suspect',
      'book/never-two-sided',
    ]);
  });

  it('take a few unknown ids for normal and many for a missing snapshot', () => {
    const d = clean();
    d.anomalies['unknown_cancel'] = 10;
    expect(codes(d)).toEqual([]);
    d.anomalies['unknown_modify'] = 1;
    expect(codes(d)).toEqual(['book/no-snapshot']);
    expect(streamWarnings(d)[0].message).toContain('11 of 1000');
  });

  it.each([
    ['late_ts', 'records/late'],
    ['time_jump', 'records/time-jump'],
    ['bad_side', 'records/invalid'],
    ['undefined_price', 'records/invalid'],
    ['out_of_range', 'vp/out-of-range'],
  ])('tell of %s', (anomaly, code) => {
    const d = clean();
    d.anomalies[anomaly] = 1;
    expect(codes(d)).toEqual([code]);
    expect(streamWarnings(d)[0].tip).not.toBe('');
  });

  it('say where a timeline ended, and how much was left out', () => {
    const timelineBreak = {
      lastNs: 1_770_379_200_000_000_000n,
      nextNs: 1_770_724_800_000_000_000n,
      records: 500,
    };
    const [warning] = streamWarnings({ ...clean(), timelineBreak });
    expect(warning.code).toBe('vp/timeline-break');
    expect(warning.message).toContain('2026-02-06T12:00:00.000Z');
    expect(warning.message).toContain('2026-02-10T12:00:00.000Z: the 500 records');
    expect(warning.tip).toContain('one by one');
  });
});
