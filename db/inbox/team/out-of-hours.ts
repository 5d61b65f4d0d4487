import { looksAutomatic } from "@smscrm/core/replies/automatic-reply";
import { isOpen, type WeekSchedule } from "@smscrm/core/time/quiet-hours";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import { type AutomaticAnswer, queueAutomaticAnswer, readTenant } from "../automatic-answers.ts";

/**
 * Queues the tenant's out-of-hours answer to a text that a member must read, if the team is not working now: once per person
 * and day, to a number that may be texted, and never to a machine. It goes through the gates like every message.
 */
export async function answerOutOfHours(
  tx: PipelineTransaction,
  tenantId: string,
  message: AutomaticAnswer["message"],
): Promise<void> {
  if (looksAutomatic(message.body)) return;
  const [settings] = await tx<{ hours: WeekSchedule; answer: string }[]>`
    select working_hours as hours, out_of_hours_answer as answer from inbox_settings
    where tenant_id = ${tenantId} and working_hours is not null and out_of_hours_answer is not null
      and not exists (select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${message.from})
      and not exists (select 1 from contacts
        where tenant_id = ${tenantId} and phone_e164 = ${message.from} and consent_basis = 'withdrawn')`;
  if (!settings) return;
  const { zone, now } = await readTenant(tx, tenantId);
  if (isOpen(settings.hours, zone, now)) return;
  await queueAutomaticAnswer(tx, tenantId, {
    ...{ message, confirms: false, isOutOfHours: true, body: settings.answer },
  });
}
