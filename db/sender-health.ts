import type { SenderEnd } from "@smscrm/core/sender-health";
import type { Pipeline } from "./connection.ts";

/** Attempts looked at, the newest first: on a busy day they are a sample of the last minutes. */
const MOST_ATTEMPTS = 50_000;

/** How the latest messages of each number ended, of numbers that had a failure. */
export async function senderEnds(
  sql: Pipeline,
  windowMinutes: number,
): Promise<Map<string, { tenantId: string; ends: SenderEnd[] }>> {
  const rows = await sql<(SenderEnd & { tenantId: string; numberId: string })[]>`
    with ended as materialized (
      select tenant_id, sending_number_id, carrier_error_code as code, state, carrier_status, final_at from send_attempts
      where id >= (lpad(to_hex(floor(extract(epoch from statement_timestamp() - make_interval(mins => ${windowMinutes}))
        * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
      order by id desc limit ${MOST_ATTEMPTS}
    )
    select tenant_id as "tenantId", sending_number_id as "numberId", code,
      (state = 'rejected' or carrier_status in ('failed', 'undelivered')) as failed, count(*)::int as messages
    from ended where state = 'rejected' or (state = 'accepted' and final_at is not null)
    group by 1, 2, 3, 4`;
  const byNumber = new Map<string, { tenantId: string; ends: SenderEnd[] }>();
  for (const { tenantId, numberId, ...end } of rows) {
    const number = byNumber.get(numberId) ?? { tenantId, ends: [] };
    number.ends.push(end);
    byNumber.set(numberId, number);
  }
  return byNumber;
}

/** Takes a number out of use for a while; false where it rests already, or an operator has taken it out. */
export async function restNumber(
  sql: Pipeline,
  numberId: string,
  minutes: number,
  why: string,
): Promise<boolean> {
  const rested = await sql`
    with rested as (
      update sending_numbers set rested_until = clock_timestamp() + make_interval(mins => ${minutes}), rest_reason = ${why}
      where id = ${numberId} and status = 'active' and (rested_until is null or rested_until <= clock_timestamp())
      returning id, tenant_id
    )
    insert into audit_log (tenant_id, action, object_kind, object_id, detail)
    select tenant_id, 'number.rest', 'number', id::text, ${sql.json({ why, minutes })} from rested returning 1`;
  return rested.length > 0;
}
