import type { Pipeline, PipelineTransaction } from "../postgres/connection.ts";

export interface LargeTenant {
  tenantId: string;
  contacts: number;
  /** Each goes to all contacts, so send jobs are contacts times this. The newest is still running. */
  campaigns: number;
}

const FIRST_NAMES = ["Mia", "Noah", "Ava", "Liam", "Zoë", "Tane", "Aroha", "Olivia", "Jack", "Priya"];
const LAST_NAMES = [
  "Nguyen",
  "Smith",
  "O'Brien",
  "Kaur",
  "Müller",
  "Ngata",
  "Wang",
  "Taylor",
  "Singh",
  "Rossi",
];

/**
 * Fills a tenant with random contacts and messages, to measure pages with years of data. Bulk SQL without triggers;
 * the counters are then computed from the rows by the triggers' rules. Needs a superuser.
 */
export async function fillLargeTenant(
  sql: Pipeline,
  { tenantId, contacts, campaigns }: LargeTenant,
  say: (text: string) => void = () => {},
): Promise<void> {
  const [known] = await sql`select 1 from contacts where tenant_id = ${tenantId} limit 1`;
  if (known) throw new Error("This tenant has contacts already: fill a fresh database.");
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`set local statement_timeout = 0`;
    say(`${contacts} contacts`);
    await insertContacts(tx, tenantId, contacts);
    for (let age = campaigns - 1; age >= 0; age -= 1) {
      say(`campaign ${campaigns - age} of ${campaigns}`);
      await insertCampaign(tx, tenantId, age);
    }
    say("attempts of the newest campaign, replies and counters");
    await insertAttempts(tx, tenantId);
    await insertReplies(tx, tenantId);
    await count(tx, tenantId);
  });
  say("statistics");
  await sql`analyze`;
}

async function insertContacts(tx: PipelineTransaction, tenantId: string, contacts: number): Promise<void> {
  await tx`
    insert into contacts (tenant_id, phone_e164, country, line_type, first_name, last_name, timezone, timezone_source,
      consent_basis, consent_at, tags, custom)
    select ${tenantId}, '+614' || lpad(n::text, 8, '0'), 'AU', 'MOBILE', (${FIRST_NAMES}::text[])[1 + n % 10],
      (${LAST_NAMES}::text[])[1 + n / 10 % 10], 'Australia/Sydney', 'postcode', 'express', now(),
      array['large', 'group-' || n % 50], jsonb_build_object('member_no', n::text)
    from generate_series(1, ${contacts}) n`;
  await tx`
    insert into do_not_contact (tenant_id, phone_e164, source, created_at)
    select ${tenantId}, phone_e164, 'reply', now() - random() * interval '300 days' from contacts
    where tenant_id = ${tenantId} and right(phone_e164, 2) = '07'`;
}

/** `age` 0 is the newest: some of its messages still wait for the morning. */
async function insertCampaign(tx: PipelineTransaction, tenantId: string, age: number): Promise<void> {
  const body = "Hi {{first_name|there}}, doors open at nine. Demo Store. Reply STOP to opt out";
  const [campaign] = await tx<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, audience_count, launched_at, completed_at)
    select ${tenantId}, ${`Large campaign ${age}`}, ${body}, '{"kind":"all"}', ${age === 0 ? "running" : "completed"},
      count(*), now() - ${age} * interval '1 day' - interval '1 hour', case when ${age} > 0 then now() - ${age} * interval '1 day' end
    from contacts where tenant_id = ${tenantId} returning id`;
  await tx`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, failure_reason, hold_reason,
      gate, not_before, due_at, attempts, segments, price_micros, sent_at, final_at)
    select ${tenantId}, ${campaign!.id}, c.id, c.phone_e164, c.country, s.status,
      case when s.status = 'failed' then case when c.part < 4 then 'Undelivered' else 'Do not contact' end end,
      case when s.status = 'queued' then 'Quiet hours' end,
      case when s.status = 'queued' then 'quiet-hours' when s.status = 'failed' then 'carrier' end,
      case when s.status = 'queued' then now() + interval '12 hours' end,
      case when s.status = 'queued' then now() + interval '12 hours' else now() end, 1, 1, 51500,
      case when s.status = 'delivered' then now() - interval '30 minutes' end,
      case when s.status <> 'queued' then now() - interval '29 minutes' end
    from (select *, right(phone_e164, 2)::int as part from contacts where tenant_id = ${tenantId}) c
    cross join lateral (
      select case when c.part < 7 then 'failed' when c.part > 89 and ${age} = 0 then 'queued' else 'delivered' end as status
    ) s order by c.id`;
}

/** Submitted evenly over the last 50 minutes; an attempt's id contains its time, as in a claim. */
async function insertAttempts(tx: PipelineTransaction, tenantId: string): Promise<void> {
  await tx`
    with number as (
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      values (${tenantId}, '+61480999' || lpad((random() * 999)::int::text, 3, '0'), 'AU', 10)
      on conflict (phone_e164) where kind <> 'alphanumeric' and taken_back_at is null do update set label = excluded.label returning id, phone_e164
    ), newest as (
      select id from campaigns where tenant_id = ${tenantId} order by id desc limit 1
    ), made as (
      insert into send_attempts (id, tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone, body,
        segments, validity_seconds, state, carrier_status, budget_day, budget_month, reserved_micros, spent_micros,
        claimed_at, handed_over_at, settled_at, final_at)
      select (lpad(to_hex((extract(epoch from j.claimed_at) * 1000)::bigint), 12, '0') || '7' || left(md5(j.id::text), 3)
          || '8' || right(md5(j.id::text), 15))::uuid,
        ${tenantId}, j.id, j.campaign_id, 1, number.id, number.phone_e164, j.phone_e164, 'Hi, doors open at nine.', 1, 300,
        'accepted', case j.status when 'delivered' then 'delivered' else 'undelivered' end, current_date,
        date_trunc('month', current_date), 0, 51500, j.claimed_at, j.claimed_at, j.claimed_at, j.claimed_at + interval '4 seconds'
      from (
        select id, campaign_id, phone_e164, status, now() - (1 - percent_rank() over (order by id)) * interval '50 minutes' as claimed_at from send_jobs
        where campaign_id = (select id from newest) and status in ('delivered', 'failed')
      ) j cross join number returning id, send_job_id
    )
    update send_jobs j set last_attempt_id = made.id from made where j.id = made.send_job_id`;
}

async function insertReplies(tx: PipelineTransaction, tenantId: string): Promise<void> {
  await tx`
    insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, campaign_id, kind, read_at)
    select ${tenantId}, 'SM' || md5(${tenantId} || phone_e164), phone_e164, '+61480999000', 'Is this still on?',
      (select id from campaigns where tenant_id = ${tenantId} order by id desc limit 1),
      case when right(phone_e164, 3) = '150' then 'ask-a-person' else 'none' end,
      case when right(phone_e164, 3) = '250' then now() end
    from contacts where tenant_id = ${tenantId} and right(phone_e164, 2) = '50'`;
  await tx`
    insert into conversations (tenant_id, phone_e164, last_inbound_id, campaign_id, unread, undecided)
    select tenant_id, from_phone, (array_agg(id order by id desc))[1], (array_agg(campaign_id order by id desc))[1],
      sum(is_unread(kind, read_at)), sum(is_undecided(kind, decision))
    from inbound_messages where tenant_id = ${tenantId} group by 1, 2`;
}

async function count(tx: PipelineTransaction, tenantId: string): Promise<void> {
  await tx`
    insert into campaign_counters (tenant_id, campaign_id, status, reason, shard, jobs)
    select tenant_id, campaign_id, status, send_job_reason(status, failure_reason, hold_reason), 0, count(*)
    from send_jobs where tenant_id = ${tenantId} group by 1, 2, 3, 4`;
  await tx`
    insert into campaign_spend (tenant_id, campaign_id, shard, reserved_micros, spent_micros, segments, accepted)
    select tenant_id, campaign_id, 0, sum(reserved_micros), sum(spent_micros), sum(segments), count(*)
    from send_attempts where tenant_id = ${tenantId} group by 1, 2`;
  await tx`
    insert into campaign_pace (tenant_id, campaign_id, minute, writer, handed_over, delivered, undelivered, rejected)
    select tenant_id, campaign_id, date_trunc('minute', claimed_at), 0, sum(a.handed_over), sum(a.delivered),
      sum(a.undelivered), sum(a.rejected)
    from send_attempts cross join lateral pace_of(state, carrier_status) a where tenant_id = ${tenantId} group by 1, 2, 3`;
}
