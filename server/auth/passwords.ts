import { hash, verify } from "@node-rs/argon2";
import { tooMany } from "../refusals.ts";
import { createTurns } from "../turns.ts";

/** argon2id (the library's default) with OWASP's first choice: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing costs a core and 19 MiB for some 30 ms; one line per process, because the cores are. */
const inTurn = createTurns(2, 64, () =>
  tooMany("Too many people are signing in. Try again in a few seconds."),
);

/** What an unknown e-mail address is checked against, so that it takes as long as a known one. */
const NOBODY =
  "$argon2id$v=19$m=19456,t=2,p=1$c21zY3JtLW5vYm9keS1oZXJl$+NEH0wR4s8ChhI7b1wDEXrQ7O5wlF5dB1FvA1b3hXcY";

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, COST));
}

/** Whether it is the password; with no hash to compare (nobody has that address) the same work and "no". */
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const holds = await inTurn(() => verify(passwordHash ?? NOBODY, password));
  return holds && passwordHash !== null;
}
