import type { Verdict } from "@smscrm/core/gates/gate";
import type { CampaignKind } from "@smscrm/core/gates/message-facts";
import type { SendJobStatus } from "@smscrm/core/send/send-job";
import { sql } from "drizzle-orm";
import { contactWith } from "../contacts/contacts.ts";
import type { TenantTransaction } from "../postgres/connection.ts";
import { hiddenCode } from "../postgres/hidden-code.ts";
import { type Page, type PageRequest, pageOf } from "../postgres/page.ts";
import { campaigns, users } from "../schema/index.ts";
import { isRecorded } from "./recorded.ts";

/** One message to or from a person, or a note about them. */
export interface ThreadMessage {
  id: string;
  /** `note`: written for the team, never sent. */
  direction: "out" | "in" | "note";
  at: Date;
  body: string;
  status: SendJobStatus | null;
  reason: string | null;
  sendJobId: string | null;
  /** The gates' verdict, if it is held or refused. */
  verdict: Verdict | null;
  campaign: { id: string; name: string; kind: CampaignKind } | null;
  /** The member who wrote it. Only replies, tests and notes have one. */
  author: string | null;
  /**
   * The kind of an inbound message: opt-out, opt-in, help, ask-a-person, partial-opt-out, wants-texts, reaction, none.
   * `opted-out-by-link`: not a message, the person used the opt-out link of a text.
   */
  kind: string | null;
  /** Whether it is an opt-out that was recorded. */
  isRecorded: boolean;
  /** An operator's decision on a possible opt-out. */
  decision: "opted-out" | "dismissed" | "preference" | null;
  fromPhone: string | null;
}

/**
 * Lists the messages sent to a number, the replies still queued for it, the texts from it, and its opt-outs by link,
 * newest first. All ids are UUIDv7, so they sort by time together, and one cursor is enough.
 */
export async function listThreadMessages(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  { cursor, limit }: PageRequest,
): Promise<Page<ThreadMessage>> {
  const before = cursor ?? "ffffffff-ffff-ffff-ffff-ffffffffffff";
  const rows = await tx.execute<ThreadMessageRow>(sql`
    select turn.*, ${hiddenCode(sql`${campaigns.kind}`, sql`turn.body`)} as body, ${campaigns.name} as "campaignName", ${campaigns.kind} as "campaignKind",
      case when turn.direction = 'note' or ${campaigns.kind} not in ('campaign', 'flow') then ${users.name} end as author
    from (
      (select a.id, 'out' as direction, coalesce(a.handed_over_at, a.claimed_at) as at, a.body, j.status,
        coalesce(j.failure_reason, j.hold_reason) as reason, j.id as "sendJobId", null::jsonb as verdict,
        a.campaign_id as "campaignId", null::uuid as "authorId", null as kind, false as "isRecorded", null as decision, a.from_phone as "fromPhone"
      from send_attempts a join send_jobs j on j.tenant_id = a.tenant_id and j.id = a.send_job_id
      where a.tenant_id = ${tenantId} and a.to_phone = ${phone} and a.id < ${before} and a.state <> 'released'
      order by a.id desc limit ${limit + 1})
      union all
      (select j.id, 'out', j.created_at, c.body, j.status, coalesce(j.failure_reason, j.hold_reason), j.id, j.verdict,
        j.campaign_id, null, null, false, null, null
      from send_jobs j join campaigns c on c.tenant_id = j.tenant_id and c.id = j.campaign_id and c.kind not in ('campaign', 'flow')
      where j.tenant_id = ${tenantId} and j.contact_id = ${contactWith(tenantId, phone)} and j.id < ${before} and not exists (
        select 1 from send_attempts a where a.send_job_id = j.id and a.state <> 'released')
      order by j.id desc limit ${limit + 1})
      union all
      (select m.id, 'in', m.created_at, m.body, null, null, null, null, m.campaign_id, null, m.kind, ${isRecorded(tenantId)}, m.decision, m.from_phone
      from inbound_messages m
      where m.tenant_id = ${tenantId} and m.from_phone = ${phone} and m.id < ${before}
      order by m.id desc limit ${limit + 1})
      union all
      (select s.id, 'in', s.created_at, '', null, null, null, null, null, null, 'opted-out-by-link', true, null, s.phone_e164
      from consents s
      where s.tenant_id = ${tenantId} and s.phone_e164 = ${phone} and s.id < ${before} and s.source = 'link'
        and s.basis = 'withdrawn'
      order by s.id desc limit ${limit + 1})
      union all
      (select n.id, 'note', n.created_at, n.body, null, null, null, null, null, n.author_id, null, false, null, null
      from conversation_notes n
      where n.tenant_id = ${tenantId} and n.phone_e164 = ${phone} and n.id < ${before}
      order by n.id desc limit ${limit + 1})
    ) turn
    left join ${campaigns} on ${campaigns.tenantId} = ${tenantId} and ${campaigns.id} = turn."campaignId"
    left join ${users} on ${users.id} = coalesce(turn."authorId", ${campaigns.createdBy})
    order by turn.id desc limit ${limit + 1}`);
  return pageOf([...rows].map(toThreadMessage), limit, (turn) => turn.id);
}

type ThreadMessageRow = Omit<ThreadMessage, "at" | "campaign"> & {
  at: string;
  campaignId: string | null;
  campaignName: string | null;
  campaignKind: CampaignKind | null;
  authorId: string | null;
} & Record<string, unknown>;

function toThreadMessage({
  campaignId,
  campaignName,
  campaignKind,
  authorId: _,
  at,
  ...row
}: ThreadMessageRow): ThreadMessage {
  const campaign =
    campaignId === null
      ? null
      : { id: campaignId, name: campaignName ?? "", kind: campaignKind ?? "campaign" };
  return { ...(row as Omit<ThreadMessage, "at" | "campaign">), at: new Date(at), campaign };
}
