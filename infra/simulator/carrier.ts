import { createFaults, type Faults } from "./control/faults.ts";
import { createLedger, type Ledger } from "./messages/ledger.ts";
import { createMessageStore, type MessageStore } from "./messages/message-store.ts";
import { createOptOuts, type OptOuts } from "./messages/opt-outs.ts";
import { createSenderQueues, type SenderQueues } from "./messages/throughput.ts";
import type { Journal } from "./persistence/journal.ts";
import type { Registrations } from "./registrations.ts";
import { createRandom } from "./seed.ts";
import type { Settings } from "./settings.ts";
import { createWebhookSender, type WebhookSender } from "./webhooks/webhook-sender.ts";
import { createWheel, type Wheel } from "./wheel.ts";

/** The state that the parts of one simulator share. */
export interface Carrier {
  settings: Settings;
  ledger: Ledger;
  messages: MessageStore;
  optOuts: OptOuts;
  queues: SenderQueues;
  faults: Faults;
  webhooks: WebhookSender;
  /** Future events of messages. */
  wheel: Wheel;
  /**
   * Answers that are held back. They are separate from the wheel, because a reset must not leave their clients
   * waiting.
   */
  delays: Wheel;
  journal: Journal;
  random: () => number;
  /** Numbers whose one-time outcome has happened. */
  disturbedOnce: Set<string>;
  /** What the account says about the registration of its numbers; null: it has no such resources. */
  registrations: Registrations | null;
}

export function createCarrier(settings: Settings, journal: Journal): Carrier {
  const random = createRandom(settings.seed);
  return {
    settings,
    ledger: createLedger(),
    messages: createMessageStore(),
    optOuts: createOptOuts(),
    queues: createSenderQueues(settings.segmentsPerSecond),
    faults: createFaults(settings.clock, random),
    webhooks: createWebhookSender(settings.authToken, settings.callbackConcurrency),
    wheel: createWheel(settings.clock),
    delays: createWheel(settings.clock),
    journal,
    random,
    disturbedOnce: new Set(),
    registrations: null,
  };
}

/** Deletes all traffic: ledger, messages, handsets, opt-outs, queues and future events. Faults stay. */
export async function resetCarrier(carrier: Carrier): Promise<void> {
  carrier.wheel.clear();
  carrier.ledger.clear();
  carrier.messages.clear();
  carrier.optOuts.clear();
  carrier.queues.clear();
  carrier.disturbedOnce.clear();
  await carrier.journal.clear();
}
