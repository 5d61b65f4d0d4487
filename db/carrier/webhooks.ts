import { keptForm } from "@smscrm/core/contacts/phone-forms";
import { planReceived } from "@smscrm/core/law/added-replies";
import { type ReplyFacts, storedReplyFacts } from "@smscrm/core/replay/reply-replay";
import type { ReplyKind } from "@smscrm/core/replies/replies";
import { numberBehind } from "@smscrm/core/replies/sender";
import { markReachable } from "../contacts/carrier-feedback.ts";
import { takeFlowText } from "../flows/entries.ts";
import { queueAutomaticAnswer } from "../inbox/automatic-answers.ts";
import { takeOptIn } from "../inbox/double-opt-in.ts";
import { takePartialOptOut } from "../inbox/partial-opt-outs.ts";
import { actOnReply, optOutByTexts } from "../inbox/reply-actions.ts";
import { answerOutOfHours } from "../inbox/team/out-of-hours.ts";
import { readRulesAndTime } from "../law/rule-book.ts";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import { findReceivers, lockUnassigned } from "../senders/receiving-number.ts";
import { type CarrierUpdate, type MatchedUpdates, mergeCarrierUpdates } from "./carrier-updates.ts";

/** A status callback with a valid signature. */
export interface StatusEvent {
  attemptId: string | null;
  messageSid: string;
  messageStatus: string;
  errorCode: number | null;
  payload: Record<string, string | string[]>;
}

/** Stores and merges status callbacks in one transaction. After it returns they may be answered. */
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

/** Stands in place of a payload that would name an erased person. */
const ERASED_PAYLOAD = { erased: "true" };

/** Stores one row per message and status, and counts repetitions. */
async function storeEvents(
  tx: PipelineTransaction,
  events: readonly StatusEvent[],
  updates: readonly CarrierUpdate[],
  matched: MatchedUpdates,
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
      payload: owner?.isErased ? ERASED_PAYLOAD : event.payload,
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

/** A text to one of our numbers. */
export interface InboundMessage {
  messageSid: string;
  from: string;
  to: string;
  body: string;
  /** Set by the carrier's own opt-out handling: STOP, START or HELP. */
  optOutType: string | null;
  /** The webhook's form; null for a message that was found at the carrier without a webhook. */
  payload: Record<string, string | string[]> | null;
  /** The time of the text if it is not now: it waited in a spool, or was found later. */
  receivedAt?: Date;
}

/**
 * Stores an inbound message and acts on it in the same transaction: a STOP takes effect at this commit, and an
 * automatic answer is queued like any other message. A repeated webhook changes nothing. A late one (`receivedAt`)
 * gets no answer, and the person's later texts still count.
 */
export function ingestInbound(sql: Pipeline, message: InboundMessage): Promise<void> {
  return transact(sql, (tx) => takeInbound(tx, message));
}

/** The same as part of a transaction. A person whose number has two forms is one person, whichever a text bears. */
export async function takeInbound(tx: PipelineTransaction, received: InboundMessage): Promise<void> {
  const message = { ...received, from: keptForm(received.from) };
  // Texts of one person are processed one after the other: a START must see a STOP stored at the same time.
  const alone = lockPerson(tx, numberBehind(message.from) ?? message.from);
  let [, receivers] = await Promise.all([alone, findReceivers(tx, message)]);
  if (receivers.tenantId === null) {
    // With this lock, either a concurrent assignment finds this text, or this text finds the number's tenant.
    await lockUnassigned(tx, message.to);
    receivers = await findReceivers(tx, message);
  }
  const { tenantId, formerIds } = receivers;
  if (tenantId && (await wasErasedSince(tx, tenantId, message))) return;
  const { listedBy, sent } = tenantId
    ? await readSender(tx, tenantId, message)
    : { listedBy: null, sent: [] };
  const { rules, at } = await readRulesAndTime(tx);
  const { from, body: text, optOutType } = message;
  const ours = sent.map(({ body }) => body);
  const plan = planReceived({ from, text, optOutType, listedBy, ours }, rules);
  const isNew = await storeInbound(tx, tenantId, message, plan.kind, {
    ...{ at, law: rules.revision, listed: listedBy, carrier: optOutType, ours: sent.map(({ id }) => id) },
  });
  if (!isNew || !tenantId) return;
  await markReachable(tx, tenantId, message.from);
  const { kind, answer } = plan;
  const changed = await actOnReply(tx, tenantId, message, kind);
  if (kind === "opt-out")
    await optOutByTexts(
      tx,
      formerIds.map((formerId) => ({ tenantId: formerId, reply: message })),
    );
  if (kind === "partial-opt-out") await takePartialOptOut(tx, tenantId, message);
  if (kind === "none") {
    const isOptIn = await takeOptIn(tx, tenantId, message);
    const isOfFlow = await takeFlowText(tx, tenantId, message);
    if (!isOptIn && !isOfFlow && !message.receivedAt) await answerOutOfHours(tx, tenantId, message);
  }
  if (answer === null || message.receivedAt) return;
  // An opt-out that was already in force needs no second confirmation, and one that is not in force must not be
  // confirmed.
  if (kind !== "help" && !changed) return;
  const confirms = kind === "opt-out";
  await queueAutomaticAnswer(tx, tenantId, { message, confirms, body: answer });
}

/**
 * Whether a late text (from a spool, or found at the carrier) was written before its sender was erased. It must not bring
 * them back. A text from after the erasure is a new one, which the person sent knowing whom they write to.
 */
async function wasErasedSince(
  tx: PipelineTransaction,
  tenantId: string,
  { from, receivedAt }: InboundMessage,
): Promise<boolean> {
  if (!receivedAt) return false;
  const [row] = await tx<{ erased: boolean }[]>`
    select coalesce(erased_since(${tenantId}, ${from}) > ${receivedAt}::timestamptz, false) as erased`;
  return row!.erased;
}

/** Serialises a person's texts until the end of the transaction. */
async function lockPerson(tx: PipelineTransaction, phone: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person + phone}, 0))`;
}

/**
 * Reads what the meaning of a text depends on: the person's do-not-contact entry, and the texts recently sent to
 * them.
 */
async function readSender(tx: PipelineTransaction, tenantId: string, { from }: InboundMessage) {
  const [listed, sent] = await Promise.all([
    tx<{ source: string }[]>`
      select source from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${from}`,
    tx<{ id: string; body: string }[]>`
      select id, body from send_attempts where tenant_id = ${tenantId} and to_phone = ${from}
      order by claimed_at desc limit 5`,
  ]);
  return { listedBy: listed[0]?.source ?? null, sent };
}

async function storeInbound(
  tx: PipelineTransaction,
  tenantId: string | null,
  message: InboundMessage,
  kind: ReplyKind,
  facts: ReplyFacts,
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
    insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, contact_id, campaign_id, kind,
      facts, created_at)
    values (${tenantId}, ${messageSid}, ${from}, ${to}, ${body},
      (select id from contacts where tenant_id = ${tenantId} and phone_e164 = ${from}),
      (select a.campaign_id from send_attempts a join campaigns c on c.id = a.campaign_id and c.kind in ('campaign', 'flow')
        where a.tenant_id = ${tenantId} and a.to_phone = ${from} order by a.claimed_at desc limit 1),
      ${kind}, ${tx.json(storedReplyFacts(facts) as never)}, coalesce(${receivedAt}::timestamptz, now()))
    on conflict (message_sid) do nothing returning 1`;
  return stored.length > 0;
}

/** An attack can be investigated for this long. After that the counters are enough. */
const FORGED_DAYS = 14;
/** The most rows that one sweep deletes: several times what requests can add before the next. */
const FORGED_ROWS_PER_SWEEP = 20_000;

/** Deletes the rows of forged requests. They belong to no tenant, so the index on tenant and id finds them. */
export async function sweepForged(sql: Pipeline): Promise<void> {
  await sql`
    delete from webhook_events where id in (
      select id from webhook_events
      where tenant_id is null and outcome = 'forged'
        and created_at < clock_timestamp() - make_interval(days => ${FORGED_DAYS})
      order by id limit ${FORGED_ROWS_PER_SWEEP})`;
}

/** Records a request with an invalid signature: its path, not its content. */
export async function recordForged(sql: Pipeline, kind: "status" | "inbound", path: string): Promise<void> {
  await sql`
    insert into webhook_events (kind, signature_valid, outcome, payload)
    values (${kind}, false, 'forged', ${sql.json({ path: path.slice(0, 200) })})`;
}
