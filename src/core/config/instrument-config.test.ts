import { describe, expect, it } from 'vitest';
import { runtimeConfigForInstrument } from '#core/config/instrument-config';
import { DEFAULT_RUNTIME_CONFIG, tickInt } from '#core/config/runtime-config';

describe('the configuration of an instrument', () => {
  it('of the default contract is the default', () => {
    const config = runtimeConfigForInstrument({ symbol: 'MNQH6', tickSize: 0.25, multiplier: 2 });
    expect(config).toEqual(DEFAULT_RUNTIME_CONFIG);
  });

  it('has the grid, unit and decimals of the instrument', () => {
    const stock = runtimeConfigForInstrument({ symbol: 'ARL', tickSize: 0.01, productType: 'equity_mbo' });
    expect(stock).toMatchObject({
      product_type: 'equity_mbo',
      symbol: 'ARL',
      symbol_root: 'ARL',
      tick_size: 0.01,
      bucket_size_dollars: 0.01,
      rel_tick_size: 0.01,
      price_decimals: 2,
      contract_multiplier: 1,
      qty_unit: 'shares',
    });
    expect(tickInt(stock)).toBe(10_000_000);
  });

  it.each([
    [0.25, 2],
    [0.01, 2],
    [1, 0],
    [25, 0],
    [0.1, 2],
    [0.005, 3],
    [0.00005, 5],
    [0.0078125, 7],
    [1e-9, 9],
    [1 / 3, 9],
  ])('shows prices in ticks of %d with %d decimals', (tickSize, decimals) => {
    expect(runtimeConfigForInstrument({ symbol: 'X', tickSize }).price_decimals).toBe(decimals);
  });

  it.each([
    ['ESZ5', 'ES'],
    ['6EH26', '6E'],
    ['MNQH6', 'MNQ'],
    ['ABC', 'ABC'],
    ['Z5', 'Z5'],
  ])('takes %s for a contract of %s', (symbol, root) => {
    expect(runtimeConfigForInstrument({ symbol, tickSize: 1 }).symbol_root).toBe(root);
  });

  it('takes overrides', () => {
    const config = runtimeConfigForInstrument({ symbol: 'X', tickSize: 1 }, { cell_width_ms: 250 });
    expect(config.projection_horizons_ms).toEqual([250, 500, 750, 1000]);
  });

  it.each([0, -1, NaN, 1e-12])('refuses a tick size of %d', (tickSize) => {
    expect(() => runtimeConfigForInstrument({ symbol: 'X', tickSize })).toThrow(/tick_size/);
  });

  it('refuses an empty symbol', () => {
    expect(() => runtimeConfigForInstrument({ symbol: ' ', tickSize: 1 })).toThrow(/symbol/);
  });
});
