/**
 * Which instruments are the options of an underlying that expire on a day. Source: velocity.md sections 4.3 and 5.
 */
import { expirationDate, isCombination } from '#core/lake/same-day-options';
import type { OptionRight } from '#core/velocity/option-window';

/** What a definition record says of an instrument. */
export interface InstrumentDefinition {
  readonly instrumentId: number;
  /** Empty where it is not known. */
  readonly symbol: string;
  /** `C`, `P`, `F`, `K`, …; see the vendor's `instrument_class`. */
  readonly instrumentClass: string;
  readonly underlying: string;
  /** price_int. */
  readonly strikeInt: number;
  /** ns since 1970 UTC. */
  readonly expirationNs: bigint;
  /** Time of the record; the last one of an instrument counts. */
  readonly tsEventNs: bigint;
}

export interface OptionDefinition {
  readonly right: OptionRight;
  /** As listed, price_int. */
  readonly strikeInt: number;
  readonly underlying: string;
  /** ns since 1970 UTC. */
  readonly expirationNs: bigint;
}

/** By instrument id. */
export type OptionDefinitions = ReadonlyMap<number, OptionDefinition>;

/** Why definitions were not chosen, as counts. */
export interface OptionSelection {
  readonly options: OptionDefinitions;
  readonly spreads: number;
  readonly otherUnderlyings: number;
  readonly otherExpirations: number;
  /** Strikes that are no price. */
  readonly badStrikes: number;
}

/** Keeps the definition that was issued last for each instrument. */
export class DefinitionBook {
  readonly #byId = new Map<number, InstrumentDefinition>();

  add(definition: InstrumentDefinition): void {
    const known = this.#byId.get(definition.instrumentId);
    if (!known || definition.tsEventNs >= known.tsEventNs)
      this.#byId.set(definition.instrumentId, definition);
  }

  get size(): number {
    return this.#byId.size;
  }

  all(): IterableIterator<InstrumentDefinition> {
    return this.#byId.values();
  }
}

/**
 * The options of one underlying that expire on a day in New York: the day itself, since only those are traded here.
 *
 * @param underlying symbol of the future or share, in any case; `undefined`: whatever is defined
 * @param date YYYY-MM-DD; `undefined`: any
 */
export function selectOptions(
  definitions: Iterable<InstrumentDefinition>,
  underlying: string | undefined,
  date: string | undefined,
): OptionSelection {
  const options = new Map<number, OptionDefinition>();
  const left = { spreads: 0, otherUnderlyings: 0, otherExpirations: 0, badStrikes: 0 };
  const wanted = underlying?.toUpperCase();
  for (const definition of definitions) {
    const { instrumentClass: right, symbol, strikeInt, underlying: on, expirationNs } = definition;
    if (right !== 'C' && right !== 'P') continue;
    if (isCombination(symbol)) left.spreads++;
    else if (wanted !== undefined && on.toUpperCase() !== wanted) left.otherUnderlyings++;
    else if (date !== undefined && expirationDate(expirationNs) !== date) left.otherExpirations++;
    else if (!Number.isSafeInteger(strikeInt) || strikeInt <= 0) left.badStrikes++;
    else options.set(definition.instrumentId, { right, strikeInt, underlying: on, expirationNs });
  }
  return { options, ...left };
}
