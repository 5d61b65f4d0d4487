import { type Clock, systemClock } from "./clock.ts";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "./rest/account.ts";

/** The shortest and the longest delay in ms; each message draws its own between them. */
export type DelayRange = readonly [leastMs: number, mostMs: number];

/** The options of a simulator, all optional. */
export interface SimulatorOptions {
  accountSid?: string;
  authToken?: string;
  /** The URL for texts from handsets; may have `#` overrides. */
  inboundUrl?: string;
  /** The account's numbers; by default every well-formed sender belongs to the account. */
  numbers?: readonly string[];
  /** Messaging Services and their senders; by default every well-formed `MG…` sid has the account's numbers. */
  services?: Readonly<Record<string, readonly string[]>>;
  /** How long every answer of the REST API waits. */
  latencyMs?: number;
  /** From leaving the sender's queue to `sent`. */
  sentDelayMs?: DelayRange;
  /** From `sent` to the delivery receipt. */
  receiptDelayMs?: DelayRange;
  /** Whether ordinary numbers sometimes fail, as in real life. Default: all of them are delivered. */
  realism?: boolean;
  /** Replaces every sender's rate; by default the carrier's rates apply (10 for an Australian number). */
  segmentsPerSecond?: number;
  /** The most REST requests in parallel before 429 / 20429; by default no limit. */
  concurrencyLimit?: number;
  /** The most webhooks in parallel. */
  callbackConcurrency?: number;
  /** Beyond this many entries the ledger accepts no more creates (429). */
  ledgerLimit?: number;
  seed?: number;
  /** Keeps messages, opt-outs and the ledger's creates over a restart. */
  dataFile?: string;
  clock?: Clock;
}

/** Options with defaults for all but those whose absence has a meaning. */
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

/** Adds the defaults; an option given as undefined counts as absent. */
export function settingsOf(options: SimulatorOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}
