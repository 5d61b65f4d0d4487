import { allowancesOf } from "./claim/allowances.ts";
import { type Decided, decide } from "./claim/decide.ts";
import { lockJobs, lockNumbers, readCampaigns, readLastWritings, readTenant } from "./claim/facts.ts";
import { type ClaimedMessage, write } from "./claim/write.ts";
import { type Pipeline, transact } from "./connection.ts";

export type { ClaimedMessage } from "./claim/write.ts";

export interface Claim {
  /** `performance.now()` from before the facts were read: hand-over must begin within D of it. */
  startedMs: number;
  messages: ClaimedMessage[];
  held: number;
  dropped: number;
  /** Jobs that somebody else holds locked, or that are no longer queued. */
  leftOut: string[];
}

/**
 * Claims a ticket's jobs: locks them, reads the facts as they are now, asks all gates on the database's clock,
 * reserves money and rate, and writes an attempt for each message that may go. When this returns it is committed.
 * Jobs that somebody else has, or that are no longer queued, are left out; a second ticket for them is harmless.
 */
export function claimForSending(sql: Pipeline, tenantId: string, jobIds: string[]): Promise<Claim> {
  return transact(sql, async (tx) => {
    // First wait for the tenant's other claims, then start the clock, then read: so all facts are younger than it.
    await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
    const startedMs = performance.now();
    const [tenant, jobs, numbers, campaigns] = await Promise.all([
      readTenant(tx, tenantId),
      lockJobs(tx, tenantId, jobIds),
      lockNumbers(tx, tenantId),
      readCampaigns(tx, tenantId, jobIds),
    ]);
    if (!tenant || jobs.length === 0) {
      return { startedMs, messages: [], held: 0, dropped: 0, leftOut: jobIds };
    }
    const replies = jobs.filter((job) => campaigns.get(job.campaignId)?.kind === "reply");
    const writings = await readLastWritings(
      tx,
      tenantId,
      replies.map((job) => job.phoneE164),
    );
    const allowances = allowancesOf(tenant, numbers);
    const decided = decide(tenant, jobs, campaigns, writings, allowances);
    const messages = await write(tx, tenant, numbers, allowances, decided);
    const read = new Set(jobs.map((job) => job.jobId));
    const leftOut = jobIds.filter((jobId) => !read.has(jobId));
    return { startedMs, messages, ...countRefusals(decided), leftOut };
  });
}

function countRefusals(decided: readonly Decided[]): { held: number; dropped: number } {
  const count = (kind: string) => decided.filter((one) => one.verdict.kind === kind).length;
  return { held: count("hold"), dropped: count("drop") };
}
