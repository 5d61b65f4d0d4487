import { createFaults, type Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { createMessageStore, type MessageStore } from "./message-store.ts";
import { createOptOuts, type OptOuts } from "./opt-outs.ts";
import { createRandom } from "./seed.ts";
import type { Settings } from "./settings.ts";
import { createSenderQueues, type SenderQueues } from "./throughput.ts";
import { createWebhookSender, type WebhookSender } from "./webhook-sender.ts";
import { createWheel, type Wheel } from "./wheel.ts";

/** Everything that the parts of one simulator share. */
export interface Carrier {
  settings: Settings;
  ledger: Ledger;
  messages: MessageStore;
  optOuts: OptOuts;
  queues: SenderQueues;
  faults: Faults;
  webhooks: WebhookSender;
  /** What is still to happen to messages. */
  wheel: Wheel;
  /** Answers that are held back: apart from the wheel, because a reset must not leave their clients waiting. */
  delays: Wheel;
  journal: Journal;
  random: () => number;
  /** Numbers whose outcome happens only once, and has. */
  disturbedOnce: Set<string>;
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
  };
}

/** Forgets all traffic: ledger, messages, handsets, opt-outs, queues and what was still to happen. Faults stay. */
export async function resetCarrier(carrier: Carrier): Promise<void> {
  carrier.wheel.clear();
  carrier.ledger.clear();
  carrier.messages.clear();
  carrier.optOuts.clear();
  carrier.queues.clear();
  carrier.disturbedOnce.clear();
  await carrier.journal.clear();
}
