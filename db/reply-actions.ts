import type { ReplyKind } from "@smscrm/core/replies";
import type { PipelineTransaction } from "./connection.ts";

/** What a person said, as far as it is acted on. */
export interface Reply {
  messageSid: string;
  from: string;
  body: string;
  /** When it was said, where that is not now. */
  receivedAt?: Date;
}

/** As the table of those not to be contacted demands it. */
const E164 = /^\+[1-9][0-9]{6,14}$/;

/**
 * Does what a person asked for: no more texts, or texts again. Of what is heard late, the last word counts. A short
 * code or a name can't be texted by us, so there is nothing to withdraw.
 */
export async function actOnReply(
  tx: PipelineTransaction,
  tenantId: string,
  reply: Reply,
  kind: ReplyKind,
): Promise<void> {
  if (!E164.test(reply.from)) return;
  if (kind === "opt-out" && !(await tookItBack(tx, tenantId, reply, "opt-in")))
    await optOut(tx, tenantId, reply);
  if (kind === "opt-in" && !(await tookItBack(tx, tenantId, reply, "opt-out")))
    await optIn(tx, tenantId, reply);
}

/** Our clock and the carrier's may differ, and its times are whole seconds: within this, an opt-out wins. */
const IN_DOUBT_SECONDS = 60;

/** Whether the person has said the opposite since, which we heard before: the last word counts, not the last heard. */
async function tookItBack(
  tx: PipelineTransaction,
  tenantId: string,
  { from, receivedAt }: Reply,
  opposite: "opt-in" | "opt-out",
): Promise<boolean> {
  if (!receivedAt) return false;
  const doubt = opposite === "opt-in" ? IN_DOUBT_SECONDS : -IN_DOUBT_SECONDS;
  const said = await tx`
    select 1 from inbound_messages where tenant_id = ${tenantId} and from_phone = ${from} and kind = ${opposite}
      and created_at > ${receivedAt}::timestamptz + make_interval(secs => ${doubt}) limit 1`;
  return said.length > 0;
}

async function optOut(tx: PipelineTransaction, tenantId: string, message: Reply): Promise<void> {
  await tx`
    insert into do_not_contact (tenant_id, phone_e164, source, note, created_at)
    values (${tenantId}, ${message.from}, 'reply', 'Replied to opt out',
      coalesce(${message.receivedAt ?? null}::timestamptz, now()))
    on conflict do nothing`;
  await recordConsent(tx, tenantId, message, "withdrawn");
}

/** A person may lift what they themselves or the carrier set; what an operator set, only an operator lifts. */
async function optIn(tx: PipelineTransaction, tenantId: string, message: Reply): Promise<void> {
  await tx`
    delete from do_not_contact
    where tenant_id = ${tenantId} and phone_e164 = ${message.from} and source in ('reply', 'carrier')
      and created_at <= coalesce(${message.receivedAt ?? null}::timestamptz, clock_timestamp())`;
  await recordConsent(tx, tenantId, message, "express");
}

async function recordConsent(
  tx: PipelineTransaction,
  tenantId: string,
  message: Reply,
  basis: "withdrawn" | "express",
): Promise<void> {
  const evidence = { messageSid: message.messageSid, text: message.body.slice(0, 200) };
  await tx`
    insert into consents (tenant_id, phone_e164, basis, source, evidence)
    values (${tenantId}, ${message.from}, ${basis}, 'reply', ${tx.json(evidence)})`;
  await tx`
    update contacts set consent_basis = ${basis}, consent_at = now(), consent_expires_at = null, updated_at = now()
    where tenant_id = ${tenantId} and phone_e164 = ${message.from}`;
}
