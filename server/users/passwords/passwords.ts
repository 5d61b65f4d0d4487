import { NO_PASSWORD } from "@smscrm/db/users/single-sign-on/allowed-start";
import { createFairQueue } from "../../fair-queue.ts";
import { tooMany } from "../../http/refusals.ts";
import { createThread } from "./thread.ts";

/** argon2id (the library's default) with OWASP's first choice: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A password to hash, or to check against a hash. */
export type HashQuestion =
  | { password: string; hash: string }
  | { password: string; cost: { memoryCost: number; timeCost: number; parallelism: number } };

/** Starting the thread takes a second on a slow machine. On a busy one it gives way to all other work. */
const THREAD = { answerLimitMs: 15_000, idleMs: 60_000 };

const ask = createThread<HashQuestion, string | boolean>(
  new URL("./password-hash-thread.ts", import.meta.url),
  THREAD,
);

/**
 * Hashing takes a core and 19 MiB for 10 to 30 ms, in a thread that gives way to requests. Each visitor has a queue, so
 * that a flood of sign-ins delays only its own.
 */
const inTurn = createFairQueue({
  atOnce: 1,
  atOncePerKey: 1,
  waitingPerKeyMax: 64,
  waitLimitMs: 20_000,
  refusal: () => tooMany("Too many people are signing in from your network. Try again in a few seconds."),
});

/** The hash that is checked for an unknown e-mail address, so that it takes as long as a known one. */
const NOBODY =
  "$argon2id$v=19$m=19456,t=2,p=1$c21zY3JtLW5vYm9keS1oZXJl$+NEH0wR4s8ChhI7b1wDEXrQ7O5wlF5dB1FvA1b3hXcY";

/** Returns the hash of a password. `of` is the key of the fair queue: a visitor's address or a tenant. */
export function hashPassword(password: string, of: string): Promise<string> {
  return inTurn(of, async () => (await ask({ password, cost: COST })) as string);
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
  const holds = await inTurn(of, () => ask({ password, hash: known ?? NOBODY }));
  return holds === true && known !== null;
}
