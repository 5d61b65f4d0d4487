import { suppressionStanding } from "../suppression/standing.ts";
import { drop, type GateAnswer, holdAndRecheck, type MessageFacts, PASS } from "./gate.ts";

/** What of a message's facts the suppression lists need. Without them there are no lists. */
export type SuppressionGateFacts = Partial<
  Pick<MessageFacts, "suppression" | "purpose" | "topic" | "phone" | "addressCountry" | "consents" | "book">
>;

/** Uploading a new list is a person's work, so a held message is checked again this often. */
const RECHECK_MINUTES = 15;

/**
 * The second half of the do-not-contact gate. Obeys the registers of people who want no marketing
 * (`core/data/suppression-registers.json`): refuses a person who is on a list of the tenant's, and holds a message while
 * the list that would say so has expired, unless the tenant chose to go on.
 */
export function suppression(facts: SuppressionGateFacts, now: Date): GateAnswer {
  const { suppression: lists, consents = [], topic = null, purpose = "marketing", book } = facts;
  if (!lists) return PASS;
  const standing = suppressionStanding(
    lists,
    { purpose, topic, consents, countries: countriesOf(facts), laws: book?.consent },
    now,
  );
  if (standing.kind === "pass") return PASS;
  const { id, name, register, country, downloadedOn } = standing.list;
  const evidence = { source: "suppression-list", listId: id, list: name, register, country, downloadedOn };
  if (standing.kind === "listed") return drop("Do not contact", evidence);
  const expiresAt = standing.list.expiresAt!.toISOString();
  return holdAndRecheck("List expired", RECHECK_MINUTES, now, { ...evidence, expiresAt });
}

/** The countries whose law counts: the number's, and the address's where it is another. */
export function countriesOf({
  phone,
  addressCountry = null,
}: Partial<Pick<MessageFacts, "phone" | "addressCountry">>): (string | null)[] {
  const country = phone?.country ?? null;
  return addressCountry !== null && addressCountry !== country ? [country, addressCountry] : [country];
}
