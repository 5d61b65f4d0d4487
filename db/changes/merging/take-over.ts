import type { PipelineTransaction } from "../../postgres/connection.ts";
import type { HeldContact } from "./hold-people.ts";

/** What went over from one contact to another, by id. */
export interface TakenOver {
  messages: string[];
  flows: string[];
}

/**
 * Gives what campaigns and flows did with one contact to the other, so that audiences know it, and what waits goes to the
 * other number after all its gates. Where the other has the same campaign, both keep their own: the claim refuses what waits
 * on the number that is merged away. A message that is being sent, or whose outcome is unknown, stays where it is. A person
 * stands in a flow once, with the place of the other contact if that has one.
 */
export async function takeOver(
  tx: PipelineTransaction,
  tenantId: string,
  { from, to }: { from: HeldContact; to: HeldContact },
): Promise<TakenOver> {
  const messages = await tx<{ id: string }[]>`
    update send_jobs j set contact_id = ${to.id}, updated_at = clock_timestamp(),
      phone_e164 = case when j.status = 'queued' then ${to.phone} else j.phone_e164 end,
      country = case when j.status = 'queued' then ${to.country} else j.country end
    from campaigns k
    where j.tenant_id = ${tenantId} and j.contact_id = ${from.id} and j.status not in ('sending', 'unknown')
      and k.tenant_id = j.tenant_id and k.id = j.campaign_id and k.kind in ('campaign', 'flow') and not exists (
        select 1 from send_jobs o where o.campaign_id = j.campaign_id and o.contact_id = ${to.id})
    returning j.id`;
  const flows = await tx<{ id: string }[]>`
    insert into flow_people (tenant_id, flow_id, phone_e164, contact_id, version, cause, line, arrived_at, due_at,
      message_campaign_id, expects_reply, replied_at, trail, entered_at, ended_at, end_reason)
    select tenant_id, flow_id, ${to.phone}, ${to.id}, version, cause, line, arrived_at, due_at,
      message_campaign_id, expects_reply, replied_at, trail, entered_at, ended_at, end_reason
    from flow_people where tenant_id = ${tenantId} and phone_e164 = ${from.phone} order by flow_id
    on conflict do nothing returning flow_id as id`;
  await leaveFlows(tx, tenantId, from.phone);
  await tx`
    insert into clicked_contacts (tenant_id, contact_id, last_clicked_at)
    select tenant_id, ${to.id}, last_clicked_at from clicked_contacts
    where tenant_id = ${tenantId} and contact_id = ${from.id}
    on conflict (tenant_id, contact_id) do update
      set last_clicked_at = greatest(clicked_contacts.last_clicked_at, excluded.last_clicked_at)`;
  return { messages: messages.map(({ id }) => id), flows: flows.map(({ id }) => id) };
}

/** Their rows stay, so that they never enter again. */
async function leaveFlows(
  tx: PipelineTransaction,
  tenantId: string,
  phone: string,
  flowIds: readonly string[] | null = null,
): Promise<void> {
  await tx`
    update flow_people set ended_at = clock_timestamp(), end_reason = 'merged', expects_reply = false
    where tenant_id = ${tenantId} and phone_e164 = ${phone} and ended_at is null
      and (${flowIds === null} or flow_id = any(${(flowIds ?? []) as string[]}::uuid[]))`;
}

/** Gives back what went over, if it was not sent to the other number. Returns how many messages. */
export async function giveBack(
  tx: PipelineTransaction,
  tenantId: string,
  { messages, flows }: TakenOver,
  { from, to }: { from: HeldContact; to: HeldContact },
): Promise<number> {
  const back = await tx`
    update send_jobs j set contact_id = ${to.id}, updated_at = clock_timestamp(),
      phone_e164 = case when j.status = 'queued' then ${to.phone} else j.phone_e164 end,
      country = case when j.status = 'queued' then ${to.country} else j.country end
    where j.tenant_id = ${tenantId} and j.id = any(${messages}::uuid[]) and j.contact_id = ${from.id}
      and j.status not in ('sending', 'unknown')
      and (j.status = 'queued' or j.phone_e164 = ${to.phone}) and not exists (
        select 1 from send_jobs o where o.campaign_id = j.campaign_id and o.contact_id = ${to.id})
    returning 1`;
  await leaveFlows(tx, tenantId, from.phone, flows);
  return back.length;
}
