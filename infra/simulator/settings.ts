import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "./account.ts";
import { type Clock, systemClock } from "./clock.ts";

/** A least and a most, in ms; each message draws its own delay between them. */
export type DelayRange = readonly [leastMs: number, mostMs: number];

/** How a simulator behaves. Everything may be left out. */
export interface SimulatorOptions {
  accountSid?: string;
  authToken?: string;
  /** Where texts from handsets are posted; may carry `#` overrides. */
  inboundUrl?: string;
  /** The account's numbers; left out, every well-formed sender is the account's own. */
  numbers?: readonly string[];
  /** Messaging Services and their senders; left out, every well-formed `MG…` sid has the account's numbers. */
  services?: Readonly<Record<string, readonly string[]>>;
  /** What every answer of the REST API waits. */
  latencyMs?: number;
  /** From leaving the sender's queue to `sent`. */
  sentDelayMs?: DelayRange;
  /** From `sent` to the delivery receipt. */
  receiptDelayMs?: DelayRange;
  /** Ordinary numbers fail now and then, as in life; off, all of them are delivered. Default off. */
  realism?: boolean;
  /** Replaces every sender's rate; left out, the carrier's rates hold (10 for an Australian number). */
  segmentsPerSecond?: number;
  /** REST requests that may be under way at once before 429 / 20429; left out, no limit. */
  concurrencyLimit?: number;
  /** Webhooks that may be under way at once. */
  callbackConcurrency?: number;
  /** The ledger takes no more creates (429) beyond this many entries. */
  ledgerLimit?: number;
  seed?: number;
  /** Keeps messages, opt-outs and the ledger's creates through a restart. */
  dataFile?: string;
  clock?: Clock;
}

/** Options with every gap filled but the three whose absence means something. */
export type Settings = Required<Omit<SimulatorOptions, Absent>> & Pick<SimulatorOptions, Absent>;
type Absent = "numbers" | "services" | "segmentsPerSecond" | "concurrencyLimit" | "dataFile";

const DEFAULTS: Required<Omit<SimulatorOptions, Absent>> = {
  accountSid: SIMULATOR_ACCOUNT_SID,
  authToken: SIMULATOR_AUTH_TOKEN,
  inboundUrl: "http://127.0.0.1:3000/webhooks/twilio/inbound",
  latencyMs: 0,
  sentDelayMs: [60, 400],
  receiptDelayMs: [300, 3000],
  realism: false,
  callbackConcurrency: 64,
  ledgerLimit: 2_000_000,
  seed: 1,
  clock: systemClock,
};

/** Fills in what was left out; an option given as undefined counts as left out. */
export function settingsOf(options: SimulatorOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}
