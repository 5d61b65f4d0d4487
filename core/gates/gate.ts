import type { Answering } from "../answering.ts";
import type { Schedule } from "../quiet-hours.ts";
import type { DropReason, HoldReason } from "../send-job.ts";

/** The ten gates, in the order in which they are asked: law first, money last. */
export const GATE_NAMES = [
  "kill-switch",
  "phone",
  "do-not-contact",
  "consent",
  "frequency",
  "expiry",
  "quiet-hours",
  "sender",
  "rate",
  "budget",
] as const;
export type GateName = (typeof GATE_NAMES)[number];

/** Where we know a recipient's time zone from, most trusted first. */
export type ZoneSource = "stated" | "postcode" | "state" | "area-code" | "tenant-default" | "unknown";

/** On what footing a person may be texted. `unknown` is never enough. */
export type ConsentBasis = "express" | "inferred" | "transactional" | "unknown" | "withdrawn";

/** What a message is for. Marketing unless the caller says otherwise: the stricter reading is the default. */
export type MessagePurpose = "marketing" | "transactional";

/** What a consent is known from, in the words of facts that a person could show a regulator. */
export interface ConsentEvidence {
  /** A signed or ticked form, a keyword, an import's file: as the consent record says. */
  kind: string;
  at: Date;
}

/** What inferred consent follows from: it runs out some time after it, where the law says so. */
export interface ConsentEvent {
  kind: "purchase" | "enquiry";
  at: Date;
}

/** The footing a person is texted on. What is absent was not asked for, null was asked for and is not there. */
export interface ConsentFacts {
  basis: ConsentBasis;
  expiresAt: Date | null;
  /** What they agreed to; absent: everything that the basis carries. */
  purposes?: readonly MessagePurpose[];
  evidence?: ConsentEvidence | null;
  event?: ConsentEvent | null;
}

/** What the gates look at for one message, apart from the allowances that a batch shares. */
export interface MessageFacts {
  /** Absent is marketing. */
  purpose?: MessagePurpose;
  /** For a reply: what the person wrote. Absent or null for what nobody asked for. */
  answering?: Answering | null;
  /** The number this person already knows us by; preferred while it may send. Wins over the batch's. */
  stickySenderId?: string | null;
  /** Whether somebody who can't reply to the text finds another way out in it; absent: no. */
  offersWayOut?: boolean;
  /** `restoreLockedAt`: the database was put back, and nobody has yet seen what it lost. Absent: it was not. */
  killSwitch: { tenantPausedAt: Date | null; campaignPausedAt: Date | null; restoreLockedAt?: Date | null };
  phone: {
    e164: string;
    /** ISO 3166-1 alpha-2, null where the number could not be placed. */
    country: string | null;
    /** As libphonenumber's /max metadata says: MOBILE, FIXED_LINE, FIXED_LINE_OR_MOBILE, TOLL_FREE … */
    lineType: string | null;
    /** Set once the carrier told us that the number does not work. */
    invalidReason: string | null;
  };
  doNotContact: { since: Date; source: string } | null;
  consent: ConsentFacts | null;
  frequency: {
    /** Another job of the same campaign already went to this number. */
    alreadyInCampaign: boolean;
    /** Hand-overs to this number, newest first, no older than seven days. */
    recentHandOvers: readonly Date[];
    /** Caps per rolling 24 h and 7 days; null is no cap. */
    perDay: number | null;
    perWeek: number | null;
  };
  expiry: { expiresAt: Date | null };
  quietHours: {
    /** The tenant's and the statutes' windows and a campaign's stricter ones: all must be open. */
    schedules: readonly Schedule[];
    /** One zone, or, where it is unknown, every zone of the country: all must be open. */
    zones: readonly string[];
    zoneSource: ZoneSource;
    /** An owner chose to send anyway, with a recorded reason. */
    overrideReason: string | null;
  };
  /** Segments of the rendered text; zero or above the carrier's limit is refused as Content before the gates. */
  segments: number;
  /** Price of the whole message in micros, null when its country has no price: refused, never free. */
  priceMicros: number | null;
}

/** A sending number's state within one claim. `claim` mutates its copy as messages take their share. */
export interface SenderAllowance {
  id: string;
  phoneE164: string;
  country: string;
  /** Set for a name: nobody can reply STOP to it. */
  oneWay?: boolean;
  /** Segments this number may send at once now (token bucket); below zero it still owes some. */
  tokens: number;
  segmentsPerSecond: number;
  /** Messages it may still send today under its warm-up schedule; null is no limit. */
  warmUpLeft: number | null;
  /** When the warm-up allowance renews (next local midnight of the tenant). */
  warmUpResetsAt: Date;
}

/** What the messages of one batch share, and use up in order. */
export interface Allowances {
  senders: SenderAllowance[];
  /** Sticky sender of a contact, looked up by the caller; the gate prefers it. */
  stickySenderId?: string | null;
  /** Segments the tenant may send at once now (token bucket), and its rate. */
  tenantTokens: number;
  tenantSegmentsPerSecond: number;
  budget: {
    /** False when the budget could not be read: then nothing goes. */
    readable: boolean;
    dailyLeftMicros: number;
    monthlyLeftMicros: number;
    dayResetsAt: Date;
    monthResetsAt: Date;
  };
}

/** What a gate looked at, kept with the verdict: small, readable, without the text of the message. */
export type Looked = Readonly<Record<string, string | number | boolean | null>>;

export type Pass = { kind: "pass" };
/** `recheck`: nobody knows when it opens, `until` is only when to look again; so it never proves "too late". */
export type Hold = { kind: "hold"; reason: HoldReason; until: Date; looked: Looked; recheck?: true };
export type Drop = { kind: "drop"; reason: DropReason; looked: Looked };
/** One gate's answer. A business "no" is a value, never a throw. */
export type GateAnswer = Pass | Hold | Drop;

/** All gates' answer. `send` names the number to send from and what was taken from the allowances. */
export type Verdict =
  | { kind: "send"; senderId: string; segments: number; priceMicros: number }
  | { kind: "hold"; gate: GateName; reason: HoldReason; until: Date; looked: Looked }
  | { kind: "drop"; gate: GateName; reason: DropReason; looked: Looked };

export const PASS: Pass = { kind: "pass" };

const SHORTEST_HOLD_MS = 60_000;

/** Wait until a known time. A time that is already past (a stale reset) is looked at again in a minute. */
export function hold(reason: HoldReason, until: Date, now: Date, looked: Looked): Hold {
  const later = until > now ? until : new Date(now.getTime() + SHORTEST_HOLD_MS);
  return { kind: "hold", reason, until: later, looked };
}

/** Wait for something that a person or another process must do, and look again after so many minutes. */
export function holdAndRecheck(reason: HoldReason, minutes: number, now: Date, looked: Looked): Hold {
  return { kind: "hold", reason, until: new Date(now.getTime() + minutes * 60_000), looked, recheck: true };
}

/** Never send. */
export function drop(reason: DropReason, looked: Looked): Drop {
  return { kind: "drop", reason, looked };
}
