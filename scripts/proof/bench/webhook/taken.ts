import type postgres from "postgres";

/** A message that the carrier accepted, with what its callbacks name. */
export interface Taken {
  attemptId: string;
  sid: string;
}

/** Creates messages that were submitted and accepted, as the worker leaves them. */
export async function makeTaken(sql: postgres.Sql, count: number): Promise<void> {
  const [tenant] = await sql<{ id: string }[]>`
    insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values ('Acme', 'Australia/Sydney', 'AU', 1e9, 1e9) returning id`;
  const tenantId = tenant!.id;
  const [number] = await sql<{ id: string }[]>`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    values (${tenantId}, '+61480000001', 'AU', 1000) returning id`;
  const [campaign] = await sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, launched_at)
    values (${tenantId}, 'Sale', 'Hi', '{"kind":"all"}', 'running', now()) returning id`;
  await sql`
    insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis)
    select ${tenantId}, '+61401' || lpad(n::text, 6, '0'), 'AU', 'MOBILE', 'express' from generate_series(1, ${count}::int) n`;
  await sql`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, attempts, segments, price_micros,
      claimed_at, sent_at)
    select ${tenantId}, ${campaign!.id}, id, phone_e164, 'AU', 'sent', 1, 1, 51500, now(), now() from contacts order by id`;
  await sql`
    insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
      body, segments, validity_seconds, state, carrier_sid, carrier_status, http_status, budget_day, budget_month,
      reserved_micros, spent_micros, claimed_at, handed_over_at, settled_at, look_up_at)
    select ${tenantId}, id, ${campaign!.id}, 1, ${number!.id}, '+61480000001', phone_e164,
      'Hi Ann, our spring sale starts today: 20% off everything. Acme. Reply STOP to opt out', 1, 300, 'accepted',
      'SM' || replace(id::text, '-', ''), 'queued', 201, now()::date, date_trunc('month', now())::date,
      0, 51500, now(), now(), now(), now() + interval '30 minutes'
    from send_jobs order by id`;
  await sql`update send_jobs j set last_attempt_id = a.id from send_attempts a where a.send_job_id = j.id`;
}

export async function readTaken(sql: postgres.Sql): Promise<Taken[]> {
  return [
    ...(await sql<Taken[]>`select id as "attemptId", carrier_sid as sid from send_attempts order by id`),
  ];
}
