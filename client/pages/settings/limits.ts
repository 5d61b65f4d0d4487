/** Returns typed money ("12.50" or "12,50") in whole cents, or null if it is no amount. */
export function centsOf(typed: string): number | null {
  const plain = typed.trim().replace(",", ".");
  if (!/^\d+(\.\d{1,2})?$/.test(plain)) return null;
  return Math.round(Number(plain) * 100);
}

/** Returns a typed cap: a whole number of at least 1, null if it is empty, undefined if it is neither. */
export function capOf(typed: string): number | null | undefined {
  const plain = typed.trim();
  if (plain === "") return null;
  return /^[1-9]\d*$/.test(plain) ? Number(plain) : undefined;
}
