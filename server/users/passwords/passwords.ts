import { hash, verify } from "@node-rs/argon2";
import { NO_PASSWORD } from "@smscrm/db/users/single-sign-on/allowed-start";
import { createFairQueue } from "../../fair-queue.ts";
import { tooMany } from "../../http/refusals.ts";

/** argon2id (the library's default) with OWASP's first choice: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashing takes a core and 19 MiB for about 30 ms. Each visitor has a queue, so that a flood of sign-ins delays only
 * its own.
 */
const inTurn = createFairQueue({
  atOnce: 2,
  atOncePerKey: 2,
  waitingPerKeyMax: 64,
  waitLimitMs: 20_000,
  refusal: () => tooMany("Too many people are signing in from your network. Try again in a few seconds."),
});

/** The hash that is checked for an unknown e-mail address, so that it takes as long as a known one. */
const NOBODY =
  "$argon2id$v=19$m=19456,t=2,p=1$c21zY3JtLW5vYm9keS1oZXJl$+NEH0wR4s8ChhI7b1wDEXrQ7O5wlF5dB1FvA1b3hXcY";

/** Returns the hash of a password. `of` is the key of the fair queue: a visitor's address or a tenant. */
export function hashPassword(password: string, of: string): Promise<string> {
  return inTurn(of, () => hash(password, COST));
}

/**
 * Whether the password is right. Without a hash (no account has that address, or it has no password) it does the same work and returns
 * false.
 */
export async function isPassword(
  password: string,
  passwordHash: string | null,
  of: string,
): Promise<boolean> {
  const known = passwordHash === NO_PASSWORD ? null : passwordHash;
  const holds = await inTurn(of, () => verify(known ?? NOBODY, password));
  return holds && known !== null;
}
