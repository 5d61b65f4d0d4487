import { createHash, randomBytes } from "node:crypto";
import { SIGN_UP_HOURS, signUpQuestion } from "@smscrm/core/consent/opt-in";
import { SIGN_UP_QUESTION_HOURS } from "@smscrm/core/gates/consent";
import { localDay } from "@smscrm/core/time/budget-period";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_PREFIXES } from "../postgres/lock-keys.ts";
import type { SignUpEvidence } from "../schema/index.ts";
import { queueForOne, readTenant, reserveAnswer } from "./automatic-answers.ts";
import { REQUEST_COLUMNS, type Request, recordOptIn } from "./double-opt-in.ts";

/** What the public page of a form shows. */
export interface PublicForm {
  id: string;
  tenantId: string;
  tenantName: string;
  /** Of numbers without a country code. */
  country: string;
  wording: string;
  question: string;
  topics: string[] | null;
  version: number;
}

/** Returns an open form by the last part of its address, or null. */
export async function findForm(sql: Pipeline, address: string): Promise<PublicForm | null> {
  const [form] = await sql<PublicForm[]>`
    select f.id, f.tenant_id as "tenantId", t.name as "tenantName", t.country, f.wording, f.question, f.topics, f.version
    from sign_up_forms f join tenants t on t.id = f.tenant_id where f.address = ${address} and f.is_open`;
  return form ?? null;
}

/** Questions in a day that one number gets because of forms, over all tenants; and that one network may cause. */
const QUESTIONS_PER_NUMBER_MAX = 3;
const QUESTIONS_PER_NETWORK_MAX = 20;

/**
 * Asks a person to confirm what a form says about them. `silent`: nothing is sent, which the page must not tell, or it
 * would say who is on the do-not-contact list or was asked today. `network-full`: too many came from this network today.
 * The question is a message like any other: it waits for the hours, and obeys the kill switch, the budget and the gates.
 */
export function askSignUp(
  sql: Pipeline,
  form: PublicForm,
  given: {
    address: string;
    phone: { e164: string; country: string | null; lineType: string | null };
    network: string;
    evidence: SignUpEvidence;
    /** Returns the address of the page where the token's holder confirms. */
    linkTo: (token: string) => string;
  },
): Promise<"asked" | "silent" | "network-full"> {
  const { tenantId } = form;
  const phone = given.phone.e164;
  return transact(sql, async (tx) => {
    if (!(await countWithin(tx, `network ${given.network}`, QUESTIONS_PER_NETWORK_MAX)))
      return "network-full";
    // As texts of the person are taken, and as the erasure waits for them.
    await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person + phone}, 0))`;
    if (await mustStaySilent(tx, tenantId, phone)) return "silent";
    const { zone, now } = await readTenant(tx, tenantId);
    if (!(await reserveAnswer(tx, tenantId, { phone, day: localDay(zone, now), kind: "opt-in" })))
      return "silent";
    if (!(await countWithin(tx, `number ${phone}`, QUESTIONS_PER_NUMBER_MAX))) return "silent";
    const token = randomBytes(16).toString("base64url");
    const question = signUpQuestion(form.question, given.linkTo(token));
    const campaignId = await queueForOne(tx, tenantId, {
      ...{ phone, country: given.phone.country, lineType: given.phone.lineType, from: null },
      ...{ name: "Sign-up question", kind: "sign-up", body: question, minutes: SIGN_UP_QUESTION_HOURS * 60 },
    });
    await tx`
      insert into opt_in_requests (tenant_id, phone_e164, source, origin, question, topics, campaign_id, form_id,
        form_version, wording, evidence, expires_at, token_hash)
      values (${tenantId}, ${phone}, 'form', ${`/sign-up/${given.address}`}, ${form.question}, ${form.topics}, ${campaignId},
        ${form.id}, ${form.version}, ${form.wording}, ${tx.json({ ...given.evidence })},
        now() + make_interval(hours => ${SIGN_UP_HOURS}), ${hashOf(token)})`;
    return "asked";
  });
}

/** Counts one question for a number or a network on this day in UTC; false if it has reached its limit. */
async function countWithin(tx: PipelineTransaction, key: string, max: number): Promise<boolean> {
  const counted = await tx`
    insert into sign_up_counts as c (day, key, questions)
    values ((clock_timestamp() at time zone 'UTC')::date, number_hash('00000000-0000-0000-0000-000000000000', ${key}), 1)
    on conflict (day, key) do update set questions = c.questions + 1 where c.questions < ${max} returning 1`;
  return counted.length > 0;
}

/** Who opted out or was erased is asked nothing, and so is one of our own numbers. */
async function mustStaySilent(tx: PipelineTransaction, tenantId: string, phone: string): Promise<boolean> {
  const [found] = await tx<{ silent: boolean }[]>`
    select exists (select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${phone})
      or exists (select 1 from sending_numbers where phone_e164 = ${phone} and taken_back_at is null)
      or exists (select 1 from erased_among(${tenantId}, array[${phone}]::text[])) as silent`;
  return found!.silent;
}

const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** What a link to confirm leads to. */
export interface SignUpLink {
  tenantId: string;
  tenantName: string;
  wording: string;
  isConfirmed: boolean;
}

/** Returns whose link this is; null if it is none, or its time is over. Changes nothing: phones open links by themselves. */
export async function findSignUpLink(sql: Pipeline, token: string): Promise<SignUpLink | null> {
  const [link] = await sql<SignUpLink[]>`
    select r.tenant_id as "tenantId", t.name as "tenantName", r.wording, r.confirmed_at is not null as "isConfirmed"
    from opt_in_requests r join tenants t on t.id = r.tenant_id
    where r.token_hash = ${hashOf(token)} and (r.confirmed_at is not null or r.expires_at > now())`;
  return link ?? null;
}

/**
 * Records the consent of a link's holder. Null: no such link, its time is over, or the person has opted out since. A second
 * press changes nothing.
 */
export function confirmSignUp(
  sql: Pipeline,
  token: string,
  evidence: SignUpEvidence,
): Promise<{ tenantName: string } | null> {
  return transact(sql, async (tx) => {
    const [owner] = await tx<{ tenantId: string; phone: string; tenantName: string; isConfirmed: boolean }[]>`
      select r.tenant_id as "tenantId", r.phone_e164 as phone, t.name as "tenantName",
        r.confirmed_at is not null as "isConfirmed"
      from opt_in_requests r join tenants t on t.id = r.tenant_id
      where r.token_hash = ${hashOf(token)} and (r.confirmed_at is not null or r.expires_at > now())`;
    if (!owner) return null;
    const { tenantId, phone, tenantName } = owner;
    if (owner.isConfirmed) return { tenantName };
    await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK_PREFIXES.person + phone}, 0))`;
    if (await mustStaySilent(tx, tenantId, phone)) return null;
    const [request] = await tx<Request[]>`
      update opt_in_requests r set confirmed_at = now()
      where r.token_hash = ${hashOf(token)} and r.confirmed_at is null and r.expires_at > now()
      returning ${tx.unsafe(REQUEST_COLUMNS)}`;
    if (request)
      await recordOptIn(tx, tenantId, request, { phone, at: null, evidence: { ...evidence }, how: "form" });
    return { tenantName };
  });
}
