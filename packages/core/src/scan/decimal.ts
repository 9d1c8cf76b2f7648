/** An exact decimal: `units` times ten to the power of minus `scale`. */
interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/**
 * Adds two decimals written as text, exactly.
 *
 * @throws RangeError when one of them is no plain integer or decimal (NaN, infinity and exponents included)
 */
export function addDecimals(left: string, right: string): string {
  const [a, b, scale] = aligned(left, right);
  return format({ units: a + b, scale });
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. Throws as `addDecimals` does. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

function aligned(left: string, right: string): [bigint, bigint, number] {
  const a = parse(left);
  const b = parse(right);
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

function parse(text: string): Decimal {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (!match)
    throw new RangeError(
      `${JSON.stringify(text)} is not an integer or a plain decimal, so partial results cannot be merged exactly.`,
    );
  const fraction = match[2] ?? '';
  return { units: BigInt(`${match[1]}${fraction}`), scale: fraction.length };
}

function format({ units, scale }: Decimal): string {
  if (scale === 0) return units.toString();
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
