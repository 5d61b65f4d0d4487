/**
 * The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1), in the order of their codes. ESC
 * (0x1B) cannot be sent as a character.
 */
export const GSM7_BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/** Each of these is sent as ESC and a code: two septets, always in the same segment. */
export const GSM7_EXTENSION = "\f^{}\\[~]|€";

// Septets by UTF-16 unit; 0 is "not in the alphabet". A table is fast: every character of every message is looked up.
const COST = new Uint8Array(0x10000);
for (const char of GSM7_BASIC) COST[char.charCodeAt(0)] = 1;
for (const char of GSM7_EXTENSION) COST[char.charCodeAt(0)] = 2;

/** Returns the septets of a UTF-16 unit: 1, 2, or 0 outside the alphabet (surrogates always are). */
export function septetsOf(unit: number): number {
  return COST[unit] ?? 0;
}

/** Whether every character of the text is in the alphabet. */
export function isGsm7(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (COST[text.charCodeAt(at)] === 0) return false;
  return true;
}
