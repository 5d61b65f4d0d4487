const TROUBLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069]| {2}/u;

/** One line of well-formed text without control characters or direction overrides. */
export function cleanCell(value: string): string {
  if (!TROUBLE.test(value)) return value.trim();
  return value
    .replace(/[\p{Cs}\ufeff\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[\p{Cc}\u2028\u2029 ]+/gu, " ")
    .trim();
}
