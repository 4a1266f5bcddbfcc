import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJobOf, parseFiles, parseJob, parseJobList } from '#core/databento/api-answers';
import { parseApiTime } from '#core/databento/api-time';
import {
  costCall,
  encodeForm,
  jobDetailsCall,
  listJobsCall,
  submitCall,
} from '#core/databento/batch-request';
import { FileTransfer } from '#core/databento/file-transfer';
import { PollSchedule, RATE_LIMITS, RateGate, RetryBudget } from '#core/databento/pacing';
import { judge, retryAfterSeconds } from '#core/databento/service-errors';

const REQUEST = {
  dataset: 'GLBX.MDP3',
  schema: 'mbo',
  symbols: ['ES.FUT', 'NQ.FUT'],
  stype_in: 'parent',
  start: '2026-01-06',
  end: '2026-01-07',
  split_duration: 'day',
} as const;

describe('calls', () => {
  it('are what the documentation asks for', () => {
    const range =
      'dataset=GLBX.MDP3&symbols=ES.FUT%2CNQ.FUT&schema=mbo&stype_in=parent&start=2026-01-06&end=2026-01-07';
    expect(costCall(REQUEST)).toEqual({
      method: 'POST',
      path: '/v0/metadata.get_cost',
      fields: range,
      rate: 'metadata',
    });
    expect(submitCall(REQUEST)).toEqual({
      method: 'POST',
      path: '/v0/batch.submit_job',
      fields: `${range}&stype_out=instrument_id&encoding=dbn&compression=zstd&split_duration=day&delivery=download`,
      rate: 'submit',
    });
    expect(jobDetailsCall('GLBX-1').fields).toBe('job_id=GLBX-1');
    expect(listJobsCall('2026-01-06T00:00:00Z').fields).toBe('since=2026-01-06T00%3A00%3A00Z&short=true');
  });

  it('encode forms as everybody reads them', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (fields) => {
        expect([...new URLSearchParams(encodeForm(fields))]).toEqual(fields);
        expect(encodeForm(fields)).toBe(new URLSearchParams(fields).toString());
      }),
    );
  });
});

describe('times of the service', () => {
  it.each([
    ['2026-01-06', '2026-01-06T00:00:00Z'],
    ['2026-01-06T00:00:00.000000000Z', '2026-01-06T00:00:00Z'],
    ['2026-01-06 00:00:00+00:00', '2026-01-06T00:00:00Z'],
    ['2026-01-06T01:30:00+0130', '2026-01-06T00:00:00Z'],
    ['2026-01-06T12:34', '2026-01-06T12:34:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseApiTime(text)).toBe(BigInt(Date.parse(iso)) * 1_000_000n);
  });

  it('keep nanoseconds, and are not guessed', () => {
    expect(parseApiTime('2026-01-06T00:00:00.000000001Z')! - parseApiTime('2026-01-06')!).toBe(1n);
    for (const text of ['', '2026-13-01', '2026-02-30', '6 January', '1767657600', '2026-01-06T25:00']) {
      expect(parseApiTime(text)).toBeUndefined();
    }
  });
});

describe('answers', () => {
  const job = {
    id: 'GLBX-20260106-ABCDEFGHJK',
    state: 'queued',
    dataset: 'GLBX.MDP3',
    schema: 'mbo',
    symbols: 'NQ.FUT,ES.FUT',
    stype_in: 'parent',
    start: '2026-01-06T00:00:00.000000000Z',
    end: '2026-01-07 00:00:00+00:00',
    split_duration: 'day',
  };

  it.each([
    [{}, true],
    [{ symbols: ['ES.FUT', 'NQ.FUT'] }, true],
    [{ symbols: 'ES.FUT' }, false],
    [{ symbols: 'ES.FUT,NQ.FUT,YM.FUT' }, false],
    [{ schema: 'trades' }, false],
    [{ dataset: 'XNAS.ITCH' }, false],
    [{ stype_in: 'raw_symbol' }, false],
    [{ start: '2026-01-05' }, false],
    [{ end: 'nonsense' }, false],
    [{ split_duration: null }, false],
  ])('a job with %j is the one asked for: %s', (change, expected) => {
    expect(isJobOf(parseJob({ ...job, ...change }), REQUEST)).toBe(expected);
  });

  it('of any shape are read or refused, never worse', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const parse of [parseJob, parseJobList, parseFiles]) {
          try {
            parse(value);
          } catch (error) {
            expect(error).toMatchObject({
              problem: { code: expect.stringMatching(/^databento\//) as string },
            });
          }
        }
      }),
    );
    for (const id of ['', '../x', 'a/b', 'a b', 7, 'x'.repeat(200)]) {
      expect(() => parseJob({ ...job, id })).toThrow('a job with an id');
    }
  });

  it('that are errors of any shape are judged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.oneof(fc.json(), fc.string()), (status, body) => {
        const verdict = judge({ status, body, requestId: 'r' });
        expect(verdict.problem.message).not.toMatch(/[\r\n]/);
        expect(verdict.problem.message.length).toBeLessThan(1000);
        if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
          expect(['refused', 'not-ready']).toContain(verdict.kind);
        }
        // Whether it was done is not known: nothing that may be taken for a no.
        if (status >= 500 || status === 303) expect(verdict.kind).toBe('retry');
      }),
    );
  });

  it('say how long to wait, in seconds or as a time of their own clock', () => {
    const dateMs = Date.parse('Wed, 07 Jan 2026 12:00:00 GMT');
    expect(retryAfterSeconds({ retryAfter: '12', dateMs })).toBe(12);
    expect(retryAfterSeconds({ retryAfter: 'Wed, 07 Jan 2026 12:00:30 GMT', dateMs })).toBe(30);
    expect(retryAfterSeconds({ retryAfter: 'Wed, 07 Jan 2026 11:00:00 GMT', dateMs })).toBe(1);
    expect(retryAfterSeconds({ retryAfter: 'soon', dateMs })).toBe(1);
    expect(retryAfterSeconds({ retryAfter: undefined, dateMs: undefined })).toBe(1);
  });
});

describe('pacing', () => {
  it('waits 1, 2, 4, 8, 16 s with a fifth more or less, then gives up; what arrives begins it anew', () => {
    for (const [chance, factor] of [
      [0, 0.8],
      [0.5, 1],
      [0.999_999_999, 1.2],
    ]) {
      const budget = new RetryBudget(() => chance);
      const delays = Array.from({ length: 6 }, () => budget.afterFailure());
      for (const [i, ms] of [1000, 2000, 4000, 8000, 16_000].entries())
        expect(delays[i]).toBeCloseTo(ms * factor, 3);
      expect(delays[5]).toBeUndefined();
      budget.progressed();
      expect(budget.afterFailure()).toBeCloseTo(1000 * factor, 3);
    }
  });

  it('does not count being told to wait as a failure, up to ten minutes', () => {
    const budget = new RetryBudget(() => 0.5);
    expect(Array.from({ length: 7 }, () => budget.afterWaitRequest(99))).toEqual([
      ...Array<number>(6).fill(99_000),
      undefined,
    ]);
    expect(budget.afterFailure()).toBe(1000);
  });

  it('polls at 2 s, then ever more slowly up to a limit', () => {
    const schedule = new PollSchedule(60_000, () => 0.5);
    const delays = Array.from({ length: 12 }, () => schedule.nextDelayMs());
    expect(delays.slice(0, 3)).toEqual([2000, 3000, 4500]);
    expect(delays[11]).toBe(60_000);
    schedule.changed();
    expect(schedule.nextDelayMs()).toBe(2000);
  });

  it('never sends more than half of what is allowed, at any times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 }), (pauses) => {
        const gate = new RateGate();
        const { calls, perMs } = RATE_LIMITS.submit;
        const sent: number[] = [];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          now += gate.delayMs('submit', now);
          gate.sent('submit', now);
          sent.push(now);
        }
        for (let i = calls; i < sent.length; i++)
          expect(sent[i] - sent[i - calls]).toBeGreaterThanOrEqual(perMs);
      }),
    );
  });
});

describe('a transfer', () => {
  const file = { name: 'f', size: 100, hash: `sha256:${'ab'.repeat(32)}`, path: '/f' };
  const right = 'ab'.repeat(32);

  it('asks for what is missing, to the last byte', () => {
    const transfer = new FileTransfer(file);
    expect(transfer.next(0)).toEqual({ kind: 'request', from: 0, range: undefined });
    expect(transfer.next(40)).toEqual({ kind: 'request', from: 40, range: 'bytes=40-99' });
    expect(transfer.next(100)).toEqual({ kind: 'verify' });
    expect(transfer.next(101)).toEqual({ kind: 'discard' });
  });

  it('believes an answer only where it begins and ends as asked', () => {
    const answer = (status: number, range?: string, from = 40) =>
      new FileTransfer(file).answer(status, range, from);
    expect(answer(206, 'bytes 40-99/100')).toBe('append');
    expect(answer(206, 'bytes 40-99/*')).toBe('append');
    expect(answer(200)).toBe('overwrite');
    expect(answer(416, 'bytes */100')).toBe('discard');
    expect(answer(206, 'bytes 41-99/100')).toBe('discard');
    expect(answer(206, 'bytes 40-99/101')).toBe('discard');
    expect(answer(206)).toBe('discard');
    expect(answer(206, 'rows 40-99/100')).toBe('discard');
  });

  it('tries a wrong content once more, then fails for good', () => {
    const transfer = new FileTransfer(file);
    expect(transfer.verify('00'.repeat(32))).toBe('discard');
    expect(transfer.next(0).kind).toBe('request');
    expect(transfer.verify('00'.repeat(32))).toBe('discard');
    expect(() => transfer.next(0)).toThrow('another SHA-256 than the service lists: f');
  });

  it('takes the hash in either case, and keeps what it cannot check', () => {
    expect(new FileTransfer({ ...file, hash: file.hash.replaceAll('ab', 'AB') }).verify(right)).toBe('place');
    const unknown = new FileTransfer({ ...file, hash: 'md5:00' });
    expect([unknown.canVerify, unknown.verify('')]).toEqual([false, 'place']);
  });

  it('ends in any sequence of answers: each makes progress or costs an attempt', () => {
    const answers = fc.array(
      fc.constantFrom<[number, string | undefined]>(
        [206, 'bytes 7-99/100'],
        [416, undefined],
        [206, undefined],
      ),
      {
        minLength: 6,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(answers, (list) => {
        const transfer = new FileTransfer(file);
        expect(() => {
          for (const [status, range] of list) {
            transfer.next(0);
            transfer.answer(status, range, 0);
          }
          transfer.next(0);
        }).toThrow('another range');
      }),
    );
  });
});
