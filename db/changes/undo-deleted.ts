import { restoredContact } from "@smscrm/core/changes/restored-contact";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { erasedAmong } from "../privacy/erased-numbers.ts";
import { CHANGE_KINDS } from "../schema/index.ts";
import { cancelMessages } from "./bulk/delete-contacts.ts";
import { timeNow } from "./contact-rows.ts";
import { timeAsJson } from "./logged-change.ts";
import { endedConsents, NONE_ENDED } from "./undo-consents.ts";
import { type ChangeRow, lockPeople, nextChanges, saveKept } from "./undo-rows.ts";
import { type LeasedUndo, saveUndoProgress, type UndoPosition } from "./undo-runs.ts";

/**
 * Restores the next contacts that a bulk action deleted, each with its id and everything that it had. A person who was
 * erased since has no row in the log, and one who was added again is kept as they are. What the person said since stands,
 * and what a launch may have queued for them in between is canceled. Returns false if none is left.
 */
export async function undoDeleted(
  tx: PipelineTransaction,
  undo: LeasedUndo,
  position: UndoPosition,
  limit: number,
): Promise<boolean> {
  const { tenantId } = undo;
  // First the lock: what is read after it is not erased before the commit.
  await erasedAmong(tx, tenantId, []);
  const rows = await nextChanges(tx, undo, position, { upTo: CHANGE_KINDS.deleted, limit });
  const last = rows.at(-1);
  if (!last) return false;
  const phones = rows.map(({ phone }) => phone);
  const erased = await erasedAmong(tx, tenantId, phones);
  await cancelMessages(
    tx,
    tenantId,
    rows.map(({ contactId }) => contactId),
  );
  const since = await sayingsOf(tx, tenantId, phones);
  const ended = await endedConsents(tx, tenantId, phones);
  const now = await timeNow(tx);
  const judged = rows
    .filter(({ phone }) => !erased.has(phone))
    .map((row) => ({ ...row, person: since.get(row.phone)!, kept: whyKept(since.get(row.phone)!, row) }));
  const restored = judged.flatMap(({ phone, before, person, kept }) => {
    if (kept.length > 0 || person.contactId !== null) return [];
    const { endedConsents: theirs } = ended.get(phone) ?? NONE_ENDED;
    return [restoredContact({ before, endedConsents: theirs, ...person, now })];
  });
  await insertContacts(tx, restored);
  await saveKept(tx, undo, judged);
  // A further number is restored with its contact, and is none itself.
  const people = restored.filter((values) => (values.merged_into ?? null) === null).length;
  const progress = { done: rows.length, restored: people, removed: 0, consentsEnded: 0 };
  await saveUndoProgress(tx, undo.runId, { kind: last.kind, id: last.contactId, ...progress });
  return true;
}

/** A contact that is back already, such as after a killed undo, is not kept. */
function whyKept({ isFree, contactId }: Person, row: ChangeRow): string[] {
  if (contactId === row.contactId) return [];
  if (contactId !== null) return ["added-again"];
  return isFree ? [] : ["busy"];
}

interface Person {
  /** False: a reply of the person arrives at this moment. */
  isFree: boolean;
  /** The contact that has the number now. */
  contactId: string | null;
  withdrawnAt: string | null;
  refused: string[];
}

/** Returns what people said and became since their contact was deleted. Their replies wait until the commit. */
async function sayingsOf(
  tx: PipelineTransaction,
  tenantId: string,
  phones: readonly string[],
): Promise<Map<string, Person>> {
  const isFree = await lockPeople(tx, phones);
  const rows = await tx<(Omit<Person, "isFree"> & { phone: string })[]>`
    select p.phone, c.id as "contactId",
      case when last.basis = 'withdrawn' then ${tx.unsafe(timeAsJson("last.created_at"))} #>> '{}' end as "withdrawnAt",
      array(select r.subject from contact_preferences r
        where r.tenant_id = ${tenantId} and r.phone_e164 = p.phone order by r.subject) as refused
    from unnest(${phones as string[]}::text[]) as p (phone)
    left join contacts c on c.tenant_id = ${tenantId} and c.phone_e164 = p.phone
    left join lateral (
      select s.basis, s.created_at from consents s
      where s.tenant_id = ${tenantId} and s.phone_e164 = p.phone and s.withdraws is null order by s.id desc limit 1
    ) last on true`;
  return new Map(rows.map(({ phone, ...person }) => [phone, { ...person, isFree: isFree.get(phone)! }]));
}

/** A trigger copies refused purposes to new contacts, which is a change of theirs only where they are other ones. */
async function insertContacts(tx: PipelineTransaction, contacts: readonly object[]): Promise<void> {
  if (contacts.length === 0) return;
  const given = tx.json(contacts as never);
  await tx`
    insert into contacts (${tx.unsafe(STORED.join(", "))})
    select ${tx.unsafe(STORED.join(", "))} from jsonb_populate_recordset(null::contacts, ${given})
    on conflict do nothing`;
  await tx`
    update contacts c set updated_at = r.updated_at from jsonb_populate_recordset(null::contacts, ${given}) r
    where c.id = r.id and c.updated_at <> r.updated_at and c.consent_summary is not distinct from r.consent_summary`;
}

const STORED = [
  ...["id", "tenant_id", "phone_e164", "country", "line_type", "first_name", "last_name", "email", "city"],
  ...[
    "state",
    "postcode",
    "address_country",
    "custom",
    "tags",
    "timezone",
    "timezone_source",
    "consent_basis",
  ],
  ...["consent_at", "consent_expires_at", "consent_summary", "invalid_reason", "invalid_until", "strikes"],
  ...["last_import_id", "merged_into", "created_at", "updated_at"],
];
