import { createHash, randomBytes } from "node:crypto";

const CODES = 10;
const GROUPS = 6;
const GROUP_LETTERS = 4;
/** Five bits a letter, without those that look like others (I, L, O, U: Crockford's base32). */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ten new codes of 120 random bits, such as `7QF2-…`. Each can be used once. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, () => {
    const letters = [...randomBytes(GROUPS * GROUP_LETTERS)].map((byte) => LETTERS[byte % 32]);
    return Array.from({ length: GROUPS }, (_, group) =>
      letters.slice(group * GROUP_LETTERS, (group + 1) * GROUP_LETTERS).join(""),
    ).join("-");
  });
}

/**
 * What is kept of a code, however it was typed. SHA-256 without salt is enough: nobody can try 2^120 codes. (ASVS 6.5.2 asks
 * for a slow hash below 112 bits.)
 */
export function hashRecoveryCode(code: string): Buffer {
  const plain = code.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return createHash("sha256").update(plain).digest();
}
