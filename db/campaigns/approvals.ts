import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";
import type { ApprovalEnd, ApprovalStatus, SeenCampaign } from "../schema/index.ts";
import { fingerprintOf } from "./launch-copy.ts";

/** More that wait at once are no list that a person works through. */
const LISTED_MAX = 100;

export interface Approval {
  id: string;
  campaignId: string;
  campaignName: string;
  status: ApprovalStatus;
  askedBy: { id: string; name: string | null };
  askedAt: Date;
  note: string | null;
  launchAt: Date | null;
  recipients: number;
  /** The reason of an owner who asked to send outside quiet hours; null: nobody did. */
  overrideReason: string | null;
  fingerprint: string;
  /** Who changed the campaign last. */
  editedBy: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  comment: string | null;
  endedAt: Date | null;
  endReason: ApprovalEnd | null;
}

interface ApprovalRow {
  [column: string]: unknown;
  askedById: string;
  askedByName: string | null;
  askedAt: string;
  launchAt: string | null;
  decidedAt: string | null;
  endedAt: string | null;
}

const COLUMNS = sql`a.id, a.campaign_id as "campaignId", c.name as "campaignName", a.status, a.asked_by as "askedById",
  (select u.name from users u where u.id = a.asked_by) as "askedByName", a.asked_at as "askedAt", a.note,
  a.launch_at as "launchAt", a.recipients, a.seen -> 'copy' ->> 'overrideReason' as "overrideReason", a.fingerprint, coalesce(c.edited_by, c.created_by) as "editedBy",
  (select u.name from users u where u.id = a.decided_by) as "decidedBy", a.decided_at as "decidedAt", a.comment,
  a.ended_at as "endedAt", a.end_reason as "endReason"`;

const time = (text: string | null) => (text === null ? null : new Date(text));

const toApproval = ({ askedById, askedByName, ...row }: ApprovalRow): Approval =>
  ({
    ...row,
    askedBy: { id: askedById, name: askedByName },
    ...{ askedAt: new Date(row.askedAt), launchAt: time(row.launchAt) },
    ...{ decidedAt: time(row.decidedAt), endedAt: time(row.endedAt) },
  }) as unknown as Approval;

async function select(tx: TenantTransaction, tenantId: string, which: SQL): Promise<Approval[]> {
  const rows = await tx.execute<ApprovalRow>(sql`
    select ${COLUMNS} from launch_approvals a
    join campaigns c on c.tenant_id = a.tenant_id and c.id = a.campaign_id
    where a.tenant_id = ${tenantId} and ${which}`);
  return rows.map(toApproval);
}

/** Returns the requests and approvals that are not over, newest first. */
export const listCurrentApprovals = (tx: TenantTransaction, tenantId: string): Promise<Approval[]> =>
  select(tx, tenantId, sql`a.ended_at is null order by a.id desc limit ${LISTED_MAX}`);

/** Returns the newest request about a campaign, or null. */
export async function newestApproval(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
): Promise<Approval | null> {
  const [row] = await select(tx, tenantId, sql`a.campaign_id = ${campaignId} order by a.id desc limit 1`);
  return row ?? null;
}

export async function findApproval(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<Approval | null> {
  const [row] = await select(tx, tenantId, sql`a.id = ${id}`);
  return row ?? null;
}

/** Returns what was seen when the approval was asked for. */
export async function readSeen(tx: TenantTransaction, tenantId: string, id: string): Promise<SeenCampaign> {
  const [row] = await tx.execute<{ seen: SeenCampaign }>(
    sql`select seen from launch_approvals where tenant_id = ${tenantId} and id = ${id}`,
  );
  return row!.seen;
}

/** Stores a request with what was seen, in place of an earlier one. The campaign is locked. Returns its id and hash. */
export async function insertApproval(
  tx: TenantTransaction,
  tenantId: string,
  request: {
    campaignId: string;
    askedBy: string;
    note: string | null;
    launchAt: Date | null;
    recipients: number;
    seen: SeenCampaign;
  },
): Promise<{ id: string; fingerprint: string }> {
  const { campaignId, askedBy, note, launchAt, recipients, seen } = request;
  const fingerprint = fingerprintOf(seen, recipients);
  await tx.execute(sql`
    update launch_approvals set status = case when status = 'returned' then status else 'void' end,
      ended_at = now(), end_reason = 'asked-again'
    where tenant_id = ${tenantId} and campaign_id = ${campaignId} and ended_at is null`);
  await tx.execute(sql`
    update campaigns set not_launched_reason = null
    where tenant_id = ${tenantId} and id = ${campaignId} and not_launched_reason is not null`);
  const [row] = await tx.execute<{ id: string }>(sql`
    insert into launch_approvals (tenant_id, campaign_id, asked_by, note, launch_at, recipients, seen, fingerprint)
    values (${tenantId}, ${campaignId}, ${askedBy}, ${note}, ${launchAt?.toISOString() ?? null}::timestamptz, ${recipients},
      ${JSON.stringify(seen)}::text::jsonb, ${fingerprint})
    returning id`);
  return { id: row!.id, fingerprint };
}

/** Decides about a request that waits. False: it was decided or ended already. The campaign is locked. */
export async function decideApproval(
  tx: TenantTransaction,
  tenantId: string,
  { id, by, approve, comment }: { id: string; by: string; approve: boolean; comment: string | null },
): Promise<boolean> {
  const rows = await tx.execute(sql`
    update launch_approvals set status = ${approve ? "approved" : "returned"}, decided_by = ${by},
      decided_at = clock_timestamp(), comment = ${comment}
    where tenant_id = ${tenantId} and id = ${id} and status = 'open' and ended_at is null returning 1`);
  return rows.length > 0;
}

/** Takes a request back that waits. False: it was decided or ended already. */
export async function withdrawApproval(
  tx: TenantTransaction,
  tenantId: string,
  id: string,
): Promise<boolean> {
  const rows = await tx.execute(sql`
    update launch_approvals set status = 'withdrawn', ended_at = now(), end_reason = 'withdrawn'
    where tenant_id = ${tenantId} and id = ${id} and status = 'open' and ended_at is null returning 1`);
  return rows.length > 0;
}

/** Returns the request or approval that this transaction's change of a campaign ended, for the audit log. */
export async function endedNow(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
): Promise<{ id: string; fingerprint: string; endReason: ApprovalEnd } | null> {
  const [row] = await tx.execute<{ id: string; fingerprint: string; endReason: ApprovalEnd }>(sql`
    select id, fingerprint, end_reason as "endReason" from launch_approvals
    where tenant_id = ${tenantId} and campaign_id = ${campaignId} and ended_at = now() and status = 'void'`);
  return row ?? null;
}

/** Returns how many scheduled campaigns were not launched at their time, and wait for a person since. */
export async function countNotLaunched(tx: TenantTransaction, tenantId: string): Promise<number> {
  const [row] = await tx.execute<{ campaigns: number }>(sql`
    select count(*)::int as campaigns from campaigns
    where tenant_id = ${tenantId} and status = 'draft' and not_launched_reason is not null`);
  return row!.campaigns;
}
