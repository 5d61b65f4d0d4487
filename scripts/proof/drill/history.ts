import type { Pipeline } from "@smscrm/db/postgres/connection";

const CHUNK = 50_000;

/** Creates a finished campaign of delivered messages to contacts of its own, so that the backup is not empty. */
export async function fillHistory(
  sql: Pipeline,
  tenantId: string,
  sender: { id: string; phone: string },
  messages: number,
): Promise<void> {
  const [campaign] = await sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, launched_at, completed_at, audience_count)
    values (${tenantId}, 'History', 'Hello from last year. Reply STOP to opt out', '{"kind":"all"}', 'completed',
      clock_timestamp(), clock_timestamp(), ${messages}) returning id`;
  for (let at = 0; at < messages; at += CHUNK) {
    const last = Math.min(at + CHUNK, messages) - 1;
    await sql`
      with people as (
        insert into contacts (tenant_id, phone_e164, country, line_type, first_name, timezone, timezone_source, tags)
        select ${tenantId}, '+6142' || lpad(n::text, 7, '0'), 'AU', 'MOBILE', 'Ann', 'Australia/Sydney', 'stated', '{history}'
        from generate_series(${at}::int, ${last}::int) n returning id, phone_e164
      ), jobs as (
        insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, attempts, segments,
          price_micros, sending_number_id, claimed_at, sent_at, final_at, created_at)
        select ${tenantId}, ${campaign!.id}, id, phone_e164, 'AU', 'delivered', 1, 1, 51500, ${sender.id},
          clock_timestamp() - interval '30 days', clock_timestamp() - interval '30 days',
          clock_timestamp() - interval '30 days', clock_timestamp() - interval '30 days' from people
        returning id, phone_e164
      )
      insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone, body,
        segments, validity_seconds, state, carrier_sid, carrier_status, http_status, budget_day, budget_month,
        reserved_micros, claimed_at, handed_over_at, settled_at, final_at)
      select ${tenantId}, id, ${campaign!.id}, 1, ${sender.id}, ${sender.phone}, phone_e164,
        'Hello from last year. Reply STOP to opt out', 1, 300, 'accepted', 'SM' || replace(id::text, '-', ''), 'delivered',
        201, current_date - 30, date_trunc('month', current_date - 30), 0, clock_timestamp() - interval '30 days',
        clock_timestamp() - interval '30 days', clock_timestamp() - interval '30 days', clock_timestamp() - interval '30 days'
      from jobs`;
  }
}
