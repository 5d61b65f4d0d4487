import type { LedgerEntry } from "@smscrm/infra/simulator/ledger";

/** Somebody who said STOP, by a word that the carrier knows or in a sentence that it does not. */
export interface Stop {
  phone: string;
  /** When the carrier received it. */
  atMs: number;
}

export interface Judgement {
  accepted: number;
  /** Recipient and text that the carrier took twice. */
  resent: string[];
  /** Requests for somebody a second or more after their STOP. */
  afterStop: string[];
  /** Who never got a text that they should have, though nothing here says so. */
  forgotten: string[];
  /** What the carrier has and the database still takes for unknown. */
  unlinked: string[];
}

/** A STOP is in force when its webhook is committed, and a hand-over begins at most D after that. */
const IN_FORCE_MS = 1_000;

/** Holds the carrier's ledger, the only witness that did not fall over, against what must have happened. */
export function judge(
  creates: readonly LedgerEntry[],
  expected: readonly { phone: string; body: string }[],
  stops: readonly Stop[],
  unknown: readonly { phone: string; body: string }[],
): Judgement {
  const accepted = creates.filter((entry) => entry.message);
  const times = new Map<string, number>();
  for (const { form } of accepted) {
    const key = `${form?.To} ${form?.Body}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  const shownAsUnknown = new Set(unknown.map(({ phone, body }) => `${phone} ${body}`));
  const stoppedAt = new Map(stops.map(({ phone, atMs }) => [phone, atMs]));
  return {
    accepted: accepted.length,
    resent: [...times].filter(([, count]) => count > 1).map(([key]) => key),
    afterStop: creates
      .filter(
        ({ form, receivedAt }) => receivedAt > (stoppedAt.get(String(form?.To)) ?? Infinity) + IN_FORCE_MS,
      )
      .map(({ form }) => String(form?.To)),
    forgotten: expected
      .filter(({ phone }) => !stoppedAt.has(phone))
      .map(({ phone, body }) => `${phone} ${body}`)
      .filter((key) => !times.has(key) && !shownAsUnknown.has(key)),
    unlinked: [...shownAsUnknown].filter((key) => times.has(key)),
  };
}
