import { describe, expect, it } from 'vitest';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { encodeMetadata } from '#core/dbn/dbn-encoder';
import { DEFAULT_INSTRUMENT, simulatorOptions } from './options';
import { simulationMetadata } from './simulation-metadata';

/** 2026-10-06T00:00:00Z. */
const MIDNIGHT = 1791244800000000000n;
const HOUR_NS = 3_600_000_000_000n;

describe('simulationMetadata', () => {
  it('names the instrument and covers the time', () => {
    const options = simulatorOptions({ startNs: MIDNIGHT + HOUR_NS, durationSeconds: 3600.5 });
    expect(simulationMetadata(options)).toMatchObject({
      version: 3,
      dataset: 'SIM.SYNTH',
      schema: 'mbo',
      start: MIDNIGHT + HOUR_NS,
      end: MIDNIGHT + 2n * HOUR_NS + 500_000_000n,
      symbols: ['SIMZ6'],
      mappings: [
        { rawSymbol: 'SIMZ6', intervals: [{ startDate: 20261006, endDate: 20261007, symbol: '4200001' }] },
      ],
    });
  });

  it('maps symbols over every UTC day that is touched, and no further', () => {
    const days = (hours: number): number =>
      simulationMetadata(simulatorOptions({ startNs: MIDNIGHT, durationSeconds: hours * 3600 })).mappings[0]
        .intervals[0].endDate;
    expect(days(24)).toBe(20261007);
    expect(days(24.001)).toBe(20261008);
    expect(days(0)).toBe(20261007);
  });

  it('lists all instruments of a merged stream and survives the encoding', () => {
    const first = simulatorOptions({ startNs: MIDNIGHT + 5n, durationSeconds: 10 });
    const second = simulatorOptions({
      startNs: MIDNIGHT,
      durationSeconds: 20,
      instrument: { ...DEFAULT_INSTRUMENT, symbol: 'SIMZ6-SIMH7', instrumentId: 9 },
    });
    const metadata = simulationMetadata(first, second);
    expect(metadata).toMatchObject({
      start: MIDNIGHT,
      end: MIDNIGHT + 20_000_000_000n,
      symbols: ['SIMZ6', 'SIMZ6-SIMH7'],
    });
    const decoder = new DbnDecoder();
    decoder.push(encodeMetadata(metadata));
    expect(decoder.next()).toMatchObject({ kind: 'metadata', metadata });
  });
});
