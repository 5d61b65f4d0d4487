import type { Carrier } from "../carrier.ts";
import type { DelayRange } from "../settings.ts";
import { statusCallbackParams } from "../webhooks/status-callback.ts";
import { addCallback, type CallbackRecord } from "./ledger.ts";
import { type Message, type MessageStatus, NO_STEPS, type Step } from "./message.ts";
import { chargeMicros } from "./prices.ts";
import type { Placement } from "./throughput.ts";

/** How long a Messaging Service takes to choose its sender. */
const SERVICE_DELAY_MS = 40;
/**
 * How often the status `sending` is reported. Twilio reports it now and then; so do we, where ordinary numbers behave
 * as in real life.
 */
const SENDING_CALLBACK_SHARE = 0.05;
const REVERSED_GAP_MS = 300;

/** Takes the message's place in its sender's queue. */
export function placeInQueue(carrier: Carrier, message: Message): Placement {
  const { from, country, segments, validityMs } = message;
  return carrier.queues.place(from, country, segments, carrier.settings.clock.now(), validityMs);
}

/** Plans the events of a message that has just got its place in the sender's queue, and starts it. */
export function beginLifecycle(carrier: Carrier, message: Message, placement: Placement): void {
  message.steps = planSteps(carrier, message, placement);
  continueLifecycle(carrier, message);
}

/** Leaves a scheduled message until its time; then its Messaging Service takes it. */
export function holdUntil(carrier: Carrier, message: Message, sendAt: number): void {
  message.steps = [{ ...step("accepted", sendAt), callbackDue: null }];
  continueLifecycle(carrier, message);
}

/** Puts a message's next step on the wheel; a restart also uses it. */
export function continueLifecycle(carrier: Carrier, message: Message): void {
  const next = message.steps[0];
  if (next === undefined) return;
  carrier.wheel.at(next.due, () => {
    // A canceled or deleted message has other steps, or none.
    if (message.steps[0] !== next) return;
    takeStep(carrier, message, next);
    if (next.status !== "accepted") return continueLifecycle(carrier, message);
    beginLifecycle(carrier, message, placeInQueue(carrier, message));
    carrier.journal.write({ k: "p", sid: message.sid, steps: message.steps });
  });
}

function planSteps(carrier: Carrier, message: Message, placement: Placement): Step[] {
  const steps: Step[] = [];
  const takenUpAt = carrier.settings.clock.now() + SERVICE_DELAY_MS;
  if (message.status === "accepted") steps.push(step("queued", takenUpAt));
  if (placement.kind === "full") return [...steps, step("failed", takenUpAt, 30001)];
  if (placement.kind === "expires") return [...steps, step("failed", placement.at, 30036)];
  const { fate } = message;
  const sending = step("sending", Math.max(placement.at, steps[0]?.due ?? 0));
  if (!carrier.settings.realism || carrier.random() >= SENDING_CALLBACK_SHARE) sending.callbackDue = null;
  const sentAt = sending.due + draw(carrier, carrier.settings.sentDelayMs);
  if (fate.final === "failed")
    return spoil(message, [...steps, sending, step("failed", sentAt, fate.errorCode)]);
  steps.push(sending, step("sent", sentAt));
  // Squared: most receipts come soon, a few take long.
  const receiptAt = sentAt + draw(carrier, carrier.settings.receiptDelayMs, 2);
  if (fate.final !== "sent") steps.push(step(fate.final, receiptAt, fate.errorCode));
  return spoil(message, steps);
}

/** Drops, reorders or repeats callbacks where the number requests it. */
function spoil(message: Message, steps: Step[]): Step[] {
  const last = steps.at(-1)!;
  for (const one of steps) {
    if (message.fate.callbacks === "none") one.callbackDue = null;
    if (message.fate.callbacks === "twice") one.callbackCopies = 2;
    if (message.fate.callbacks === "reversed" && one !== last && one.callbackDue !== null) {
      one.callbackDue = last.due + REVERSED_GAP_MS;
    }
  }
  if (message.fate.callbacks === "until-sent") last.callbackDue = null;
  return steps;
}

function takeStep(carrier: Carrier, message: Message, current: Step): void {
  const now = carrier.settings.clock.now();
  const blocked = current.status === "sending" && isBlocked(carrier, message);
  const taken = blocked ? step("failed", now, 21610) : current;
  message.steps = blocked || message.steps.length === 1 ? NO_STEPS : message.steps.slice(1);
  applyStatus(message, taken.status, taken.errorCode, now);
  carrier.journal.write({ k: "s", sid: message.sid, status: taken.status, at: now, code: taken.errorCode });
  if (taken.callbackDue === null || message.callbackUrl === null) return;
  scheduleCallback(carrier, message, taken, now);
}

/** Sets a status, and the price once the message has been sent: from then on the account is charged. */
export function applyStatus(
  message: Message,
  status: MessageStatus,
  errorCode: number | null,
  at: number,
): void {
  message.status = status;
  message.errorCode = errorCode;
  message.updatedAt = at;
  if (status !== "sent" && status !== "delivered" && status !== "undelivered") return;
  message.sentAt ??= at;
  message.priceMicros ??= chargeMicros(message.country, message.to, message.segments);
}

/** True if the recipient has blocked this sender, or the service that it belongs to. */
export function isBlocked(carrier: Carrier, message: Message): boolean {
  return carrier.optOuts.has(message.to, message.serviceSid ?? message.from);
}

/** Cancels a scheduled message; false if it is too late (Twilio's 30409). */
export function cancelMessage(carrier: Carrier, message: Message): boolean {
  if (message.status !== "scheduled") return false;
  const now = carrier.settings.clock.now();
  message.steps = [step("canceled", now)];
  takeStep(carrier, message, message.steps[0]!);
  return true;
}

function scheduleCallback(carrier: Carrier, message: Message, taken: Step, now: number): void {
  const fault = carrier.faults.forCallback(message.to, message.from);
  const due = (taken.callbackDue ?? now) + (fault?.delayMs ?? 0);
  const copies = Math.max(taken.callbackCopies, fault?.copies ?? 1);
  if (fault?.lost) {
    recordCallback(carrier, message, { status: taken.status, at: now, attempts: 0, http: 0, lost: true });
    return;
  }
  const post = () => void postCallback(carrier, message, taken.status, taken.errorCode);
  for (let copy = 0; copy < copies; copy += 1) {
    const at = due + copy * (fault?.apartMs ?? 0);
    if (at <= now) post();
    else carrier.wheel.at(at, post);
  }
}

/** Posts one status callback and records the answer. */
export async function postCallback(
  carrier: Carrier,
  message: Message,
  status: MessageStatus,
  errorCode: number | null,
): Promise<void> {
  const { accountSid, clock } = carrier.settings;
  const params = statusCallbackParams(message, status, errorCode, accountSid, clock.now());
  const { at, attempts, http } = await carrier.webhooks.post(message.callbackUrl ?? "", params);
  if (attempts > 0) recordCallback(carrier, message, { status, at, attempts, http });
}

function recordCallback(carrier: Carrier, message: Message, record: CallbackRecord): void {
  if (message.entry !== null) addCallback(message.entry, record);
  carrier.journal.write({ k: "c", sid: message.sid, ...record });
}

function step(status: MessageStatus, due: number, errorCode: number | null = null): Step {
  return { status, due, errorCode, callbackDue: due, callbackCopies: 1 };
}

function draw(carrier: Carrier, [least, most]: DelayRange, power = 1): number {
  return least + (most - least) * carrier.random() ** power;
}
