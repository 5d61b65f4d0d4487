import { randomUUID } from "node:crypto";
import { normalisePhone } from "@smscrm/core/contacts/phone";
import { CONFIRMATION_MINUTES } from "@smscrm/core/gates/do-not-contact";
import { segments } from "@smscrm/core/text/segments";
import { localDay } from "@smscrm/core/time/budget-period";
import { isValidZone } from "@smscrm/core/time/time-zone";
import { BASIS_WITHOUT_CONSENT } from "../contacts/opt-outs.ts";
import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";

/** An automatic answer to a text. */
export interface AutomaticAnswer {
  /** The text that it answers. */
  message: { messageSid: string; from: string; to: string; body: string };
  /** Whether it confirms an opt-out of this transaction. */
  confirms: boolean;
  /** Whether it asks for consent, as the person's keyword wants. */
  asks?: boolean;
  /** Whether it says that the team is not working. */
  isOutOfHours?: boolean;
  body: string;
}

/** After an hour an answer is too late: the person no longer waits for it. */
const ANSWER_MINUTES = 60;

/** The limits of each tenant. People don't reach them; machines, or somebody with many false numbers, do. */
const ANSWERS_PER_MINUTE_MAX = 60;
const ANSWERS_PER_DAY_MAX = 2_000;

const NAMES = {
  confirmation: "Opt-out confirmation",
  answer: "Automatic answer",
  "opt-in": "Opt-in question",
  "out-of-hours": "Out-of-hours answer",
} as const;
type Kind = keyof typeof NAMES;

/**
 * Queues an automatic answer as a campaign with one recipient: it is claimed, gated, paid and shown like any other
 * message, and goes from the number that was texted. At most one per person and day, and one confirmation of an
 * opt-out. Never to one of our own numbers or to a repeated text, or two programs would answer each other. Returns
 * its campaign; null if it is not queued.
 */
export async function queueAutomaticAnswer(
  tx: PipelineTransaction,
  tenantId: string,
  { message, confirms, asks = false, isOutOfHours = false, body }: AutomaticAnswer,
): Promise<string | null> {
  const { from: phone, to } = message;
  const other: Kind = isOutOfHours ? "out-of-hours" : "answer";
  const kind: Kind = confirms ? "confirmation" : asks ? "opt-in" : other;
  const read = normalisePhone(phone, "");
  if (!read.ok || read.e164 !== phone) return null;
  const tenant = await readTenant(tx, tenantId);
  if (!(await mayAnswer(tx, tenantId, message))) return null;
  const day = localDay(tenant.zone, tenant.now);
  if (!(await reserveAnswer(tx, tenantId, { phone, day, kind }))) return null;
  const minutes = confirms ? CONFIRMATION_MINUTES : ANSWER_MINUTES;
  return queueForOne(tx, tenantId, {
    ...{
      phone,
      ...read,
      name: NAMES[kind],
      kind: confirms ? "confirmation" : "answer",
      body,
      minutes,
      from: to,
    },
  });
}

/** One message of the program's own to a person who need not be a contact yet. */
interface OwnMessage {
  phone: string;
  country: string | null;
  lineType: string | null;
  name: string;
  kind: "answer" | "confirmation" | "sign-up";
  body: string;
  /** How long it may wait. */
  minutes: number;
  /** The number that it should come from; null: any. */
  from: string | null;
}

/** Queues a message as a campaign with one recipient, and returns its campaign. */
export async function queueForOne(
  tx: PipelineTransaction,
  tenantId: string,
  { phone, country, lineType, name, kind, body, minutes, from }: OwnMessage,
): Promise<string> {
  const campaignId = randomUUID();
  // A person who opted out stays opted out, even if the contact is only created now.
  await tx`
    insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis)
    select tenant_id, phone, ${country}, ${lineType}, ${tx.unsafe(BASIS_WITHOUT_CONSENT)}
    from (select ${tenantId}::uuid as tenant_id, ${phone}::text as phone) n
    on conflict (tenant_id, phone_e164) do nothing`;
  // now() is also the time of the opt-out, which this transaction wrote: the gate compares the two.
  await tx`
    with made as (
      insert into campaigns (id, tenant_id, kind, purpose, name, body, audience, smart_encoding, status, audience_count,
        segments_estimate, launched_at, expires_at)
      select ${campaignId}, ${tenantId}, ${kind}, 'transactional', ${name}, ${body},
        jsonb_build_object('kind', 'one', 'contactId', c.id), false, 'running', 1,
        ${segments(body).segments}, now(), now() + make_interval(mins => ${minutes})
      from contacts c where c.tenant_id = ${tenantId} and c.phone_e164 = ${phone}
      returning id
    )
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, sending_number_id)
    select ${tenantId}, made.id, c.id, c.phone_e164, c.country, (
      select n.id from sending_numbers n where n.tenant_id = ${tenantId} and n.phone_e164 = ${from}
        and n.kind <> 'alphanumeric' and n.taken_back_at is null limit 1)
    from made join contacts c on c.tenant_id = ${tenantId} and c.phone_e164 = ${phone}`;
  return campaignId;
}

export async function readTenant(
  tx: PipelineTransaction,
  tenantId: string,
): Promise<{ zone: string; now: Date }> {
  const [tenant] = await tx<{ timezone: string; now: Date }[]>`
    select timezone, clock_timestamp() as now from tenants where id = ${tenantId}`;
  const { timezone, now } = tenant!;
  return { zone: isValidZone(timezone) ? timezone : "UTC", now };
}

/** Whether a person seems to have written: not one of our numbers, and not the same text as before. */
async function mayAnswer(
  tx: PipelineTransaction,
  tenantId: string,
  { messageSid, from, body }: AutomaticAnswer["message"],
): Promise<boolean> {
  const [found] = await tx<{ isOurs: boolean; isRepeated: boolean }[]>`
    select
      exists (select 1 from sending_numbers n
        where n.phone_e164 = ${from} and n.kind <> 'alphanumeric' and n.taken_back_at is null) as "isOurs",
      coalesce((
        select lower(btrim(m.body)) = lower(btrim(${body}::text)) and m.created_at > now() - interval '1 day'
        from inbound_messages m
        where m.tenant_id = ${tenantId} and m.from_phone = ${from} and m.message_sid <> ${messageSid}
        order by m.id desc limit 1), false) as "isRepeated"`;
  return !found!.isOurs && !found!.isRepeated;
}

/**
 * Counts the answer before it is queued; false if the person already had one, or the tenant's limit is reached.
 */
export async function reserveAnswer(
  tx: PipelineTransaction,
  tenantId: string,
  { phone, day, kind }: { phone: string; day: string; kind: Kind },
): Promise<boolean> {
  const counted = await tx`
    insert into automatic_answers (tenant_id, phone_e164, day, kind)
    values (${tenantId}, ${phone}, ${day}, ${kind}) on conflict do nothing returning 1`;
  if (counted.length === 0) return false;
  const within = await tx`
    insert into automatic_answer_fuses as f (tenant_id, minute, in_minute, day, in_day)
    values (${tenantId}, date_trunc('minute', clock_timestamp()), 1, ${day}, 1)
    on conflict (tenant_id) do update set
      minute = greatest(f.minute, excluded.minute),
      in_minute = case when f.minute < excluded.minute then 1 else f.in_minute + 1 end,
      day = greatest(f.day, excluded.day),
      in_day = case when f.day < excluded.day then 1 else f.in_day + 1 end
    where (f.minute < excluded.minute or f.in_minute < ${ANSWERS_PER_MINUTE_MAX})
      and (f.day < excluded.day or f.in_day < ${ANSWERS_PER_DAY_MAX})
    returning 1`;
  if (within.length > 0) return true;
  await tx`
    update automatic_answer_fuses set
      refused = case when refused_at > clock_timestamp() - interval '1 hour' then refused + 1 else 1 end,
      refused_at = clock_timestamp()
    where tenant_id = ${tenantId}`;
  await tx`
    delete from automatic_answers
    where tenant_id = ${tenantId} and phone_e164 = ${phone} and day = ${day} and kind = ${kind}`;
  return false;
}

/** What a form was filled in with is no evidence without its confirmation. */
const UNCONFIRMED_DAYS = 7;

/** Deletes counts that no longer limit any answer, and questions of forms that nobody confirmed. */
export async function sweepAutomaticAnswers(sql: Pipeline): Promise<void> {
  await sql`delete from automatic_answers where day < current_date - 7`;
  await sql`delete from sign_up_counts where day < current_date - 1`;
  await sql`
    delete from opt_in_requests where confirmed_at is null and expires_at < now() - make_interval(days => ${UNCONFIRMED_DAYS})`;
}
