import { nationalDigits } from "@smscrm/core/privacy/national-digits";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { forgetClicks } from "../links/recipients.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import type { ErasureReceipt, PendingErasure } from "../schema/index.ts";
import { cancelQueued, markOf, STEPS } from "./erasure-steps.ts";

export interface ErasureOrder {
  tenantId: string;
  phone: string;
  reason: string;
  /** Null: repeated after a restore. */
  by: string | null;
  /** When the person was first erased, if this repeats it. */
  erasedAt?: Date;
  /** The do-not-contact entry that the person had then. */
  listedBy?: string | null;
}

/**
 * Erases a person from a tenant, with all their numbers: from this call's first commit on, nothing is sent to them and no import or call adds
 * them; when it returns, their number, names and texts are gone. Somebody who was erased before and wrote again, or whose
 * contact came back by hand, is erased again.
 *
 * If the process dies in between, a worker finishes it (`finishOpenErasures`).
 */
export async function erasePerson(sql: Pipeline, order: ErasureOrder): Promise<ErasureReceipt> {
  const ids = await transact(sql, async (tx) => {
    const begun: string[] = [];
    for (const phone of await lockNumbersOf(tx, order))
      begun.push(await beginErasure(tx, { ...order, phone }));
    return begun;
  });
  const total: ErasureReceipt = {};
  for (const id of ids)
    for (const [kind, rows] of Object.entries(await finishErasure(sql, id)))
      total[kind] = (total[kind] ?? 0) + rows;
  return total;
}

/**
 * Returns all numbers of the person, each locked against their replies, in one order. What comes before the lock on erasures
 * is read again after it: a merge shares that lock.
 */
async function lockNumbersOf(tx: PipelineTransaction, { tenantId, phone }: ErasureOrder): Promise<string[]> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.erasures + tenantId}, 0))`;
  const others = await tx<{ phone: string }[]>`
    select o.phone_e164 as phone from contacts c join lateral other_numbers(c.tenant_id, c.id, c.merged_into) o on true
    where c.tenant_id = ${tenantId} and c.phone_e164 = ${phone}`;
  const phones = [phone, ...others.map((one) => one.phone)].sort();
  for (const one of phones) await lockPerson(tx, one);
  return phones;
}

/**
 * The first commit. It waits for the tenant's claims and keeps new ones waiting, so a claim sees the person whole or not
 * at all. Locks in the order of all others: money, jobs, contact, audit log.
 */
async function beginErasure(tx: PipelineTransaction, order: ErasureOrder): Promise<string> {
  const { tenantId, phone, reason, by } = order;
  await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.erasures + tenantId}, 0))`;
  await lockPerson(tx, phone);
  await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
  type Known = { id: string; firstName: string | null; lastName: string | null; email: string | null };
  const [contact] = await tx<Known[]>`
    select id, first_name as "firstName", last_name as "lastName", email from contacts
    where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  // A contact that was deleted by hand may still have messages.
  const former = await tx<{ id: string }[]>`
    select distinct j.contact_id as id from send_attempts a join send_jobs j on j.id = a.send_job_id
    where a.tenant_id = ${tenantId} and a.to_phone = ${phone}`;
  const contactIds = [...new Set([...(contact ? [contact.id] : []), ...former.map(({ id }) => id)])];
  const pending: PendingErasure = {
    ...{ phone, nationalDigits: nationalDigits(phone), contactIds },
    firstName: contact?.firstName ?? null,
    lastName: contact?.lastName ?? null,
    email: contact?.email ?? null,
  };
  const [added] = await tx<{ id: string }[]>`
    insert into erasures (tenant_id, number_hash, listed_by, reason, requested_by, pending, contact_ids, created_at)
    values (${tenantId}, number_hash(${tenantId}, ${phone}), coalesce(${order.listedBy ?? null}, (
        select source from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${phone})),
      ${reason}, ${by}, ${tx.json(pending as never)}, ${contactIds}::uuid[],
      coalesce(${order.erasedAt ?? null}::timestamptz, clock_timestamp()))
    on conflict (tenant_id, number_hash) where lifted_at is null do update set
      pending = excluded.pending, contact_ids = erasures.contact_ids || excluded.contact_ids,
      created_at = greatest(erasures.created_at, excluded.created_at), finished_at = null, checked_at = null
    returning id`;
  await cancelQueued(tx, { tenantId, contactIds, mark: await markOf(tx, tenantId, phone) });
  await tx`delete from contacts where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  await tx`delete from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  await recordPipelineAudits(tx, [
    {
      ...{ tenantId, actorId: by, action: by ? "privacy.erase" : "privacy.erase-again" },
      ...{ objectKind: "erasure", objectId: added!.id, detail: { reason } },
    },
  ]);
  return added!.id;
}

/** Removes what is left of a person, each kind of row in its own transaction. May be repeated at any point. */
async function finishErasure(sql: Pipeline, id: string): Promise<ErasureReceipt> {
  const receipt: ErasureReceipt = {};
  for (const [kind, step] of Object.entries(STEPS)) {
    const rows = await transact(sql, async (tx) => {
      const [open] = await tx<OpenErasure[]>`
        select id, tenant_id as "tenantId", pending, requested_by as "requestedBy" from erasures
        where id = ${id} and pending is not null for no key update`;
      if (!open) return 0;
      await lockPerson(tx, open.pending.phone);
      const mark = await markOf(tx, open.tenantId, open.pending.phone);
      return step(tx, {
        ...open.pending,
        tenantId: open.tenantId,
        mark,
        by: open.requestedBy,
        erasureId: id,
      });
    });
    if (rows > 0) receipt[kind] = rows;
  }
  await sql`
    update erasures set pending = null, finished_at = clock_timestamp(), receipt = ${sql.json(receipt)}
    where id = ${id} and pending is not null`;
  return receipt;
}

interface OpenErasure {
  id: string;
  tenantId: string;
  pending: PendingErasure;
  requestedBy: string | null;
}

/** Serialises with the person's texts, as in `takeInbound`. */
async function lockPerson(tx: PipelineTransaction, phone: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person + phone}, 0))`;
}

/** A process that erases renews nothing: after this time another one finishes its work. */
const ABANDONED_SECONDS = 60;
/** A transaction that began before an erasure has ended after this time. */
const SECOND_LOOK_SECONDS = 90;

/** Finishes erasures whose process died. Returns how many. */
export async function finishOpenErasures(sql: Pipeline): Promise<number> {
  const open = await sql<{ id: string }[]>`
    select id from erasures where checked_at is null and pending is not null
      and created_at < clock_timestamp() - make_interval(secs => ${ABANDONED_SECONDS})
    order by created_at limit 20`;
  for (const { id } of open) await finishErasure(sql, id);
  return open.length;
}

/**
 * Looks once more for messages of erased people: a launch or a settlement that had read the contact before the erasure
 * may have written a job after it. No claim lets it go, because the contact is gone; its number goes here.
 */
export async function lookAgain(sql: Pipeline): Promise<number> {
  const due = await sql<{ id: string; tenantId: string; contactIds: string[]; mark: string }[]>`
    select id, tenant_id as "tenantId", contact_ids as "contactIds",
      'erased:' || substr(encode(number_hash, 'hex'), 1, 16) as mark
    from erasures where checked_at is null and finished_at < clock_timestamp() - make_interval(secs => ${SECOND_LOOK_SECONDS})
    order by finished_at limit 100`;
  for (const erasure of due)
    await transact(sql, async (tx) => {
      await cancelQueued(tx, erasure);
      await forgetClicks(tx, erasure.tenantId, erasure.contactIds);
      await tx`update erasures set checked_at = clock_timestamp() where id = ${erasure.id}`;
    });
  return due.length;
}
