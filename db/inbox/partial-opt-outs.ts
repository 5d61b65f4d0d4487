import { clearRefusals } from "@smscrm/core/consent/clear-refusal";
import { numberBehind } from "@smscrm/core/replies/sender";
import { recordPipelineAudits } from "../audit/pipeline-audit.ts";
import { quoted } from "../contacts/opt-outs.ts";
import { refuseByReply } from "../contacts/preferences.ts";
import type { PipelineTransaction } from "../postgres/connection.ts";
import type { Reply } from "./reply-actions.ts";

/**
 * Records what a partial opt-out clearly refuses, in the transaction that stores it, and marks it as decided. It stays
 * unread, so that a member sees it. Where it is unclear, a member is asked.
 */
export async function takePartialOptOut(
  tx: PipelineTransaction,
  tenantId: string,
  { messageSid, from, body }: Reply,
): Promise<void> {
  const phone = numberBehind(from);
  if (phone === null) return;
  const [tenant] = await tx<{ topics: string[] }[]>`select topics from tenants where id = ${tenantId}`;
  const refused = clearRefusals(body, tenant?.topics ?? []);
  if (refused.length === 0) return;
  await refuseByReply(tx, tenantId, phone, refused, `Wrote: ${quoted(body)}`);
  await tx`
    update inbound_messages set decision = 'preference', decided_at = clock_timestamp()
    where tenant_id = ${tenantId} and message_sid = ${messageSid} and decision is null`;
  await recordPipelineAudits(tx, [
    {
      ...{ tenantId, actorId: null, action: "preference.by-reply", objectKind: "reply", objectId: null },
      detail: { messageSid, refuses: refused },
    },
  ]);
}
