/** What the two families consist of, and where each part lies in the lake (databento-api.md section 18). */
import type { StypeIn } from '#core/databento/batch-request';
import { definitionParents, type OptionFamily } from '#core/lake/same-day-options';

export type Family = OptionFamily;

export interface Product {
  readonly dataset: string;
  readonly schema: string;
  /** As in the tracker: `futures`, `futures_options`, `equities`, `equity_options`. */
  readonly productType: string;
  readonly stypeIn: StypeIn;
  /** Below the raw folder. */
  readonly folder: (root: string) => string;
  /**
   * Symbols to request of a day.
   * @param assets of the options that expire on it; only asked where `needsAssets`
   */
  readonly symbols: (root: string, date: string, assets: readonly string[]) => readonly string[];
  /** Which options expire on a day is known from its definitions only. */
  readonly needsAssets: boolean;
  /** Files of several roots have the same name, so that the root is put into it. */
  readonly namesRoot: boolean;
}

const parents = (_root: string, _date: string, assets: readonly string[]): string[] =>
  assets.map((asset) => `${asset}.OPT`);

const table =
  (product: string, name: string) =>
  (root: string): string =>
    `product_type=${product}/symbol=${root}/table=${name}`;

const plain = { needsAssets: false, namesRoot: false } as const;

const FUTURES = { dataset: 'GLBX.MDP3', stypeIn: 'parent' } as const;
const SHARES = { dataset: 'XNAS.ITCH', productType: 'equities', stypeIn: 'raw_symbol' } as const;
const OPRA = { dataset: 'OPRA.PILLAR', productType: 'equity_options', stypeIn: 'parent' } as const;

const FUTURES_MBO: Product = {
  ...FUTURES,
  ...plain,
  schema: 'mbo',
  productType: 'futures',
  folder: table('future_mbo', 'market_by_order_dbn'),
  symbols: (root) => [`${root}.FUT`],
};

const FUTURES_OPTIONS: readonly Product[] = [
  {
    ...FUTURES,
    schema: 'definition',
    productType: 'futures_options',
    folder: () => 'dataset=definition',
    symbols: definitionParents,
    needsAssets: false,
    namesRoot: true,
  },
  {
    ...FUTURES,
    schema: 'mbo',
    productType: 'futures_options',
    folder: table('future_option_mbo', 'market_by_order_dbn'),
    symbols: parents,
    needsAssets: true,
    namesRoot: false,
  },
  {
    ...FUTURES,
    schema: 'statistics',
    productType: 'futures_options',
    folder: table('future_option_mbo', 'statistics'),
    symbols: parents,
    needsAssets: true,
    namesRoot: false,
  },
];

const SHARE_PRODUCTS: readonly Product[] = [
  {
    ...SHARES,
    ...plain,
    schema: 'mbo',
    folder: table('equity_mbo', 'market_by_order_dbn'),
    symbols: (root) => [root],
  },
  {
    ...SHARES,
    schema: 'definition',
    folder: () => 'dataset=definition/venue=xnas',
    symbols: (root) => [root],
    needsAssets: false,
    namesRoot: true,
  },
];

const OPRA_PRODUCTS: readonly Product[] = [
  {
    ...OPRA,
    schema: 'definition',
    folder: () => 'dataset=definition/venue=opra',
    symbols: (root) => [`${root}.OPT`],
    needsAssets: false,
    namesRoot: true,
  },
  {
    ...OPRA,
    schema: 'cmbp-1',
    folder: table('equity_option_cmbp_1', 'cmbp_1'),
    symbols: parents,
    needsAssets: true,
    namesRoot: false,
  },
  {
    ...OPRA,
    schema: 'statistics',
    folder: table('equity_option_statistics', 'statistics'),
    symbols: parents,
    needsAssets: true,
    namesRoot: false,
  },
];

export interface FamilySchemas {
  /** The market itself: `mbo` of futures; `mbo`, `definition` of shares. */
  readonly underlying: readonly string[];
  readonly options: readonly string[];
}

export const SCHEMA_CHOICES: Readonly<Record<Family, FamilySchemas>> = {
  futures: { underlying: ['mbo'], options: FUTURES_OPTIONS.map((p) => p.schema) },
  equities: { underlying: SHARE_PRODUCTS.map((p) => p.schema), options: OPRA_PRODUCTS.map((p) => p.schema) },
};

/** Definitions before what depends on them. */
export function familyProducts(family: Family, schemas: FamilySchemas): Product[] {
  const [underlying, options] =
    family === 'futures' ? [[FUTURES_MBO], FUTURES_OPTIONS] : [SHARE_PRODUCTS, OPRA_PRODUCTS];
  return [
    ...underlying.filter((p) => schemas.underlying.includes(p.schema)),
    ...options.filter((p) => schemas.options.includes(p.schema)),
  ];
}

/** Under which the tracker keeps a day of a product. */
export function dayKey(
  { dataset, schema, productType }: Pick<Product, 'dataset' | 'schema' | 'productType'>,
  symbol: string,
  date: string,
): string {
  const key = `${dataset}|${schema}|${symbol}|${date}`;
  return productType.startsWith('futures') ? `${key}|${productType}` : key;
}
