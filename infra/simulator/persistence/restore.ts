import type { Carrier } from "../carrier.ts";
import { postInbound } from "../messages/inbound.ts";
import { addCallback, type CallbackRecord, type LedgerEntry } from "../messages/ledger.ts";
import { applyStatus, continueLifecycle, postCallback } from "../messages/lifecycle.ts";
import { type Message, type MessageStatus, newMessage, type Step } from "../messages/message.ts";
import type { Form } from "../rest/form.ts";
import { replayJournal } from "./journal.ts";

/** Callbacks whose status was recorded but whose delivery was not: they are sent again. */
type UnsentCallbacks = Map<string, { message: Message; status: MessageStatus; code: number | null }>;

/**
 * Restores the contents of a data file, then resumes what was in progress: future statuses, callbacks not known to
 * have been posted (so a receiver may get one twice, as with Twilio), and inbound texts that were not posted.
 */
export function restoreCarrier(carrier: Carrier, path: string): void {
  const unsent: UnsentCallbacks = new Map();
  const unposted = new Map<string, Message>();
  replayJournal(path, (record) => {
    switch (record.k) {
      case "m":
        return restoreMessage(carrier, record, unposted);
      case "e":
        return carrier.ledger.restore(entryFrom(record.entry));
      case "s":
        return restoreStatus(carrier, record, unsent);
      case "c":
        return restoreCallback(carrier, record, unsent);
      default:
        return restoreEvent(carrier, record, unposted);
    }
  });
  for (const { message, status, code } of unsent.values()) void postCallback(carrier, message, status, code);
  for (const message of unposted.values()) void postInbound(carrier, message);
  for (const message of carrier.messages.newestFirst()) continueLifecycle(carrier, message);
}

function restoreMessage(
  carrier: Carrier,
  record: Record<string, unknown>,
  unposted: Map<string, Message>,
): void {
  const message = newMessage(record.message as Message);
  carrier.messages.add(message);
  if (message.direction === "inbound") unposted.set(message.sid, message);
  const leaves = message.steps.find((step) => step.status === "sending");
  if (leaves !== undefined) carrier.queues.busyUntil(message.from, leaves.due);
  if (record.entry === undefined) return;
  const entry = entryFrom(record.entry);
  entry.message = message;
  message.entry = entry;
  carrier.ledger.restore(entry);
}

function restoreStatus(carrier: Carrier, record: Record<string, unknown>, unsent: UnsentCallbacks): void {
  const message = carrier.messages.get(record.sid as string);
  if (message === undefined) return;
  const status = record.status as MessageStatus;
  const code = record.code as number | null;
  const at = message.steps.findIndex((step) => step.status === status);
  const hasCallback = at < 0 || message.steps[at]!.callbackDue !== null;
  // A status that was not planned (an opt-out in between, a cancellation) ends the message.
  message.steps = at < 0 ? [] : message.steps.slice(at + 1);
  applyStatus(message, status, code, record.at as number);
  if (hasCallback && message.callbackUrl !== null)
    unsent.set(`${message.sid} ${status}`, { message, status, code });
}

function restoreCallback(carrier: Carrier, record: Record<string, unknown>, unsent: UnsentCallbacks): void {
  const { k: _k, sid, ...callback } = record;
  unsent.delete(`${sid} ${callback.status}`);
  const entry = carrier.messages.get(sid as string)?.entry;
  if (entry) addCallback(entry, callback as unknown as CallbackRecord);
}

function restoreEvent(
  carrier: Carrier,
  record: Record<string, unknown>,
  unposted: Map<string, Message>,
): void {
  if (record.k === "w") unposted.delete(record.sid as string);
  if (record.k === "o") {
    const change = record.blocked ? carrier.optOuts.block : carrier.optOuts.lift;
    change(record.recipient as string, record.sender as string);
  }
  const message = carrier.messages.get(record.sid as string);
  if (message === undefined) return;
  if (record.k === "p") message.steps = record.steps as Step[];
  if (record.k === "r") message.body = "";
  if (record.k === "d") message.deleted = true;
}

function entryFrom(record: unknown): LedgerEntry {
  const kept = record as LedgerEntry & { form: Form | null };
  return { ...kept, message: null, callbacks: null };
}
