/** From families, roots and dates to requests: days that have the same symbols become one job each month. */
import { sha256Hex } from '#base/sha256';
import { checkBatchRequest, submitCall, type BatchRequest } from '#core/databento/batch-request';
import {
  dayKey,
  familyProducts,
  type Family,
  type FamilySchemas,
  type Product,
} from '#core/databento/products';
import { addDays, datesBetween, SATURDAY, SUNDAY, weekday } from '#core/lake/dates';

/** One job to be, with all the tracker needs to know of it. */
export interface PlannedRequest {
  /** Of the form that is sent and of where its files go: the same has the same id in every run. */
  readonly id: string;
  readonly request: BatchRequest;
  readonly product_type: string;
  readonly symbol: string;
  /** Tracker keys of the days, or the one of a range. */
  readonly keys: readonly string[];
  /** Below the raw folder of the lake. */
  readonly folder: string;
  /** Put into the names of data files above the folder of the job. */
  readonly name_symbol?: string;
}

/** Days whose options cannot be requested yet, or at all. */
export interface WaitingDay {
  readonly symbol: string;
  readonly date: string;
  readonly schemas: readonly string[];
  readonly reason: string;
}

export interface Plan {
  readonly requests: readonly PlannedRequest[];
  readonly waiting: readonly WaitingDay[];
  /** Days left out because the tracker or the lake has them. */
  readonly skipped: readonly string[];
}

export interface FamilyPlanOptions {
  readonly family: Family;
  readonly roots: readonly string[];
  /** `YYYY-MM-DD`, both included. */
  readonly first: string;
  readonly last: string;
  readonly schemas: FamilySchemas;
}

/** What is known of a day's options: assets, possibly none, or why there are none yet. */
export type DayAssets = readonly string[] | { readonly reason: string };

export interface PlanKnowledge {
  /** Of a day whose definitions may be on disk. */
  assets(root: string, date: string): DayAssets;
  /** Whether a day is not to be requested again. */
  isKnown(product: Product, root: string, date: string): boolean;
}

/** Trading days of a family: futures trade on Sunday evening, shares from Monday to Friday. */
export function sessionDates(family: Family, first: string, last: string): string[] {
  return datesBetween(first, last).filter((date) => {
    const day = weekday(date);
    return day !== SATURDAY && (family === 'futures' || day !== SUNDAY);
  });
}

/** @throws ProblemError `lake/bad-date`, `download/bad-request` */
export function planFamily(options: FamilyPlanOptions, knowledge: PlanKnowledge): Plan {
  const { family, roots, first, last, schemas } = options;
  const dates = sessionDates(family, first, last);
  const requests: PlannedRequest[] = [];
  const waiting = new Map<string, { schemas: string[]; symbol: string; date: string; reason: string }>();
  const skipped: string[] = [];
  for (const root of roots) {
    for (const product of familyProducts(family, schemas)) {
      const open: DayRequest[] = [];
      for (const [index, date] of dates.entries()) {
        if (knowledge.isKnown(product, root, date)) {
          skipped.push(dayKey(product, root, date));
          continue;
        }
        const assets = product.needsAssets ? knowledge.assets(root, date) : [];
        if ('reason' in assets) {
          const key = `${root}|${date}`;
          const known = waiting.get(key) ?? { schemas: [], symbol: root, date, reason: assets.reason };
          known.schemas.push(product.schema);
          waiting.set(key, known);
          continue;
        }
        const symbols = product.symbols(root, date, assets);
        // A day on which no option expires has nothing to request.
        if (symbols.length > 0) open.push({ index, date, symbols });
      }
      for (const days of groupDays(open, product)) requests.push(plannedDays(product, root, days));
    }
  }
  return { requests, waiting: [...waiting.values()], skipped };
}

interface DayRequest {
  /** Among the trading days. */
  readonly index: number;
  readonly date: string;
  readonly symbols: readonly string[];
}

/** Runs of trading days in one month with the same symbols; options stay one by one. */
function groupDays(days: readonly DayRequest[], product: Product): DayRequest[][] {
  const groups: DayRequest[][] = [];
  for (const day of days) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const joins =
      !product.needsAssets &&
      before?.index === day.index - 1 &&
      before.date.slice(0, 7) === day.date.slice(0, 7) &&
      before.symbols.join() === day.symbols.join();
    if (group && joins) group.push(day);
    else groups.push([day]);
  }
  return groups;
}

function plannedDays(product: Product, root: string, days: readonly DayRequest[]): PlannedRequest {
  const request = {
    dataset: product.dataset,
    schema: product.schema,
    symbols: days[0].symbols,
    stype_in: product.stypeIn,
    start: days[0].date,
    end: addDays(days[days.length - 1].date, 1),
    split_duration: 'day',
  } as const;
  return planned(request, {
    product_type: product.productType,
    symbol: root,
    keys: days.map(({ date }) => dayKey(product, root, date)),
    folder: product.folder(root),
    ...(product.namesRoot ? { name_symbol: root } : {}),
  });
}

/**
 * Any dataset, schema and range as one job.
 * @throws ProblemError `download/bad-request`
 */
export function planRange(request: BatchRequest, isKnown: (key: string) => boolean): Plan {
  const { dataset, schema, symbols, start, end } = checkBatchRequest(request);
  const symbol = symbols.length <= 3 ? symbols.join('+') : `${symbols[0]}+${symbols.length - 1}`;
  const one = planned(request, {
    product_type: 'range',
    symbol,
    keys: [`${dataset}|${schema}|${symbol}|${start}..${end}`],
    // Symbols of options contain blanks, those of indices slashes or dollars.
    folder: `dataset=${dataset}/schema=${schema}/symbol=${symbol.replace(/[^A-Za-z0-9.+_-]/g, '_')}`,
  });
  const [key] = one.keys;
  return isKnown(key)
    ? { requests: [], waiting: [], skipped: [key] }
    : { requests: [one], waiting: [], skipped: [] };
}

function planned(request: BatchRequest, rest: Omit<PlannedRequest, 'id' | 'request'>): PlannedRequest {
  const checked = checkBatchRequest(request);
  const id = sha256Hex(`${submitCall(checked).fields} ${rest.folder}`).slice(0, 16);
  return { id, request: checked, ...rest };
}
