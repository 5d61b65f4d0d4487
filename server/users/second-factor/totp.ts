import { Secret, TOTP } from "otpauth";

/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** Steps before and after the present one whose code counts too: clocks of phones are not exact. */
const WINDOW = 1;

/** What every authenticator app understands: SHA-1, six digits, 30 seconds (RFC 6238). */
const totpOf = (secret: Uint8Array, label = "") =>
  new TOTP({
    ...{ issuer: "smscrm", label, algorithm: "SHA1", digits: 6, period: PERIOD_SECONDS },
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
  });

/** Random bytes of the operating system. */
export const newTotpSecret = (): Uint8Array => new Secret({ size: SECRET_BYTES }).bytes;

export interface TotpSetup {
  /** In base32, to type where nothing can be scanned. */
  secret: string;
  /** What the QR code says: `otpauth://totp/…`. */
  uri: string;
}

/** What an app needs to know. `email` names the account in the app. */
export function totpSetup(secret: Uint8Array, email: string): TotpSetup {
  const totp = totpOf(secret, email);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** Returns the 30-second step since 1970 whose code this is, or null where it is none of the present ones. */
export function totpStep(secret: Uint8Array, code: string, nowMs: number): number | null {
  const totp = totpOf(secret);
  const delta = totp.validate({ token: code, timestamp: nowMs, window: WINDOW });
  return delta === null ? null : totp.counter({ timestamp: nowMs }) + delta;
}
