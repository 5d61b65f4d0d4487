import { confirmsOptIn, keywordOf, OPT_IN_HOURS } from "@smscrm/core/consent/opt-in";
import { subjectKey } from "@smscrm/core/consent/preferences";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { TAKE_UP } from "../contacts/consents.ts";
import { quoted } from "../contacts/opt-outs.ts";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { type AutomaticAnswer, queueAutomaticAnswer } from "./automatic-answers.ts";

type Text = AutomaticAnswer["message"] & { receivedAt?: Date };

/**
 * Double opt-in, in the transaction that stores a text: a keyword of the tenant's is answered with the question that it
 * stands for, and a YES to a question that was sent is recorded as express consent with the question as its wording. Who
 * is on the do-not-contact list is asked nothing, and their YES gives nothing: only START lifts an opt-out. A late text
 * may confirm, but is asked nothing. Returns whether the text was one of these.
 */
export async function takeOptIn(tx: PipelineTransaction, tenantId: string, message: Text): Promise<boolean> {
  const keyword = keywordOf(message.body);
  const confirms = confirmsOptIn(message.body);
  if (keyword === null && !confirms) return false;
  const [listed] = await tx`
    select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${message.from}`;
  if (listed) return false;
  if (confirms) return confirm(tx, tenantId, message);
  return keyword !== null && !message.receivedAt && (await ask(tx, tenantId, message, keyword));
}

async function ask(
  tx: PipelineTransaction,
  tenantId: string,
  message: Text,
  keyword: string,
): Promise<boolean> {
  const [found] = await tx<{ question: string; topics: string[] | null }[]>`
    select question, topics from opt_in_keywords where tenant_id = ${tenantId} and keyword = ${keyword}`;
  if (!found) return false;
  const { question, topics } = found;
  const campaignId = await queueAutomaticAnswer(tx, tenantId, {
    message,
    asks: true,
    confirms: false,
    body: question,
  });
  if (campaignId === null) return true;
  await tx`
    insert into opt_in_requests (tenant_id, phone_e164, source, origin, question, topics, campaign_id)
    values (${tenantId}, ${message.from}, 'keyword', ${keyword}, ${question}, ${topics}, ${campaignId})`;
  return true;
}

/** A question that waits for its answer. */
export interface Request {
  id: string;
  source: string;
  origin: string;
  question: string;
  topics: string[] | null;
  createdAt: Date;
  /** For a form: its version, what its page said, and how it was filled in. */
  formVersion: number | null;
  wording: string | null;
  evidence: object | null;
}

/** How a person confirmed. */
interface Confirmation {
  phone: string;
  /** When they wrote; null: now. */
  at: Date | null;
  evidence: { messageSid?: string; text?: string; address?: string; userAgent?: string | null };
  how: "reply" | "form";
}

/** Of `opt_in_requests r`, as a `Request`. */
export const REQUEST_COLUMNS = `r.id, r.source, r.origin, r.question, r.topics, r.created_at as "createdAt",
  r.form_version as "formVersion", r.wording, r.evidence`;

/** The newest open question that the person can have read when they wrote. */
async function confirm(tx: PipelineTransaction, tenantId: string, message: Text): Promise<boolean> {
  const at = message.receivedAt ?? null;
  const [request] = await tx<Request[]>`
    update opt_in_requests r set confirmed_at = coalesce(${at}::timestamptz, now())
    where r.id = (
      select q.id from opt_in_requests q
      where q.tenant_id = ${tenantId} and q.phone_e164 = ${message.from} and q.confirmed_at is null
        and coalesce(${at}::timestamptz, now()) between q.created_at
          and coalesce(q.expires_at, q.created_at + make_interval(hours => ${OPT_IN_HOURS}))
        and exists (
          select 1 from send_attempts a
          where a.tenant_id = q.tenant_id and a.to_phone = q.phone_e164 and a.campaign_id = q.campaign_id
            and a.state in ('sending', 'accepted', 'unknown', 'presumed-sent'))
      order by q.id desc limit 1)
    returning ${tx.unsafe(REQUEST_COLUMNS)}`;
  if (!request) return false;
  await recordOptIn(tx, tenantId, request, {
    phone: message.from,
    at,
    evidence: { messageSid: message.messageSid, text: quoted(message.body) },
    how: "reply",
  });
  return true;
}

/** Records the consent that a person confirmed, with what they were shown and when they asked and confirmed. */
export async function recordOptIn(
  tx: PipelineTransaction,
  tenantId: string,
  { id: requestId, source, origin, question, topics, ...form }: Request,
  { phone, at, evidence: said, how }: Confirmation,
): Promise<void> {
  const evidence = {
    ...{ ...said, requestId, origin, askedAt: form.createdAt.toISOString() },
    ...(source === "form" && { question, formVersion: form.formVersion, filledIn: form.evidence }),
  };
  const wording = form.wording ?? question;
  const [recorded] = await tx<{ id: string }[]>`
    insert into consents (tenant_id, phone_e164, basis, source, method, wording, given_at, purposes, topics, evidence)
    values (${tenantId}, ${phone}, 'express', ${how}, ${`Double opt-in by ${how === "reply" ? "text" : "link"}: ${source} ${origin}`.slice(0, 100)},
      ${wording}, coalesce(${at}::timestamptz, now()), ${["marketing"]}, ${topics}, ${tx.json(evidence as never)})
    returning id`;
  await tx`${tx.unsafe(TAKE_UP)} where e.id = ${recorded!.id} and c.tenant_id = ${tenantId} and c.phone_e164 = ${phone}`;
  // They ask for exactly this now, so an earlier refusal of it ends. Any other stays.
  const wanted =
    topics === null ? ["marketing"] : topics.map((topic) => subjectKey({ purpose: "marketing", topic }));
  await tx`
    delete from contact_preferences
    where tenant_id = ${tenantId} and phone_e164 = ${phone} and subject = any(${wanted})`;
  await recordPipelineAudits(tx, [
    {
      ...{ tenantId, actorId: null, action: "consent.double-opt-in", objectKind: "reply", objectId: null },
      detail: { ...(said.messageSid && { messageSid: said.messageSid }), consentId: recorded!.id, origin },
    },
  ]);
}
