/**
 * Money is integer micros of the account currency inside the program: 1 USD = 1,000,000 micros, because carrier
 * prices have five decimals of a dollar (a US segment is 8,300 micros). Columns hold `numeric` cents, which are
 * easier to read in SQL: 1 cent = 10,000 micros.
 */
const MICROS_PER_CENT = 10_000;
const MICROS_PER_UNIT = 1_000_000;

/** Converts cents from PostgreSQL (`numeric` arrives as text) to whole micros. */
export function centsToMicros(cents: string | number): number {
  return Math.round(Number(cents) * MICROS_PER_CENT);
}

/** Converts whole micros to cents, as text with four decimals, which `numeric(20,4)` stores without rounding. */
export function microsToCents(micros: number): string {
  return (micros / MICROS_PER_CENT).toFixed(4);
}

/** Formats for display: `US$12.35`, in the viewer's locale. */
export function formatMicros(micros: number, currency = "USD", locale?: string): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(micros / MICROS_PER_UNIT);
}
