import type { PipelineTransaction } from "./connection.ts";

/** What the carrier taught us about a person's number. */
export interface RecipientLesson {
  attemptId: string;
  action: "suppress" | "mark-invalid" | "strike";
  /** In plain words, for the contact's page. */
  why: string;
}

/** Three failures to reach a handset, on three different sends, make a number invalid. */
const STRIKES = 3;

/** Writes what the carrier taught us: a suppression, an invalid number, or a strike. Idempotent but for strikes. */
export async function learnFromCarrier(
  tx: PipelineTransaction,
  lessons: readonly RecipientLesson[],
): Promise<void> {
  if (lessons.length === 0) return;
  const rows = tx`jsonb_to_recordset(${tx.json(lessons as never)}) as l ("attemptId" uuid, action text, why text)
    join send_attempts a on a.id = l."attemptId"`;
  await tx`
    insert into do_not_contact (tenant_id, phone_e164, source, note)
    select distinct on (a.tenant_id, a.to_phone) a.tenant_id, a.to_phone, 'carrier', l.why from ${rows}
    where l.action = 'suppress' order by a.tenant_id, a.to_phone
    on conflict do nothing`;
  await tx`
    update contacts c set
      strikes = case when lesson.invalid then c.strikes else c.strikes + 1 end,
      invalid_reason = coalesce(c.invalid_reason, case
        when lesson.invalid then lesson.why
        when c.strikes + 1 >= ${STRIKES} then lesson.why end),
      updated_at = now()
    from (
      select a.tenant_id, a.to_phone, bool_or(l.action = 'mark-invalid') as invalid, min(l.why) as why from ${rows}
      where l.action in ('mark-invalid', 'strike') group by 1, 2 order by 1, 2
    ) lesson
    where c.tenant_id = lesson.tenant_id and c.phone_e164 = lesson.to_phone`;
}
