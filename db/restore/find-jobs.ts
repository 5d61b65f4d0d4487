import { withAnyLinks } from "@smscrm/core/links/written-links";
import { matcherOf, type TextMatcher } from "@smscrm/core/text/recovered-text";
import type { PipelineTransaction } from "../postgres/connection.ts";
import type { CarrierSent } from "./carrier-sent.ts";
import { findAlike } from "./find-attempts.ts";

/** The owner of a carrier's message: a send job, an attempt of unknown outcome, or nothing known here. */
export interface Found {
  message: CarrierSent;
  tenantId: string | null;
  campaignId: string | null;
  /** Null with a campaign: it has no job for this person yet, and gets one that counts as sent. */
  jobId: string | null;
  attemptId: string | null;
}

/**
 * Finds the owner of each message (oldest first). First a queued job of a campaign with a matching text, which must
 * not be sent again. Then an attempt of unknown outcome. Then a campaign that was launched after the backup, so that
 * a second launch skips this person. The more certain match wins.
 */
export async function findJobs(tx: PipelineTransaction, messages: readonly CarrierSent[]): Promise<Found[]> {
  const tenantsOf = await readTenants(tx, messages);
  const campaigns = await readCampaigns(tx, [...new Set([...tenantsOf.values()].flat())]);
  const possible = messages.flatMap((message) => fitting(message, tenantsOf, campaigns));
  const jobs = await readJobs(tx, possible);
  const alike = await findAlike(tx, messages);
  const taken = new Set<string>();
  return messages.map((message) => {
    const mine = jobs.filter((job) => job.sid === message.sid);
    const job = mine.find(({ jobId, jobStatus }) => jobStatus === "queued" && !taken.has(jobId!));
    if (job) taken.add(job.jobId!);
    const attempt = job ? undefined : alike.get(message.sid);
    const fresh = job || attempt ? undefined : mine.find(({ jobId, status }) => !jobId && isUnfrozen(status));
    const [tenant] = tenantsOf.get(message.sid) ?? [];
    const chosen = job ?? fresh;
    return {
      message,
      tenantId: chosen?.tenantId ?? attempt?.tenantId ?? tenant ?? null,
      campaignId: chosen?.campaignId ?? attempt?.campaignId ?? null,
      jobId: job?.jobId ?? attempt?.jobId ?? null,
      attemptId: attempt?.attemptId ?? null,
    };
  });
}

/** Its audience is not completely frozen: it was launched after the backup, or during it. */
const isUnfrozen = (status: string) => status === "draft" || status === "launching";

/**
 * Returns the tenants that may have sent each message: the number's tenant at that time, before later ones. If the
 * number is newer than the backup: each tenant with this recipient.
 */
async function readTenants(
  tx: PipelineTransaction,
  messages: readonly CarrierSent[],
): Promise<Map<string, string[]>> {
  const rows = await tx<{ sid: string; tenantId: string }[]>`
    with sent as (select * from jsonb_to_recordset(${tx.json(messages as never)}) as m (
      sid text, "from" text, "to" text, "createdAt" timestamptz)),
    found as (
      select distinct on (sid, n.tenant_id) sid, n.tenant_id, n.taken_back_at from sent
      join sending_numbers n on n.phone_e164 = sent."from"
      where n.taken_back_at is null or n.taken_back_at >= sent."createdAt"
      order by sid, n.tenant_id, n.taken_back_at desc nulls first
    )
    (select sid, tenant_id as "tenantId" from found order by sid, taken_back_at nulls last)
    union all
    select sid, c.tenant_id from sent cross join tenants t join contacts c on c.tenant_id = t.id and c.phone_e164 = sent."to"
    where not exists (select 1 from sending_numbers n where n.phone_e164 = sent."from")`;
  const tenantsOf = new Map<string, string[]>();
  for (const { sid, tenantId } of rows) tenantsOf.set(sid, [...(tenantsOf.get(sid) ?? []), tenantId]);
  return tenantsOf;
}

interface OpenCampaign {
  id: string;
  tenantId: string;
  status: string;
  matcher: TextMatcher;
}

/** Campaigns that have, or may get, recipients to text, once for each of their texts. */
async function readCampaigns(tx: PipelineTransaction, tenantIds: string[]): Promise<OpenCampaign[]> {
  const rows = await tx<
    { id: string; tenantId: string; status: string; body: string; smart: boolean; short: boolean }[]
  >`
    select c.id, c.tenant_id as "tenantId", c.status, text.body, c.smart_encoding as smart, c.shorten_links as short
    from campaigns c cross join lateral (
      select c.body union all
      select t.body from campaign_texts t where t.tenant_id = c.tenant_id and t.campaign_id = c.id
    ) text
    where c.tenant_id = any(${tenantIds}::uuid[]) and c.status in ('draft', 'launching', 'running', 'paused') order by c.id`;
  return rows
    .map(({ id, tenantId, status, body, smart, short }) => ({
      id,
      tenantId,
      status,
      matcher: short ? matcherOf(body, smart, withAnyLinks(body.trim())) : matcherOf(body, smart),
    }))
    .sort((one, other) => other.matcher.certainty - one.matcher.certainty);
}

interface Possible {
  sid: string;
  tenantId: string;
  campaignId: string;
  status: string;
  phone: string;
  rank: number;
}

function fitting(
  message: CarrierSent,
  tenantsOf: ReadonlyMap<string, string[]>,
  campaigns: readonly OpenCampaign[],
): Possible[] {
  const tenants = tenantsOf.get(message.sid) ?? [];
  return campaigns
    .filter(({ tenantId, matcher }) => tenants.includes(tenantId) && mayBe(message, matcher))
    .map(({ id, tenantId, status }, rank) => ({
      sid: message.sid,
      tenantId,
      campaignId: id,
      status,
      phone: message.to,
      rank,
    }));
}

/** A text that was deleted at the carrier may have been any text. */
const mayBe = ({ body }: CarrierSent, { fits }: TextMatcher) => body.trim() === "" || fits(body);

async function readJobs(tx: PipelineTransaction, possible: readonly Possible[]) {
  return tx<(Omit<Possible, "rank" | "phone"> & { jobId: string | null; jobStatus: string | null })[]>`
    select p.sid, p."tenantId", p."campaignId", p.status, j.id as "jobId", j.status as "jobStatus"
    from jsonb_to_recordset(${tx.json(possible as never)}) as p (
      sid text, "tenantId" uuid, "campaignId" uuid, status text, phone text, rank int)
    left join contacts c on c.tenant_id = p."tenantId" and c.phone_e164 = p.phone
    left join send_jobs j on j.campaign_id = p."campaignId" and j.contact_id = c.id
    order by p.sid, p.rank`;
}
