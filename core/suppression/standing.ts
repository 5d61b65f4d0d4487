import type { ConsentLaws } from "../consent/consent-law.ts";
import { consentStanding } from "../consent/standing.ts";
import type { ConsentFacts, MessagePurpose } from "../consent/terms.ts";
import { overrideOf, registerNamed } from "./registers.ts";

/** A tenant's suppression list in its current version. */
export interface SuppressionList {
  id: string;
  name: string;
  /** A key of `core/data/suppression-registers.json`. */
  register: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** The day on which the data was downloaded: `YYYY-MM-DD`. */
  downloadedOn: string;
  /** From when on the data may not be relied on; null: never. */
  expiresAt: Date | null;
  /** What happens after that to marketing to the list's country: `hold`, or `warn` and go. */
  afterExpiry: "hold" | "warn";
}

/** A list that a person is on. */
export type SuppressionEntry = Pick<SuppressionList, "id" | "name" | "register" | "country" | "downloadedOn">;

/** What the gate reads about suppression lists. */
export interface SuppressionFacts {
  /** The lists that the person's number is on. */
  listed: readonly SuppressionEntry[];
  /** The tenant's lists that cover where the person may be. */
  covering: readonly SuppressionList[];
}

/** A message, as far as the lists decide about it. */
export interface SuppressedMessage {
  purpose: MessagePurpose;
  topic: string | null;
  countries: readonly (string | null)[];
  consents: readonly ConsentFacts[];
  /** The laws of consent in force; absent: those shipped. */
  laws?: ConsentLaws | undefined;
}

/** What the lists say: nothing, that the person is on one, or that one is too old to know. */
export type SuppressionStanding =
  | { kind: "pass" }
  | { kind: "listed"; list: SuppressionEntry }
  | { kind: "expired"; list: SuppressionList };

/**
 * Returns what a tenant's suppression lists say about a message. They are about marketing only, so a reminder or a reply
 * passes. A consent that the register's own rule accepts overrides an entry, and makes the list unnecessary for that
 * person. An entry on an expired list still counts: the person was on it.
 */
export function suppressionStanding(
  { listed, covering }: SuppressionFacts,
  message: SuppressedMessage,
  now: Date,
): SuppressionStanding {
  if (message.purpose !== "marketing") return { kind: "pass" };
  const list = listed.find(({ register }) => !isOverridden(register, message, now));
  if (list) return { kind: "listed", list };
  const expired = covering.find(
    ({ register, expiresAt, afterExpiry }) =>
      expiresAt !== null &&
      expiresAt <= now &&
      afterExpiry === "hold" &&
      !isOverridden(register, message, now),
  );
  return expired ? { kind: "expired", list: expired } : { kind: "pass" };
}

function isOverridden(
  register: string,
  { purpose, topic, countries, consents, laws }: SuppressedMessage,
  now: Date,
): boolean {
  const override = overrideOf(register);
  if (override === "none") return false;
  const enough = consents.filter(
    ({ basis, evidence }) => basis === "express" && (override === "express" || evidence?.wording === true),
  );
  return consentStanding(enough, { purpose, topic, countries, laws }, now).allowed;
}

/** Where a person may be: a country, and its state or province if it is known. */
interface Place {
  country: string;
  region: string | null;
}

/** Returns the lists that cover a place. The list of a state covers also a place whose state is not known. */
export function listsFor(
  lists: readonly SuppressionList[],
  places: readonly Place[],
): readonly SuppressionList[] {
  if (lists.length === 0) return lists;
  return lists.filter((list) => {
    const state = registerNamed(list.register)?.state ?? null;
    const here = places.filter(({ country }) => country === list.country);
    if (state === null) return here.length > 0;
    return here.some(({ region }) => region === state || (region === null && here.length === 1));
  });
}
