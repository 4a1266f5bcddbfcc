import { describe, expect, it } from 'vitest';
import { CombinedField } from '#core/velocity/combined-field';
import { FuturesPhysics } from '#core/velocity/futures-physics';
import { noIntensities, setIntensities } from '#core/velocity/liquidity-velocity';
import { OptionPhysics } from '#core/velocity/option-physics';
import { PHYSICS_FIELDS, type PhysicsFrame } from '#core/velocity/physics-fields';
import {
  GOLDEN_CONFIG,
  runEdgeOptions,
  runEquityOptions,
  runFutureOptions,
  runSpot,
} from '#core/velocity/testing/golden-runs';
import { optionPhysicsRows, physicsRows } from '#core/velocity/testing/physics-rows';
import { depthRows, type Row } from '#core/velocity/testing/silver-rows';
import { sharedPath } from '#testdata/fixtures';
import {
  differences,
  expectedRows,
  isClose,
  readCsv,
  velocityPath,
  type Comparison,
  type GoldenRow,
} from '#testdata/velocity-golden';

const CELL_KEY = ['window_end_ts_ns', 'side', 'rel_ticks'];
const STRIKE_KEY = ['window_end_ts_ns', 'strike_price_int', 'right', 'side'];

/** All columns but the given ones are floats. */
function floatsBut(row: GoldenRow, exact: readonly string[]): Comparison {
  const names = Object.keys(row).filter((name) => !exact.includes(name));
  return { floats: Object.fromEntries(names.map((name) => [name, 1e-9])) };
}

function framesOf(folder: 'events' | 'edge', sink: (frame: PhysicsFrame) => void): void {
  const physics = new FuturesPhysics(GOLDEN_CONFIG);
  runSpot('futures_mbo', folder, 'futures', (window) => {
    if (window.anchor > 0) sink(physics.process(window));
  });
}

const EXACT = ['window_end_ts_ns', 'spot_ref_price_int', 'side', 'rel_ticks', 'rel_ticks_side', 'observed'];

describe('gold of futures', () => {
  const dense = expectedRows('futures_physics_frames');
  const denseEnds = new Set(dense.map((row) => row['window_end_ts_ns']));
  const denseRows: Row[] = [];
  const observedRows: Row[] = [];
  const digests = new Map<string, readonly number[]>();
  const combined: Row[] = [];
  const field = new CombinedField(GOLDEN_CONFIG.futures.grid_max_ticks);
  framesOf('events', (frame) => {
    const rows = physicsRows(frame);
    observedRows.push(...rows.filter((row) => row['observed'] === true));
    addDigests(frame, digests);
    if (!denseEnds.has(String(frame.endNs))) return;
    denseRows.push(...rows);
    field.combine(frame);
    for (let i = 0; i < field.width; i++) combined.push(combinedRow(field, i));
  });

  it('has the reference frames, unobserved cells included', () => {
    const options = floatsBut(dense[0], EXACT);
    // The table has no own-side distance where nothing was observed.
    const actual = denseRows.map((row) => (row['observed'] === true ? row : { ...row, rel_ticks_side: 0 }));
    expect(differences(actual, dense, CELL_KEY, options)).toEqual([]);
  });

  it('has every observed cell of the reference', () => {
    const full = sharedPath('golden', 'velocity', 'expected', 'futures_physics_observed.csv.gz');
    const expected = readCsv(full ?? velocityPath('expected', 'futures_physics_observed.csv.gz'));
    const ends = new Set(expected.map((row) => row['window_end_ts_ns']));
    const actual = observedRows.filter((row) => ends.has(String(row['window_end_ts_ns'])));
    expect(differences(actual, expected, CELL_KEY, floatsBut(expected[0], EXACT))).toEqual([]);
  });

  it('has the reference sums over every field of all frames', () => {
    const rows = expectedRows('futures_physics_digest');
    expect(rows).toHaveLength(digests.size);
    const wrong = rows.filter((row) => {
      const found = digests.get(`${row['window_end_ts_ns']}/${row['side']}/${row['field']}`);
      const names = ['sum', 'sum_abs', 'moment', 'max_abs'];
      return !found || names.some((name, i) => !isClose(found[i], Number(row[name]), 1e-7));
    });
    expect(wrong).toEqual([]);
  });

  it('combines both sides as the reference does', () => {
    const rows = expectedRows('combined_field');
    const options = floatsBut(rows[0], ['window_end_ts_ns', 'rel_ticks']);
    const ignore = ['v_eff'];
    expect(differences(combined, rows, ['window_end_ts_ns', 'rel_ticks'], { ...options, ignore })).toEqual(
      [],
    );
  });

  it('has the expected cells in every hand-made situation', () => {
    const rows: Row[] = [];
    framesOf('edge', (frame) => rows.push(...physicsRows(frame)));
    const expected = expectedRows('futures_physics', 'edge');
    const keys = new Set(expected.map((row) => CELL_KEY.map((name) => row[name]).join('/')));
    const actual = rows
      .filter((row) => keys.has(CELL_KEY.map((name) => String(row[name])).join('/')))
      .map((row) => (row['observed'] === true ? row : { ...row, rel_ticks_side: 0 }));
    expect(differences(actual, expected, CELL_KEY, floatsBut(expected[0], EXACT))).toEqual([]);
    const observed = rows.filter((row) => row['observed'] === true);
    expect(observed).toHaveLength(expected.filter((row) => row['observed'] === '1').length);
  });
});

function combinedRow(field: CombinedField, i: number): Row {
  return {
    window_end_ts_ns: field.endNs,
    rel_ticks: i - field.reach,
    liquidity_velocity: field.u[i],
    pressure_grad: field.g[i],
    u_wave_energy: field.waveEnergy[i],
    rho: field.rho[i],
    nu: field.nu[i],
    Omega: field.omega[i],
  };
}

function addDigests(frame: PhysicsFrame, digests: Map<string, readonly number[]>): void {
  for (const side of ['A', 'B'] as const) {
    for (const name of PHYSICS_FIELDS) {
      let [sum, sumAbs, moment, maxAbs] = [0, 0, 0, 0];
      for (let x = -frame.reach; x <= frame.reach; x++) {
        const v = frame.fields[name][frame.cell(side, x)];
        sum += v;
        sumAbs += Math.abs(v);
        moment += x * v;
        maxAbs = Math.max(maxAbs, Math.abs(v));
      }
      digests.set(`${frame.endNs}/${side}/${name}`, [sum, sumAbs, moment, maxAbs]);
    }
  }
}

describe('gold of options', () => {
  const exact = [...STRIKE_KEY, 'spot_ref_price_int', 'rel_ticks'];

  it('has the reference fields of future options, and their surface', () => {
    const rows: Row[] = [];
    const surface: Row[] = [];
    let physics: OptionPhysics | undefined;
    const sums = new Float64Array(2 * GOLDEN_CONFIG.options.strike_max_offset + 1);
    runFutureOptions((window) => {
      if (!window.hasCells) return;
      physics ??= new OptionPhysics(GOLDEN_CONFIG, window, true);
      const frame = physics.process(window);
      rows.push(...optionPhysicsRows(window, frame));
      frame.surface(sums);
      sums.forEach((u, i) =>
        surface.push({
          window_end_ts_ns: window.endNs,
          spot_ref_price_int: window.anchor,
          rel_ticks: window.relTicksOf(4 * i),
          liquidity_velocity: u,
        }),
      );
    });
    const expected = expectedRows('options_physics_1s');
    expect(differences(rows, expected, STRIKE_KEY, floatsBut(expected[0], exact))).toEqual([]);
    const wanted = expectedRows('options_surface');
    const floats = { floats: { liquidity_velocity: 1e-9 } };
    expect(differences(surface, wanted, ['window_end_ts_ns', 'rel_ticks'], floats)).toEqual([]);
  });

  it('has the expected fields of future options in every hand-made situation', () => {
    const rows: Row[] = [];
    let physics: OptionPhysics | undefined;
    runEdgeOptions((window) => {
      if (!window.hasCells) return;
      physics ??= new OptionPhysics(GOLDEN_CONFIG, window, true);
      rows.push(...optionPhysicsRows(window, physics.process(window)));
    });
    const expected = expectedRows('options_physics_1s', 'edge');
    const keys = new Set(expected.map((row) => STRIKE_KEY.map((name) => row[name]).join('/')));
    const listed = rows.filter((row) => keys.has(STRIKE_KEY.map((name) => String(row[name])).join('/')));
    expect(differences(listed, expected, STRIKE_KEY, floatsBut(expected[0], exact))).toEqual([]);
  });

  it('has the reference intensities of equity options', () => {
    const rows: Row[] = [];
    let physics: OptionPhysics | undefined;
    runEquityOptions((window) => {
      if (!window.hasCells) return;
      physics ??= new OptionPhysics(GOLDEN_CONFIG, window, false);
      rows.push(...optionPhysicsRows(window, physics.process(window)));
    });
    const expected = expectedRows('equity_option_physics_1s');
    expect(differences(rows, expected, STRIKE_KEY, floatsBut(expected[0], exact))).toEqual([]);
  });
});

describe('gold of shares', () => {
  it('has the reference intensities', () => {
    const rows: Row[] = [];
    runSpot('equity_mbo', 'events', 'equity', (window) => {
      for (const row of depthRows(window)) {
        const out = noIntensities();
        const [start, add, pull, fill] = ['depth_qty_start', 'add_qty', 'pull_qty_total', 'fill_qty'].map(
          (name) => Number(row[name]),
        );
        setIntensities(out, GOLDEN_CONFIG.gold.eps_qty, start, add, pull, fill);
        rows.push({
          ...row,
          add_intensity: out.add,
          pull_intensity: out.pull,
          fill_intensity: out.fill,
          liquidity_velocity: out.u,
        });
      }
    });
    const expected = expectedRows('equity_physics_1s');
    const exact = ['window_end_ts_ns', 'spot_ref_price_int', 'rel_ticks', 'rel_ticks_side', 'side'];
    expect(differences(rows, expected, CELL_KEY, floatsBut(expected[0], exact))).toEqual([]);
  });
});
