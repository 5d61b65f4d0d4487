import { allowancesOf } from "@smscrm/core/claim/allowances";
import { type Decided, decide } from "@smscrm/core/claim/decisions";
import type { ClaimJob } from "@smscrm/core/claim/facts";
import { type CompiledCampaign, compileCampaign, isReplying } from "@smscrm/core/gates/message-facts";
import { keepsPerson } from "@smscrm/core/links/click-privacy";
import { optOutLink } from "@smscrm/core/text/opt-out-link";
import { optOutToken } from "../contacts/opt-out-links.ts";
import { ruleBookFor } from "../law/rule-book.ts";
import { recipientCode } from "../links/codes.ts";
import { type Pipeline, transact } from "../postgres/connection.ts";
import {
  type CampaignFacts,
  lockJobs,
  lockNumbers,
  readCampaigns,
  readLastWritings,
  readTenant,
  withOthersValues,
} from "./claim/facts.ts";
import { type ClaimedMessage, write } from "./claim/write.ts";

export type { ClaimedMessage } from "./claim/write.ts";

export interface Claim {
  /** `performance.now()` before the facts were read: the request must start within `SUBMISSION_LIMIT_MS` of it. */
  startedMs: number;
  messages: ClaimedMessage[];
  held: number;
  dropped: number;
  /** Jobs that another transaction holds locked, or that are no longer queued. */
  skipped: string[];
}

/**
 * Claims a ticket's jobs: locks them, reads the current facts, and asks all gates on the database's clock. Reserves
 * money and rate, and writes an attempt for each message that may go. When this returns, all of it is committed. Jobs
 * that another claim has, or that are no longer queued, are skipped; a second ticket for them is harmless. `publicUrl` is
 * where opt-out links lead; without it a text that has one is refused.
 */
export function claimForSending(
  sql: Pipeline,
  tenantId: string,
  jobIds: string[],
  publicUrl: string | null = null,
): Promise<Claim> {
  return transact(sql, async (tx) => {
    // Wait for the tenant's other claims first, then start the clock, then read: so all facts are newer than the
    // clock's start.
    await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;
    const startedMs = performance.now();
    const [present, jobs, numbers, rows] = await Promise.all([
      readTenant(tx, tenantId),
      lockJobs(tx, tenantId, jobIds),
      lockNumbers(tx, tenantId),
      readCampaigns(tx, tenantId, jobIds),
    ]);
    if (!present || jobs.length === 0) {
      return { startedMs, messages: [], held: 0, dropped: 0, skipped: jobIds };
    }
    // One book for the whole claim. It is in memory unless somebody has changed a rule since the last claim.
    const book = await ruleBookFor(tx, { token: present.rulesToken, now: present.now });
    const tenant = { ...present, book };
    const campaigns = new Map(
      rows.map((row) => [
        row.id,
        {
          ...compileCampaign(row, book),
          ...{ valuesOf: row.valuesOf, personClicks: row.personClicks },
        },
      ]),
    );
    const replies = jobs.filter((job) => isReplying(campaigns.get(job.campaignId)?.kind));
    const writings = await readLastWritings(
      tx,
      tenantId,
      replies.map((job) => job.phoneE164),
    );
    const allowances = allowancesOf(tenant, numbers);
    const valued = await withOthersValues(tx, tenantId, jobs, campaigns);
    const candidates = withLinkCodes(
      withOptOutLinks(valued, campaigns, tenant.optOutKey, publicUrl),
      campaigns,
      tenant.optOutKey,
    );
    const decided = decide(tenant, candidates, campaigns, writings, allowances);
    const messages = await write(tx, tenant, numbers, allowances, decided);
    const read = new Set(jobs.map((job) => job.jobId));
    const skipped = jobIds.filter((jobId) => !read.has(jobId));
    return { startedMs, messages, ...countRefusals(decided), skipped };
  });
}

/** Adds the opt-out link to each job whose text has one. It is computed, so that a claim reads and writes nothing for it. */
function withOptOutLinks(
  jobs: readonly ClaimJob[],
  campaigns: ReadonlyMap<string, CompiledCampaign>,
  key: Uint8Array,
  publicUrl: string | null,
): readonly ClaimJob[] {
  if (publicUrl === null || ![...campaigns.values()].some(({ hasOptOutLink }) => hasOptOutLink)) return jobs;
  return jobs.map((job) =>
    campaigns.get(job.campaignId)?.hasOptOutLink
      ? { ...job, optOutLink: optOutLink(publicUrl, optOutToken(key, job)) }
      : job,
  );
}

/**
 * Adds their own code to each recipient of a campaign with short links. Who has none gets the link that is the same for
 * everybody: a test, and people whose clicks may not be kept.
 */
function withLinkCodes(
  jobs: readonly ClaimJob[],
  campaigns: ReadonlyMap<string, CompiledCampaign & Pick<CampaignFacts, "personClicks">>,
  key: Uint8Array,
): readonly ClaimJob[] {
  if (![...campaigns.values()].some(({ shortLinks }) => shortLinks)) return jobs;
  return jobs.map((job) => {
    const campaign = campaigns.get(job.campaignId);
    const isTheirs =
      campaign?.shortLinks &&
      campaign.kind === "campaign" &&
      keepsPerson(campaign.personClicks ?? "by-law", job);
    return isTheirs ? { ...job, linkCode: recipientCode(key, job.jobId) } : job;
  });
}

function countRefusals(decided: readonly Decided[]): { held: number; dropped: number } {
  const count = (kind: string) => decided.filter((one) => one.verdict.kind === kind).length;
  return { held: count("hold"), dropped: count("drop") };
}
