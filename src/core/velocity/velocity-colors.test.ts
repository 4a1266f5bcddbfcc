import { describe, expect, it } from 'vitest';
import { cellColour, optionBarColour, type Rgba } from '#core/velocity/velocity-colors';
import { readCsv, velocityPath, type GoldenRow } from '#testdata/velocity-golden';

function expectColour(row: GoldenRow, colour: Rgba | undefined): void {
  const at = JSON.stringify(row);
  expect(colour !== undefined, at).toBe(row['drawn'] === '1');
  colour?.forEach((value, i) =>
    expect(Math.abs(value - Number(row['rgba'[i]])), at).toBeLessThanOrEqual(1e-6),
  );
}

describe('colours of the velocity picture', () => {
  it('of cells are those of the reference', () => {
    const rows = readCsv(velocityPath('expected', 'shader_composite.csv'));
    expect(rows).toHaveLength(165);
    for (const row of rows) {
      const [u, g, bias, omega] = ['velocity', 'pressure', 'bias', 'omega'].map((name) => Number(row[name]));
      expectColour(row, cellColour(u, g, bias, omega));
    }
  });

  it('of option bars are those of the reference', () => {
    const rows = readCsv(velocityPath('expected', 'options_bar.csv'));
    expect(rows).toHaveLength(63);
    for (const row of rows) expectColour(row, optionBarColour(Number(row['velocity']), Number(row['dist'])));
  });
});
