/** A configuration for whatever instrument a dropped file holds. */
import {
  parseRuntimeConfig,
  DEFAULT_RUNTIME_CONFIG,
  type VpRuntimeConfig,
} from '#core/config/runtime-config';
import type { ProductType } from '#core/config/runtime-fields';

/**
 * What is known of an instrument, from its definition record or guessed from its prices. Only symbol and tick
 * size are needed.
 */
export interface InstrumentFacts {
  readonly symbol: string;
  /** Smallest price step in currency units. */
  readonly tickSize: number;
  /** Default `future_mbo`. */
  readonly productType?: ProductType | undefined;
  /** Money value of a price move of 1. Default 1. */
  readonly multiplier?: number | undefined;
  /** Default: as many digits as the tick size needs, at least 2 when it needs any. */
  readonly priceDecimals?: number | undefined;
  /** Default: a futures symbol without month letter and year, otherwise the symbol. */
  readonly symbolRoot?: string | undefined;
  /** Default `shares` for equities, `contracts` for futures. */
  readonly quantityUnit?: string | undefined;
}

/**
 * The default physics and scoring on this instrument's own price grid.
 *
 * @throws ProblemError as `parseRuntimeConfig`, for facts that cannot be right or unknown overrides
 */
export function runtimeConfigForInstrument(
  facts: InstrumentFacts,
  overrides: Readonly<Record<string, unknown>> = {},
): VpRuntimeConfig {
  const productType = facts.productType ?? 'future_mbo';
  return parseRuntimeConfig(
    {
      ...DEFAULT_RUNTIME_CONFIG,
      product_type: productType,
      symbol: facts.symbol,
      symbol_root: facts.symbolRoot ?? symbolRoot(facts.symbol, productType),
      tick_size: facts.tickSize,
      bucket_size_dollars: facts.tickSize,
      rel_tick_size: facts.tickSize,
      contract_multiplier: facts.multiplier ?? 1,
      qty_unit: facts.quantityUnit ?? (productType === 'equity_mbo' ? 'shares' : 'contracts'),
      price_decimals: facts.priceDecimals ?? decimalsOf(facts.tickSize),
    },
    overrides,
  );
}

const FUTURE_MONTH_AND_YEAR = /[FGHJKMNQUVXZ]\d{1,2}$/;

function symbolRoot(symbol: string, productType: ProductType): string {
  if (productType === 'equity_mbo') return symbol;
  const root = symbol.trim().replace(FUTURE_MONTH_AND_YEAR, '');
  return root === '' ? symbol : root;
}

/** Prices are whole multiples of 1e-9, so nine digits always suffice. */
const MAX_DECIMALS = 9;

function decimalsOf(tickSize: number): number {
  for (let decimals = 0; decimals < MAX_DECIMALS; decimals++) {
    const scaled = tickSize * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 && Math.round(scaled) > 0) {
      return decimals === 1 ? 2 : decimals;
    }
  }
  return MAX_DECIMALS;
}
