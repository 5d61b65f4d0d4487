import type { ContactValues } from "@smscrm/core/changes/undo-change";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import { CHANGE_KINDS } from "../../schema/index.ts";
import { lockContacts } from "../contact-rows.ts";
import { entryAsJson, lockEntries } from "../opted-out.ts";
import { type BatchOutcome, logChanges } from "./log.ts";
import type { LeasedBulk } from "./runs.ts";

const entryChange = (before: unknown, after: unknown) => ({
  before: { do_not_contact: before } as ContactValues,
  after: { do_not_contact: after } as ContactValues,
});

/**
 * Puts contacts on the do-not-contact list, as a member does for one. A number that a member listed before gets this
 * reason beside the first: who takes back the first action then finds that somebody else wanted it, too. A person who
 * opted out stays listed by their own word.
 */
export async function listContacts(
  tx: PipelineTransaction,
  bulk: LeasedBulk,
  ids: readonly string[],
): Promise<BatchOutcome> {
  const { tenantId, reason, requestedBy } = bulk;
  const contacts = await lockContacts(tx, tenantId, ids);
  const idOf = new Map([...contacts].map(([id, { phone }]) => [phone, id]));
  const phones = [...idOf.keys()].sort();
  const known = await lockEntries(tx, tenantId, phones);
  const added = await tx<{ phone: string; entry: object }[]>`
    insert into do_not_contact as d (tenant_id, phone_e164, source, note, created_by)
    select ${tenantId}, phone, 'operator', ${reason}, ${requestedBy} from unnest(${phones}::text[]) as p (phone) order by phone
    on conflict do nothing returning d.phone_e164 as phone, ${tx.unsafe(entryAsJson("d"))} as entry`;
  const byMembers = [...known].flatMap(([phone, { entry }]) => (entry.source === "operator" ? [phone] : []));
  const noted = await tx<{ phone: string; entry: object }[]>`
    update do_not_contact d set note = left(concat_ws(' · ', ${reason}::text, d.note), 1000)
    where d.tenant_id = ${tenantId} and d.phone_e164 = any(${byMembers}::text[])
    returning d.phone_e164 as phone, ${tx.unsafe(entryAsJson("d"))} as entry`;
  const changed = [...added, ...noted].map(({ phone, entry }) => ({
    ...{ contactId: idOf.get(phone)!, phone },
    ...entryChange(known.get(phone)?.entry ?? null, entry),
  }));
  await logChanges(tx, bulk, CHANGE_KINDS.listed, changed);
  return { changed: changed.length, keptOptedOut: contacts.size - changed.length };
}

/**
 * Takes contacts off the do-not-contact list that a member put there. Never somebody who opted out by a reply, a link, a
 * file or through the carrier, also where a member has listed the same number since.
 */
export async function unlistContacts(
  tx: PipelineTransaction,
  bulk: LeasedBulk,
  ids: readonly string[],
): Promise<BatchOutcome> {
  const { tenantId } = bulk;
  const contacts = await lockContacts(tx, tenantId, ids);
  const idOf = new Map([...contacts].map(([id, { phone }]) => [phone, id]));
  const known = await lockEntries(tx, tenantId, [...idOf.keys()]);
  const free = [...known].flatMap(([phone, { entry, isOwn }]) =>
    entry.source === "operator" && !isOwn ? [{ phone, entry }] : [],
  );
  await tx`
    delete from do_not_contact
    where tenant_id = ${tenantId} and phone_e164 = any(${free.map(({ phone }) => phone)}::text[])`;
  await logChanges(
    tx,
    bulk,
    CHANGE_KINDS.listed,
    free.map(({ phone, entry }) => ({
      ...{ contactId: idOf.get(phone)!, phone },
      ...entryChange(entry, null),
    })),
  );
  return { changed: free.length, keptOptedOut: known.size - free.length };
}
