import { sql } from "drizzle-orm";
import type { TenantTransaction } from "./connection.ts";
import { type Page, type PageRequest, pageOf } from "./page.ts";
import { campaigns } from "./schema/index.ts";

/** One message to or from a person. */
export interface Turn {
  id: string;
  direction: "out" | "in";
  at: Date;
  body: string;
  status: string | null;
  reason: string | null;
  sendJobId: string | null;
  campaign: { id: string; name: string } | null;
  /** What an inbound message was taken for: opt-out, opt-in, help, ask-a-person, none. */
  kind: string | null;
  fromPhone: string;
}

/**
 * What was handed over to a number and what came from it, newest first. Ids of both kinds are UUIDv7, so they
 * sort by time together, and one cursor serves both.
 */
export async function listTurns(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  { cursor, limit }: PageRequest,
): Promise<Page<Turn>> {
  const before = cursor ?? "ffffffff-ffff-ffff-ffff-ffffffffffff";
  const rows = await tx.execute<TurnRow>(sql`
    select turn.*, ${campaigns.name} as "campaignName"
    from (
      (select a.id, 'out' as direction, coalesce(a.handed_over_at, a.claimed_at) as at, a.body, j.status,
        coalesce(j.failure_reason, j.hold_reason) as reason, j.id as "sendJobId", a.campaign_id as "campaignId",
        null as kind, a.from_phone as "fromPhone"
      from send_attempts a join send_jobs j on j.tenant_id = a.tenant_id and j.id = a.send_job_id
      where a.tenant_id = ${tenantId} and a.to_phone = ${phone} and a.id < ${before} and a.state <> 'released'
      order by a.id desc limit ${limit + 1})
      union all
      (select m.id, 'in', m.created_at, m.body, null, null, null, m.campaign_id, m.kind, m.from_phone
      from inbound_messages m
      where m.tenant_id = ${tenantId} and m.from_phone = ${phone} and m.id < ${before}
      order by m.id desc limit ${limit + 1})
    ) turn
    left join ${campaigns} on ${campaigns.tenantId} = ${tenantId} and ${campaigns.id} = turn."campaignId"
    order by turn.id desc limit ${limit + 1}`);
  return pageOf([...rows].map(toTurn), limit, (turn) => turn.id);
}

type TurnRow = Omit<Turn, "at" | "campaign"> & {
  at: string;
  campaignId: string | null;
  campaignName: string | null;
} & Record<string, unknown>;

function toTurn({ campaignId, campaignName, at, ...row }: TurnRow): Turn {
  const campaign = campaignId === null ? null : { id: campaignId, name: campaignName ?? "" };
  return { ...(row as Omit<Turn, "at" | "campaign">), at: new Date(at), campaign };
}
