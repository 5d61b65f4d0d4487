import { classifyReply } from "@smscrm/core/replies";
import { type Pipeline, transact } from "../connection.ts";
import { ingestInbound } from "../webhooks.ts";
import { type DifferenceKind, recordDifferences } from "./differences.ts";

/** A text from a person, as the carrier kept it. */
export interface CarrierReceived {
  sid: string;
  from: string;
  to: string;
  body: string;
  createdAt: Date;
}

/**
 * Takes what people wrote since the backup, oldest first and with the time at which they did, so that of a STOP and a
 * START the later one holds, also where one of them came by webhook since. Texts that are here already change nothing. Nobody is answered: that was done at the time.
 */
export async function takeMissedInbound(
  sql: Pipeline,
  restoreId: string,
  received: readonly CarrierReceived[],
): Promise<void> {
  const missed = await unknownOf(sql, received);
  for (const message of missed) {
    await transact(sql, async (tx) => {
      const [number] = await tx<{ tenantId: string }[]>`
        select tenant_id as "tenantId" from sending_numbers where phone_e164 = ${message.to}`;
      const { sid, from: phone, body, createdAt: at } = message;
      const tenantId = number?.tenantId ?? null;
      await recordDifferences(tx, restoreId, [{ tenantId, kind: kindOf(body), sid, phone, body, at }]);
    });
    const { sid: messageSid, from, to, body, createdAt: receivedAt } = message;
    const payload = { MessageSid: messageSid, From: from, To: to, Body: body, AskedAfterRestore: "true" };
    await ingestInbound(sql, { messageSid, from, to, body, optOutType: null, payload, receivedAt });
  }
}

async function unknownOf(sql: Pipeline, received: readonly CarrierReceived[]): Promise<CarrierReceived[]> {
  const rows = await sql<{ sid: string }[]>`
    select message_sid as sid from inbound_messages where message_sid = any(${received.map((one) => one.sid)}::text[])`;
  const known = new Set(rows.map((row) => row.sid));
  return received
    .filter((one) => !known.has(one.sid))
    .sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
}

function kindOf(body: string): DifferenceKind {
  const kind = classifyReply(body);
  return kind === "opt-out" || kind === "opt-in" ? kind : "reply";
}
