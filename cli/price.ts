import { UsageError, text, type CommandLine } from '#cli/usage';

const UNITS = 1_000_000_000n;

/**
 * A price in units of 1e-9: a whole number is in these units, as the commands print them; one with a point is in
 * currency units.
 *
 * @throws UsageError when it is missing or no price
 */
export function requirePrice(line: CommandLine, name: string): bigint {
  const value = text(line, name);
  if (value === undefined) throw new UsageError(`Name a price with --${name}.`);
  const match = /^(-?)(\d{1,19})(?:\.(\d{1,9}))?$/.exec(value);
  if (!match) throw new UsageError(`--${name} must be 4750.25 or 4750250000000, got ${value}`);
  const [, sign, whole, decimals] = match;
  const size =
    decimals === undefined ? BigInt(whole) : BigInt(whole) * UNITS + BigInt(decimals.padEnd(9, '0'));
  const price = sign === '-' ? -size : size;
  if (BigInt.asIntN(64, price) !== price) throw new UsageError(`--${name} is beyond all prices: ${value}`);
  return price;
}

/** In currency units, with two decimals at least. */
export function decimalPrice(priceInt: bigint): string {
  const size = priceInt < 0n ? -priceInt : priceInt;
  const decimals = String(size % UNITS)
    .padStart(9, '0')
    .replace(/0{1,7}$/, '');
  return `${priceInt < 0n ? '-' : ''}${size / UNITS}.${decimals}`;
}
