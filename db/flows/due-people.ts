import type { StepMessage } from "@smscrm/core/flows/advance";
import type { FlowEnd } from "@smscrm/core/flows/definition";
import type { PipelineTransaction } from "../postgres/connection.ts";

/** People per transaction: a STOP waits for at most one such batch. */
const BATCH = 200;

/** A flow with people to move. */
export interface DueFlow {
  id: string;
  tenantId: string;
}

/** Somebody whose next step is due, with all that it depends on. */
export interface DuePerson {
  phone: string;
  contactId: string;
  version: number;
  line: number;
  arrivedAt: Date;
  repliedAt: Date | null;
  expectsReply: boolean;
  isRestored: boolean;
  currentPhone: string | null;
  isListed: boolean;
  status: string | null;
  wentAt: Date | null;
  queuedAt: Date | null;
  notBefore: Date | null;
  campaignStatus: string | null;
  messagesToday: number;
}

/** Locks the next people of a flow. */
export function lockDue(tx: PipelineTransaction, { id, tenantId }: DueFlow): Promise<DuePerson[]> {
  return tx<DuePerson[]>`
    with due as materialized (
      select * from flow_people where flow_id = ${id} and tenant_id = ${tenantId} and ended_at is null
        and due_at <= statement_timestamp()
      order by due_at limit ${BATCH} for no key update skip locked
    )
    select p.phone_e164 as phone, p.contact_id as "contactId", p.version, p.line, p.arrived_at as "arrivedAt",
      p.replied_at as "repliedAt", p.expects_reply as "expectsReply", c.phone_e164 as "currentPhone",
      p.entered_at < coalesce((select max(locked_at) from restores), '-infinity') as "isRestored",
      exists (select 1 from do_not_contact d where d.tenant_id = p.tenant_id and d.phone_e164 = p.phone_e164) as "isListed",
      j.status, coalesce(j.sent_at, j.claimed_at, j.updated_at) as "wentAt", j.created_at as "queuedAt",
      j.not_before as "notBefore", k.status as "campaignStatus",
      case when step.campaign_id is not null and j.id is null then (
        select count(*)::int from send_jobs r join campaigns o on o.id = r.campaign_id and o.kind = 'flow'
        where r.contact_id = p.contact_id and r.created_at > statement_timestamp() - interval '24 hours'
      ) else 0 end as "messagesToday"
    from due p
    join flow_versions v on v.tenant_id = p.tenant_id and v.flow_id = p.flow_id and v.version = p.version
    cross join lateral (select (v.campaigns ->> p.line::text)::uuid as campaign_id) step
    left join lateral (select phone_e164 from contacts where id = p.contact_id and tenant_id = p.tenant_id limit 1) c on true
    left join campaigns k on k.id = step.campaign_id
    left join lateral (
      select * from send_jobs where contact_id = p.contact_id and campaign_id = step.campaign_id and tenant_id = p.tenant_id limit 1
    ) j on true`;
}

const OPEN: ReadonlySet<string> = new Set(["queued", "sending"]);
const REFUSED: ReadonlySet<string> = new Set(["failed", "canceled"]);

export function messageOf({ status, wentAt, queuedAt, notBefore }: DuePerson): StepMessage | null {
  if (status === null) return null;
  if (OPEN.has(status)) return { state: "open", queuedAt: queuedAt!, notBefore };
  return REFUSED.has(status) ? { state: "refused" } : { state: "went", at: wentAt! };
}

export function barredFor(person: DuePerson): Exclude<FlowEnd, "finished"> | null {
  if (person.isListed) return "opted-out";
  if (person.currentPhone === null) return "contact-gone";
  if (person.currentPhone !== person.phone) return "number-changed";
  if (person.isRestored) return "restored";
  // Somebody stopped this step's messages by hand.
  return person.campaignStatus === "canceled" && person.status === null ? "stopped" : null;
}
