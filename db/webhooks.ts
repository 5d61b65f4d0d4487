import { replyPlan } from "@smscrm/core/replies";
import { type CarrierUpdate, type Matched, mergeCarrierUpdates } from "./carrier-updates.ts";
import { type Pipeline, type PipelineTransaction, transact } from "./connection.ts";
import { actOnReply } from "./reply-actions.ts";

/** A status callback whose signature held. */
export interface StatusEvent {
  attemptId: string | null;
  messageSid: string;
  messageStatus: string;
  errorCode: number | null;
  payload: Record<string, string | string[]>;
}

/** Stores and merges status callbacks in one transaction; once this returns they may be answered. */
export async function ingestStatusEvents(sql: Pipeline, events: readonly StatusEvent[]): Promise<void> {
  if (events.length === 0) return;
  await transact(sql, async (tx) => {
    const updates = events.map((event) => ({
      attemptId: event.attemptId,
      sid: event.messageSid,
      status: event.messageStatus,
      errorCode: event.errorCode,
    }));
    const matched = await mergeCarrierUpdates(tx, updates);
    await storeEvents(tx, events, updates, matched);
  });
}

/** One row per message and status, however often it was received. */
async function storeEvents(
  tx: PipelineTransaction,
  events: readonly StatusEvent[],
  updates: readonly CarrierUpdate[],
  matched: Matched,
): Promise<void> {
  const once = new Map<string, Record<string, unknown> & { times: number }>();
  events.forEach((event, index) => {
    const key = `${event.messageSid} ${event.messageStatus}`;
    const owner = matched.get(updates[index]!);
    const times = (once.get(key)?.times ?? 0) + 1;
    once.set(key, {
      tenant_id: owner?.tenantId ?? null,
      attempt_id: owner?.attemptId ?? event.attemptId,
      message_sid: event.messageSid,
      message_status: event.messageStatus,
      outcome: owner ? "merged" : "unknown-message",
      payload: event.payload,
      times,
    });
  });
  const rows = [...once.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await tx`
    insert into webhook_events as e (tenant_id, kind, attempt_id, message_sid, message_status, signature_valid, outcome,
      payload, times_received)
    select tenant_id, 'status', attempt_id, message_sid, message_status, true, outcome, payload, times
    from jsonb_to_recordset(${tx.json(rows as never)}) as r (
      tenant_id uuid, attempt_id uuid, message_sid text, message_status text, outcome text, payload jsonb, times int)
    on conflict (kind, message_sid, message_status) where signature_valid
    do update set times_received = e.times_received + excluded.times_received,
      tenant_id = coalesce(e.tenant_id, excluded.tenant_id),
      outcome = case when excluded.tenant_id is null then e.outcome else excluded.outcome end`;
}

/** A text that somebody sent to one of our numbers. */
export interface InboundMessage {
  messageSid: string;
  from: string;
  to: string;
  body: string;
  /** Set by the carrier's own opt-out handling: STOP, START or HELP. */
  optOutType: string | null;
  /** The webhook's form; null where none came and the message was found at the carrier. */
  payload: Record<string, string | string[]> | null;
  /** When it was said, where that is not now: it waited in a spool, or was found afterwards. */
  receivedAt?: Date;
}

/**
 * Stores an inbound message and acts on it in the same transaction: a STOP is in force at this commit.
 * `answer` is what to reply, null for silence (the carrier answers the plain keywords itself). A repeated
 * delivery changes nothing and gets the same answer. A late one (`receivedAt`) is not answered any more, and what
 * the person said after it stands.
 */
export function ingestInbound(sql: Pipeline, message: InboundMessage): Promise<{ answer: string | null }> {
  return transact(sql, (tx) => takeInbound(tx, message));
}

/** The same as part of a transaction. */
export async function takeInbound(
  tx: PipelineTransaction,
  message: InboundMessage,
): Promise<{ answer: string | null }> {
  const [number] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from sending_numbers
    where phone_e164 = ${message.to} and kind <> 'alphanumeric'`;
  const tenantId = number?.tenantId ?? null;
  const plan = replyPlan({
    text: message.body,
    optOutType: message.optOutType,
    carrierHandlesKeywords: true,
  });
  const answer = tenantId && !message.receivedAt ? plan.answer : null;
  const isNew = await storeInbound(tx, tenantId, message, { kind: plan.kind, answer });
  if (!isNew || !tenantId) return { answer: isNew ? null : await storedAnswer(tx, message.messageSid) };
  await actOnReply(tx, tenantId, message, plan.kind);
  return { answer };
}

async function storedAnswer(tx: PipelineTransaction, messageSid: string): Promise<string | null> {
  const [row] = await tx<{ answer: string | null }[]>`
    select answer from inbound_messages where message_sid = ${messageSid}`;
  return row?.answer ?? null;
}

async function storeInbound(
  tx: PipelineTransaction,
  tenantId: string | null,
  message: InboundMessage,
  plan: { kind: string; answer: string | null },
): Promise<boolean> {
  const { messageSid, from, to, body, payload, receivedAt = null } = message;
  if (payload)
    await tx`
    insert into webhook_events as e (tenant_id, kind, message_sid, message_status, signature_valid, outcome, payload)
    values (${tenantId}, 'inbound', ${messageSid}, 'received', true,
      ${tenantId ? "merged" : "unknown-number"}, ${tx.json(payload)})
    on conflict (kind, message_sid, message_status) where signature_valid
    do update set times_received = e.times_received + 1`;
  const stored = await tx`
    insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, contact_id, campaign_id, kind, answer,
      created_at)
    values (${tenantId}, ${messageSid}, ${from}, ${to}, ${body},
      (select id from contacts where tenant_id = ${tenantId} and phone_e164 = ${from}),
      (select a.campaign_id from send_attempts a join campaigns c on c.id = a.campaign_id and c.kind = 'campaign'
        where a.tenant_id = ${tenantId} and a.to_phone = ${from} order by a.claimed_at desc limit 1),
      ${plan.kind}, ${plan.answer}, coalesce(${receivedAt}::timestamptz, now()))
    on conflict (message_sid) do nothing returning 1`;
  return stored.length > 0;
}

/** Counts a request whose signature did not hold: that it came, and where, not what it said. */
export async function recordForged(sql: Pipeline, kind: "status" | "inbound", path: string): Promise<void> {
  await sql`
    insert into webhook_events (kind, signature_valid, outcome, payload)
    values (${kind}, false, 'forged', ${sql.json({ path: path.slice(0, 200) })})`;
}
