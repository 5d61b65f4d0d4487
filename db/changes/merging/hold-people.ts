import type { ContactValues } from "@smscrm/core/changes/undo-change";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import { erasedAmong } from "../../privacy/erased-numbers.ts";
import { lockContacts } from "../contact-rows.ts";
import { lockPeople } from "../undo-rows.ts";

/** A contact with its columns, or a further number of one. */
export interface HeldContact {
  id: string;
  phone: string;
  country: string | null;
  mergedInto: string | null;
  values: ContactValues;
}

/** The columns that are about the person, and go over with them. The zone is beside them: see core/changes/merge-plan.ts. */
export const PERSON_COLUMNS = [
  ...["first_name", "last_name", "email", "city", "state", "postcode", "address_country", "custom", "tags"],
] as const;

/**
 * Locks contacts and all numbers of their people, in the order of all others: erasures, money, jobs, contacts. So no claim,
 * no reply and no launch of their messages runs in between, and a message that is being sent has been committed. Null: a
 * reply of theirs arrives at this moment, or somebody is changing the same numbers.
 */
export async function holdPeople(
  tx: PipelineTransaction,
  tenantId: string,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, HeldContact> | null> {
  await tx`select set_config('timezone', 'UTC', true), set_config('smscrm.merging', 'on', true)`;
  await erasedAmong(tx, tenantId, []);
  await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
  const before = await readNumbers(tx, tenantId, contactIds);
  const isFree = await lockPeople(tx, before.map(({ phone }) => phone).sort());
  if ([...isFree.values()].includes(false)) return null;
  const ids = before.map(({ id }) => id);
  await tx`
    select 1 from send_jobs where tenant_id = ${tenantId} and contact_id = any(${ids}::uuid[]) order by id for no key update`;
  const locked = await lockContacts(tx, tenantId, ids);
  const now = await readNumbers(tx, tenantId, contactIds);
  if (now.some(({ id }) => !locked.has(id))) return null;
  return new Map(now.map((one) => [one.id, { ...one, values: locked.get(one.id)!.values }]));
}

function readNumbers(tx: PipelineTransaction, tenantId: string, contactIds: readonly string[]) {
  return tx<Omit<HeldContact, "values">[]>`
    with people as (
      select distinct coalesce(merged_into, id) as id from contacts
      where tenant_id = ${tenantId} and id = any(${contactIds as string[]}::uuid[])
    )
    select c.id, c.phone_e164 as phone, c.country, c.merged_into as "mergedInto" from contacts c
    where c.tenant_id = ${tenantId} and (c.id in (select id from people) or c.merged_into in (select id from people))
    order by c.id`;
}
