import { eq, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import { tenants } from "../schema/index.ts";

/** The numbers that members verified as theirs, for statements over `tenants t`: at most a few for each member. */
export const TEAM_NUMBERS = `array(
  select n.phone_e164 from test_numbers n
  where n.tenant_id = t.id and n.verified_at is not null and n.removed_at is null
)`;

/**
 * Whether more conversations wait for an answer than the team takes, for statements over `tenants t`. It reads at most one
 * row of the index of open conversations more than the limit, and nothing where there is no limit.
 */
export const INBOX_IS_FULL = `(t.inbox_limit is not null and (
  select count(*) from (
    select 1 from conversations w
    where w.tenant_id = t.id
      and w.last_waiting_id > coalesce(w.closed_up_to, '00000000-0000-0000-0000-000000000000') and w.snoozed_until is null
    limit t.inbox_limit + 1
  ) open
) > t.inbox_limit)`;

/**
 * Whether a campaign may be dispatched now, for statements over `tenants t` and `campaigns c`. A campaign that was under way
 * when a trial began waits for its end, and marketing waits for the inbox. The claim's gates say the same of each message. A
 * flow goes on for the team, message by message.
 */
export const CAMPAIGN_MAY_GO = `((t.trial_since is null or c.is_trial or c.kind = 'flow')
  and not (c.kind = 'campaign' and c.purpose = 'marketing' and ${INBOX_IS_FULL}))`;

export interface Safeguards {
  /** Since when only the team's own numbers are texted; null: the tenant is not in trial mode. */
  trialSince: Date | null;
  /** The numbers that members verified as theirs. */
  teamNumbers: string[];
  /** Marketing waits while more conversations than this are open; null: it never does. */
  inboxLimit: number | null;
  inboxIsFull: boolean;
}

export async function readSafeguards(tx: TenantTransaction, tenantId: string): Promise<Safeguards> {
  const [row] = await tx.execute<
    Omit<Safeguards, "trialSince"> & { trialSince: string | null } & Record<string, unknown>
  >(sql`
    select t.trial_since as "trialSince", ${sql.raw(TEAM_NUMBERS)} as "teamNumbers",
      t.inbox_limit as "inboxLimit", ${sql.raw(INBOX_IS_FULL)} as "inboxIsFull"
    from tenants t where t.id = ${tenantId}`);
  const { trialSince, teamNumbers, inboxLimit, inboxIsFull } = row!;
  return { trialSince: trialSince ? new Date(trialSince) : null, teamNumbers, inboxLimit, inboxIsFull };
}

/** Begins or ends trial mode, for the next claim. Returns false if it already was so. */
export async function setTrial(tx: TenantTransaction, tenantId: string, isOn: boolean): Promise<boolean> {
  const changed = await tx
    .update(tenants)
    .set({ trialSince: isOn ? sql`clock_timestamp()` : null })
    .where(sql`${tenants.id} = ${tenantId} and (${tenants.trialSince} is null) = ${isOn}`)
    .returning({ id: tenants.id });
  return changed.length > 0;
}

/** Sets how many open conversations the team takes, for the next claim. */
export async function setInboxLimit(
  tx: TenantTransaction,
  tenantId: string,
  inboxLimit: number | null,
): Promise<void> {
  await tx.update(tenants).set({ inboxLimit }).where(eq(tenants.id, tenantId));
}
