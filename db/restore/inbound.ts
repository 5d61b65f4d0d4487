import { addedWordsFor } from "@smscrm/core/law/added-replies";
import type { AddedWords } from "@smscrm/core/replies/added-words";
import { classifyReply } from "@smscrm/core/replies/replies";
import { ingestInbound } from "../carrier/webhooks.ts";
import { readRules } from "../law/rule-book.ts";
import { type Pipeline, transact } from "../postgres/connection.ts";
import { isErased } from "../privacy/erased-numbers.ts";
import { findReceivers } from "../senders/receiving-number.ts";
import { type DifferenceKind, recordDifferences } from "./differences.ts";

/** A text from a person, as the carrier stored it. */
export interface CarrierReceived {
  sid: string;
  from: string;
  to: string;
  body: string;
  createdAt: Date;
}

/**
 * Stores the texts since the backup, oldest first and with their own time. So the later of a STOP and a START counts,
 * even if one came by webhook since. Known texts change nothing. Nobody gets an answer: they were answered then.
 */
export async function takeMissedInbound(
  sql: Pipeline,
  restoreId: string,
  received: readonly CarrierReceived[],
): Promise<void> {
  const missed = await unknownOf(sql, received);
  for (const message of missed) {
    await transact(sql, async (tx) => {
      const { tenantId } = await findReceivers(tx, message);
      const { sid, from: phone, body, createdAt: at } = message;
      if (tenantId && (await isErased(tx, tenantId, phone))) return;
      await recordDifferences(tx, restoreId, [
        { tenantId, kind: kindOf(body, addedWordsFor(await readRules(tx), phone)), sid, phone, body, at },
      ]);
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

function kindOf(body: string, added: AddedWords | null): DifferenceKind {
  const kind = classifyReply(body, [], added);
  return kind === "opt-out" || kind === "opt-in" ? kind : "reply";
}
