import type { SenderResult } from "@smscrm/core/send/sender-health";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { type Pipeline, transact } from "../postgres/connection.ts";
import { firstIdSql } from "../postgres/time-ordered-ids.ts";
import { NUMBER_IN_USE } from "./number-in-use.ts";

/** The most attempts to read, newest first: on a busy day they are a sample of the last minutes. */
const ATTEMPTS_MAX = 50_000;

/** Counts the results of each number's latest messages by error code. */
export async function readSenderResults(
  sql: Pipeline,
  windowMinutes: number,
): Promise<Map<string, { tenantId: string; ends: SenderResult[] }>> {
  const rows = await sql<(SenderResult & { tenantId: string; numberId: string })[]>`
    with ended as materialized (
      select tenant_id, sending_number_id, carrier_error_code as code, state, carrier_status, final_at from send_attempts
      where id >= ${sql.unsafe(firstIdSql(`statement_timestamp() - interval '${windowMinutes} minutes'`))}
      order by id desc limit ${ATTEMPTS_MAX}
    )
    select tenant_id as "tenantId", sending_number_id as "numberId", code,
      (state = 'rejected' or carrier_status in ('failed', 'undelivered')) as failed, count(*)::int as messages
    from ended where state = 'rejected' or (state = 'accepted' and final_at is not null)
    group by 1, 2, 3, 4`;
  const byNumber = new Map<string, { tenantId: string; ends: SenderResult[] }>();
  for (const { tenantId, numberId, ...end } of rows) {
    const number = byNumber.get(numberId) ?? { tenantId, ends: [] };
    number.ends.push(end);
    byNumber.set(numberId, number);
  }
  return byNumber;
}

/** Stops using a number for a while; false if it rests already, or an operator has deactivated it. */
export async function restNumber(
  sql: Pipeline,
  numberId: string,
  minutes: number,
  why: string,
): Promise<boolean> {
  return transact(sql, async (tx) => {
    const [rested] = await tx<{ tenantId: string }[]>`
      update sending_numbers set rested_until = clock_timestamp() + make_interval(mins => ${minutes}), rest_reason = ${why}
      where id = ${numberId} and ${tx.unsafe(NUMBER_IN_USE)}
      returning tenant_id as "tenantId"`;
    if (!rested) return false;
    const note = { actorId: null, action: "number.rest", objectKind: "number", objectId: numberId };
    await recordPipelineAudits(tx, [{ ...rested, ...note, detail: { why, minutes } }]);
    return true;
  });
}
