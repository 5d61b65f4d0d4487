import type { ContactValues } from "@smscrm/core/changes/undo-change";
import { recordPipelineAudits } from "../../audit/pipeline-audit.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../../postgres/connection.ts";
import { timeNow, writeContacts } from "../contact-rows.ts";
import { type HeldContact, holdPeople, PERSON_COLUMNS } from "./hold-people.ts";
import { shareRefusals } from "./share-refusals.ts";
import { takeOver } from "./take-over.ts";

/** `gone`: it is no further number of this contact, or was made the preferred one. `busy`: as in a merge. */
export type NumberOutcome = "done" | "gone" | "busy";

interface NumberOrder {
  tenantId: string;
  /** The contact with the preferred number. */
  contactId: string;
  /** The contact of the further number. */
  numberId: string;
  by: string;
}

/**
 * Makes a further number the preferred one: its contact gets the person's details, and the contact before becomes the further
 * number. What is about a number stays with it: country, line type, consents, opt-outs. The strictest still holds for all.
 */
export function preferNumber(pipeline: Pipeline, order: NumberOrder): Promise<NumberOutcome> {
  return transact(pipeline, async (tx) => {
    const { tenantId, contactId, numberId, by } = order;
    const found = await holdNumber(tx, order);
    if (typeof found === "string") return found;
    const { main, number } = found;
    const now = await timeNow(tx);
    await writeContacts(tx, [
      { ...number.values, ...movedValues(main), updated_at: now, id: number.id },
      { ...main.values, ...BLANK, updated_at: now, id: main.id },
    ]);
    // A launch takes those who were contacts then, and the person was.
    await tx`
      update contacts n set merged_into = null, created_at = least(n.created_at, m.created_at)
      from contacts m where n.id = ${numberId} and m.id = ${contactId}`;
    await tx`
      update contacts set merged_into = ${numberId}
      where tenant_id = ${tenantId} and (id = ${contactId} or merged_into = ${contactId})`;
    await takeOver(tx, tenantId, { from: main, to: number });
    await shareRefusals(tx, tenantId, numberId, by);
    await audit(tx, order, "contact.prefer-number", { contactId });
    return "done";
  });
}

/** Removes a further number from a contact, with what waits for it. Its messages, consents and opt-outs stay on record. */
export function removeNumber(pipeline: Pipeline, order: NumberOrder): Promise<NumberOutcome> {
  return transact(pipeline, async (tx) => {
    const { tenantId, contactId, numberId } = order;
    const found = await holdNumber(tx, order);
    if (typeof found === "string") return found;
    await tx`
      update send_jobs set status = 'canceled', failure_reason = 'Canceled', hold_reason = null, not_before = null,
        verdict = null, final_at = clock_timestamp(), updated_at = clock_timestamp()
      where tenant_id = ${tenantId} and contact_id = ${numberId} and status = 'queued'`;
    await tx`delete from contacts where tenant_id = ${tenantId} and id = ${numberId}`;
    // The merge that brought it has no contact to give back.
    await tx`
      update contact_merges set before = null, after = null
      where tenant_id = ${tenantId} and merged_id = ${numberId} and before is not null`;
    await audit(tx, { ...order, numberId: contactId }, "contact.remove-number", { contactId: numberId });
    return "done";
  });
}

/** Makes what a person refused on any number hold for all of them, after a number was added. */
export function shareWithNumbers(
  pipeline: Pipeline,
  tenantId: string,
  contactId: string,
  by: string,
): Promise<void> {
  return transact(pipeline, async (tx) => {
    // It waits for no reply: what comes after it is shared by the reply itself.
    await tx`
      select 1 from contacts where tenant_id = ${tenantId} and (id = ${contactId} or merged_into = ${contactId})
      order by tenant_id, phone_e164 for no key update`;
    await shareRefusals(tx, tenantId, contactId, by);
  });
}

async function holdNumber(
  tx: PipelineTransaction,
  { tenantId, contactId, numberId }: NumberOrder,
): Promise<{ main: HeldContact; number: HeldContact } | "gone" | "busy"> {
  const held = await holdPeople(tx, tenantId, [contactId, numberId]);
  if (held === null) return "busy";
  const main = held.get(contactId);
  const number = held.get(numberId);
  return main && number?.mergedInto === main.id ? { main, number } : "gone";
}

const BLANK: ContactValues = {
  ...Object.fromEntries(PERSON_COLUMNS.map((column) => [column, null])),
  ...{ custom: {}, tags: [] },
};

/** A zone that the number gave stays with the number. */
const OF_THE_PERSON: readonly unknown[] = ["stated", "state", "postcode"];

function movedValues({ values }: HeldContact): ContactValues {
  const columns = [
    ...PERSON_COLUMNS,
    "last_import_id",
    ...(OF_THE_PERSON.includes(values.timezone_source) ? ["timezone", "timezone_source"] : []),
  ];
  return Object.fromEntries(columns.map((column) => [column, values[column]]));
}

const audit = (
  tx: PipelineTransaction,
  { tenantId, numberId, by }: NumberOrder,
  action: string,
  detail: Record<string, string>,
) =>
  recordPipelineAudits(tx, [
    { tenantId, actorId: by, action, objectKind: "contact", objectId: numberId, detail },
  ]);
