import type { Carrier } from "../carrier.ts";
import { acceptsAnyway, type Disturbance } from "../control/disturbance.ts";
import type { LedgerEntry } from "../messages/ledger.ts";
import { beginLifecycle, holdUntil } from "../messages/lifecycle.ts";
import type { Message } from "../messages/message.ts";
import { outcomeRequestedBy } from "../messages/outcomes.ts";
import { type Verdict, validateCreate } from "./create-message.ts";
import { type Answer, disturbedAnswer, errorAnswer, jsonAnswer, type SimulatorContext } from "./exchange.ts";
import { type Form, field, parseForm } from "./form.ts";
import { messageJson } from "./message-json.ts";

/** Handles `POST …/Messages.json`: faults first, then the number's own outcome, then Twilio's checks. */
export async function createMessage(
  c: SimulatorContext,
  carrier: Carrier,
  entry: LedgerEntry,
  closing: AbortSignal,
): Promise<Answer> {
  if (carrier.ledger.size() > carrier.settings.ledgerLimit) return errorAnswer(20429);
  const form = parseForm(await c.req.text());
  entry.form = form;
  const to = field(form, "To") ?? "";
  const fault = carrier.faults.forRequest("create", to, field(form, "From") ?? "");
  if (fault !== null && fault.latencyMs > 0) await pause(carrier, fault.latencyMs);
  const disturbance = fault?.disturbance ?? disturbanceRequestedBy(carrier, to);
  if (disturbance !== null) entry.outcome = disturbance.kind;
  if (disturbance !== null && !acceptsAnyway(disturbance)) {
    const ended = await disturbedAnswer(c, disturbance, closing);
    return noteRefusal(carrier, entry, ended);
  }
  if (fault?.refusal) return noteRefusal(carrier, entry, errorAnswer(fault.refusal));
  const verdict = validateCreate(carrier, form, fault?.messageResult ?? null);
  if (verdict.kind === "refused") return noteRefusal(carrier, entry, errorAnswer(verdict.code));
  await accept(carrier, entry, verdict, disturbance === null ? 201 : null);
  if (disturbance !== null) return disturbedAnswer(c, disturbance, closing);
  return jsonAnswer(201, messageJson(verdict.message, carrier.settings.accountSid));
}

/** Stores the message and starts it. With a data file, it answers only once the file contains the message. */
async function accept(
  carrier: Carrier,
  entry: LedgerEntry,
  verdict: Verdict & { kind: "accepted" },
  answerStatus: number | null,
): Promise<void> {
  const { message, placement } = verdict;
  entry.message = message;
  entry.outcome ??=
    message.fate.errorCode === null ? message.fate.final : `${message.fate.final} ${message.fate.errorCode}`;
  message.entry = entry;
  carrier.messages.add(message);
  if (placement.kind === "scheduled") holdUntil(carrier, message, placement.at);
  else beginLifecycle(carrier, message, placement);
  carrier.journal.write({ k: "m", entry: entryRecord(entry, answerStatus), message: messageRecord(message) });
  const committed = carrier.journal.committed();
  if (committed !== undefined) await committed;
}

async function noteRefusal(carrier: Carrier, entry: LedgerEntry, answer: Answer): Promise<Answer> {
  carrier.journal.write({ k: "e", entry: { ...entryRecord(entry, answer.status), code: answer.code } });
  const committed = carrier.journal.committed();
  if (committed !== undefined) await committed;
  return answer;
}

function disturbanceRequestedBy(carrier: Carrier, to: string): Disturbance | null {
  const asked = outcomeRequestedBy(to);
  if (asked?.disturbance === undefined) return null;
  if (asked.once) {
    if (carrier.disturbedOnce.has(to)) return null;
    carrier.disturbedOnce.add(to);
  }
  return asked.disturbance;
}

/** Returns a message without its links, as the data file keeps it. */
export function messageRecord(message: Message): Record<string, unknown> {
  const { entry: _entry, previousTo: _to, previousOfHandset: _handset, ...record } = message;
  return record;
}

function entryRecord(
  entry: LedgerEntry,
  answerStatus: number | null,
): { form: Form | null; [name: string]: unknown } {
  const { message: _message, callbacks: _callbacks, ...record } = entry;
  return { ...record, answerStatus };
}

/** Waits on the simulator's clock. */
export function pause(carrier: Carrier, ms: number): Promise<void> {
  return new Promise((resolve) => carrier.delays.at(carrier.settings.clock.now() + ms, resolve));
}
