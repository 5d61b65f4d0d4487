import { createHmac, randomInt } from "node:crypto";
import { LINK_CODE_LENGTH, LINK_DIGITS, NOBODYS_CODE } from "@smscrm/core/links/short-link";

const BASE = BigInt(LINK_DIGITS.length);

/** Returns a new code of a destination: nobody can guess it. */
export const newLinkCode = (): string =>
  Array.from({ length: LINK_CODE_LENGTH }, () => LINK_DIGITS[randomInt(LINK_DIGITS.length)]).join("");

/**
 * Returns a recipient's code in the links of a campaign: the same for each attempt of a message. Only the holder of the
 * tenant's key can make it, and it says nothing about the person.
 */
export function recipientCode(key: Uint8Array, sendJobId: string): string {
  const proof = createHmac("sha256", key).update(`short-link ${sendJobId}`).digest();
  let rest = proof.readBigUInt64BE();
  let code = "";
  for (let at = 0; at < LINK_CODE_LENGTH; at += 1) {
    code += LINK_DIGITS[Number(rest % BASE)];
    rest /= BASE;
  }
  return code === NOBODYS_CODE ? code.replaceAll("0", "1") : code;
}
