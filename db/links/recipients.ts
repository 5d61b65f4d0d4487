import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";
import { recipientCode } from "./codes.ts";

/** Keeps whose link each code is: one statement for all messages of a claim that have one. */
export async function insertLinkRecipients(
  tx: PipelineTransaction,
  tenantId: string,
  recipients: readonly { campaignId: string; sendJobId: string; code: string }[],
): Promise<void> {
  await tx`
    insert into link_recipients (tenant_id, campaign_id, code, send_job_id)
    select ${tenantId}::uuid, * from unnest(${recipients.map(({ campaignId }) => campaignId)}::uuid[],
      ${recipients.map(({ code }) => code)}::text[], ${recipients.map(({ sendJobId }) => sendJobId)}::uuid[])
    on conflict do nothing`;
}

/** Removes whose links and clicks these contacts' are. Their links still lead on, and say nothing about anybody. */
export async function forgetClicks(
  tx: PipelineTransaction,
  tenantId: string,
  contactIds: readonly string[],
): Promise<number> {
  if (contactIds.length === 0) return 0;
  const ids = contactIds as string[];
  const jobs = await tx<{ id: string; campaignId: string; key: Uint8Array }[]>`
    select j.id, j.campaign_id as "campaignId", t.opt_out_key as key from send_jobs j join tenants t on t.id = j.tenant_id
    where j.contact_id = any(${ids}::uuid[]) and j.tenant_id = ${tenantId}`;
  const links = await tx`
    delete from link_recipients r using unnest(${jobs.map(({ campaignId }) => campaignId)}::uuid[],
      ${jobs.map(({ id, key }) => recipientCode(key, id))}::text[]) as theirs (campaign_id, code)
    where r.tenant_id = ${tenantId} and r.campaign_id = theirs.campaign_id and r.code = theirs.code returning 1`;
  const clicks = await tx`
    delete from link_clicks where tenant_id = ${tenantId} and contact_id = any(${ids}::uuid[]) returning 1`;
  const latest = await tx`
    delete from clicked_contacts where tenant_id = ${tenantId} and contact_id = any(${ids}::uuid[]) returning 1`;
  return links.length + clicks.length + latest.length;
}

const SWEPT_AT_ONCE = 10_000;

/** Deletes whose links they are, of campaigns whose links have expired: nobody can click them any more. Returns how many. */
export async function sweepExpiredLinks(sql: Pipeline): Promise<number> {
  const swept = await sql`
    with expired as (
      select l.tenant_id, l.campaign_id from campaign_links l
      where l.position = 0 and l.expires_at < clock_timestamp()
        and exists (select 1 from link_recipients r where r.tenant_id = l.tenant_id and r.campaign_id = l.campaign_id)
      order by l.expires_at limit 1
    )
    delete from link_recipients where ctid = any(array(
      select r.ctid from link_recipients r join expired e on e.tenant_id = r.tenant_id and e.campaign_id = r.campaign_id
      limit ${SWEPT_AT_ONCE})) returning 1`;
  return swept.length;
}
