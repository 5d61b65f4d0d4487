/** Money as typed ("12.50" or "12,50") to whole cents; null when it is no amount. */
export function centsOf(typed: string): number | null {
  const plain = typed.trim().replace(",", ".");
  if (!/^\d+(\.\d{1,2})?$/.test(plain)) return null;
  return Math.round(Number(plain) * 100);
}

/** A cap as typed: a whole number of at least 1, null where it is left empty, undefined when it is neither. */
export function capOf(typed: string): number | null | undefined {
  const plain = typed.trim();
  if (plain === "") return null;
  return /^[1-9]\d*$/.test(plain) ? Number(plain) : undefined;
}
