import type { LedgerEntry } from "@smscrm/infra/simulator/messages/ledger";

/** A person who said STOP, by a word that the carrier knows or in a sentence that it does not. */
export interface Stop {
  phone: string;
  /** When the API had answered its webhook, so it was committed by then. */
  answeredAt: number;
}

export interface Evaluation {
  accepted: number;
  /** Recipient and text that the carrier accepted twice. */
  resent: string[];
  /** Requests to a person more than a second after their STOP was answered. */
  afterStop: string[];
  /** Recipients who never got their text, though no row explains it. */
  forgotten: string[];
  /** What the carrier has and the database still counts as unknown. */
  unlinked: string[];
}

/** A STOP takes effect when its webhook is committed, and a submission begins at most D after that. */
const IN_FORCE_MS = 1_000;

/** Compares the carrier's ledger, which survived, with what must have happened. */
export function evaluate(
  creates: readonly LedgerEntry[],
  expected: readonly { phone: string; body: string }[],
  stops: readonly Stop[],
  unknown: readonly { phone: string; body: string }[],
): Evaluation {
  const accepted = creates.filter((entry) => entry.message);
  const times = new Map<string, number>();
  for (const { form } of accepted) {
    const key = `${form?.To} ${form?.Body}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  const shownAsUnknown = new Set(unknown.map(({ phone, body }) => `${phone} ${body}`));
  const stoppedAt = new Map(stops.map(({ phone, answeredAt }) => [phone, answeredAt]));
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
