/** Letters and digits only: a phone might leave a sign at the end out of the link. */
export const LINK_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Of the code of a campaign's destination, and of the recipient's behind it: 3.5 · 10^12 of each. */
export const LINK_CODE_LENGTH = 7;

/** The recipient's code in a link that is the same for everybody: its clicks are counted without a person. */
export const NOBODYS_CODE = "0".repeat(LINK_CODE_LENGTH);

/**
 * The merge field of a compiled text whose value is the recipient's code. It has a space, so no author can write it and no
 * contact's own field has its name.
 */
export const RECIPIENT_FIELD = "link recipient";

/** A destination of a campaign, and what stands in the text in its place, before the recipient's code. */
export interface ShortLink {
  /** The destination as `destinationOf` returns it. */
  url: string;
  /** Such as `https://go.example.com/l/3xYz9Ab`. */
  address: string;
}

/** Returns the address of a destination. `base` has no slash at its end. */
export const linkAddress = (base: string, code: string): string => `${base}/l/${code}`;

/** Splits what stands behind `/l/` into both codes; null if it can't be a short link. */
export function readLinkCode(text: string): { code: string; recipient: string } | null {
  // Some phones take the sign after a link, such as a full stop, into it.
  const read = /^([0-9A-Za-z]{7})([0-9A-Za-z]{7})[^0-9A-Za-z]{0,3}$/.exec(text);
  return read && { code: read[1]!, recipient: read[2]! };
}
