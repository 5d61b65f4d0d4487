import type { CarrierRegistration } from "../campaigns/carrier-registration.ts";
import type { Registration } from "../campaigns/registration.ts";
import type { SenderFault } from "../campaigns/sender-rules.ts";
import type { LocalMoment, LocalTime } from "../campaigns/timing/local-time.ts";
import type { ConsentFacts, MessagePurpose } from "../consent/terms.ts";
import type { RuleBook } from "../law/rule-book.ts";
import type { SenderType } from "../price/pricing.ts";
import type { DropReason, HoldReason } from "../send/send-job.ts";
import type { SuppressionFacts } from "../suppression/standing.ts";
import type { LawCap } from "../time/destination-hours.ts";
import type { Schedule } from "../time/quiet-hours.ts";
import type { ZoneSource } from "../time/time-zone.ts";

export type { ConsentBasis, MessagePurpose } from "../consent/terms.ts";

/** The message that a reply answers. Absent for texts that nobody asked for. */
export interface Answering {
  /** When they last wrote, on the database's clock. */
  wroteAt: Date;
}

/** A text that the owner of its number asked for. */
export interface Requested {
  /** When they asked for this very text; null: a teammate sent it to them. */
  byOwnerAt: Date | null;
}

/** What trial mode lets pass: texts to the team's own numbers. */
interface TrialFacts {
  /** Whether the number is one that a member verified as theirs. */
  isTeamNumber: boolean;
  /** Whether the campaign itself was launched as a trial: then it never reaches anybody else. */
  launchedAsTrial: boolean;
}

/** The eleven gates in the order of evaluation: law first, money last. */
export const GATE_NAMES = [
  "kill-switch",
  "phone",
  "do-not-contact",
  "consent",
  "frequency",
  "expiry",
  "send-time",
  "quiet-hours",
  "sender",
  "rate",
  "budget",
] as const;
export type GateName = (typeof GATE_NAMES)[number];

/** The facts that the gates check for one message, without the allowances that a batch shares. */
export interface MessageFacts {
  /** Absent: marketing. */
  purpose?: MessagePurpose;
  /** The tenant's topic of marketing; null or absent: none. */
  topic?: string | null;
  /** Whether this is a reply, which only goes to somebody who wrote. */
  isReply?: boolean;
  /** For a reply: the message that it answers. Absent or null for texts that nobody asked for. */
  answering?: Answering | null;
  /** For the confirmation of an opt-out: when the person opted out. */
  confirmsOptOutOf?: Date | null;
  /** For the question of a sign-up form: when the form was filled in. */
  signedUpAt?: Date | null;
  /** For a test on a number whose owner asked for tests; absent or null for all else. */
  requested?: Requested | null;
  /** The number that last texted this person; preferred while it may send. Wins over the batch's. */
  stickySenderId?: string | null;
  /** Whether the text offers an opt-out method other than a reply; absent: no. */
  offersOptOutMethod?: boolean;
  /** The rules of the person's country that the text does not meet; absent: none. */
  textFaults?: readonly SenderFault[];
  /** `restoreLockedAt`: the database was restored, and no owner has unlocked sending yet. Absent: it was not. */
  killSwitch: { tenantPausedAt: Date | null; campaignPausedAt: Date | null; restoreLockedAt?: Date | null };
  phone: {
    e164: string;
    /** ISO 3166-1 alpha-2, null if the number's country is unknown. */
    country: string | null;
    /** As libphonenumber's /max metadata says: MOBILE, FIXED_LINE, FIXED_LINE_OR_MOBILE, TOLL_FREE … */
    lineType: string | null;
    /** Set once the carrier has reported that the number does not work. */
    invalidReason: string | null;
  };
  /** While the organisation tries things out, or for what was launched then. Absent: neither. */
  trial?: TrialFacts;
  doNotContact: { since: Date; source: string } | null;
  /** The tenant's suppression lists that the person is on, and those that cover where they may be. Absent: none. */
  suppression?: SuppressionFacts;
  /** Every consent on record; empty: none. */
  consents: readonly ConsentFacts[];
  /** Keys of the subjects that the person refused: see consent/preferences.ts. Absent: none. */
  refused?: readonly string[];
  /** The country of the address, where it is not the number's. The person may be in either. */
  addressCountry?: string | null;
  frequency: {
    /** Another job of the same campaign already went to this number, or to another number of the person. */
    alreadyInCampaign: boolean;
    /** The contact whose preferred number campaigns text instead of this one. Absent or null: none. */
    mergedInto?: string | null;
    /** Submissions to this number in the last seven days, newest first. */
    recentSubmissions: readonly Date[];
    /** Caps per rolling 24 hours and 7 days; null: no cap. */
    perDay: number | null;
    perWeek: number | null;
    /** The law's own cap per rolling 24 hours, which no setting can loosen; absent or null: none. */
    law?: LawCap | null;
  };
  expiry: { expiresAt: Date | null };
  /** For a campaign at a local time of each recipient. `zones`: how many they may be in. Absent: as soon as possible. */
  sendTime?: LocalMoment & { wanted: LocalTime; zones: number };
  /** For a campaign that goes to a first part: the message's draw, and up to which draw they may go. Absent: to all. */
  firstPart?: { draw: number | null; openDraws: number | null };
  /** For an A/B test: the variant that the message has, or null while it waits for the choice. Absent: there is no test. */
  abTest?: { variant: number | null };
  quietHours: {
    /** The windows of the tenant, the statutes and the campaign: all must be open. */
    schedules: readonly Schedule[];
    /** One zone, or every zone of the country where it is unknown: all must be open. */
    zones: readonly string[];
    zoneSource: ZoneSource;
    /** The recorded reason of an owner who overrides quiet hours. */
    overrideReason: string | null;
  };
  /** For marketing while more conversations wait for an answer than the team takes. Absent: fewer wait, or there is no limit. */
  inboxFull?: { limit: number };
  /** Segments of the rendered text. An empty or too long text was refused as Content before the gates. */
  segments: number;
  /** The rules in force; absent: those shipped. */
  book?: RuleBook | undefined;
  /**
   * Price of the whole message in micros. Null if its country has no price: then it is refused, never sent free.
   */
  priceMicros: number | null;
}

/** What a sending number may still send within one claim. `evaluate` changes it as messages use it up. */
export interface SenderAllowance {
  id: string;
  phoneE164: string;
  country: string;
  /** Absent: an ordinary number. Nobody can reply STOP to a name (`alphanumeric`). */
  kind?: SenderType;
  /** A name's state in its country's register. */
  registration?: Registration | null;
  /** A number's state in the carrier's account. Null or absent: not known. */
  carrierRegistration?: CarrierRegistration | null;
  /** Segments this number may send now (token bucket); negative: it owes some. */
  tokens: number;
  segmentsPerSecond: number;
  /** Messages it may still send today under its warm-up schedule; null is no limit. */
  warmUpLeft: number | null;
  /** When the warm-up allowance resets (the tenant's next local midnight). */
  warmUpResetsAt: Date;
}

/** What the messages of one batch share and use up in order. */
export interface Allowances {
  senders: SenderAllowance[];
  /** The sender that last texted the contact; the gate prefers it. */
  stickySenderId?: string | null;
  /** Segments the tenant may send at once now (token bucket), and its rate. */
  tenantTokens: number;
  tenantSegmentsPerSecond: number;
  budget: {
    /** False when the budget could not be read: then nothing is sent. */
    readable: boolean;
    dailyLeftMicros: number;
    monthlyLeftMicros: number;
    dayResetsAt: Date;
    monthResetsAt: Date;
  };
}

/** The facts behind a gate's answer: small, readable, without the message's text. Stored in the verdict as `looked`. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

export type Pass = { kind: "pass" };
/** `recheck`: nobody knows when the gate opens, and `until` is only the next check. So it never proves "too late". */
export type Hold = { kind: "hold"; reason: HoldReason; until: Date; looked: Evidence; recheck?: true };
export type Drop = { kind: "drop"; reason: DropReason; looked: Evidence };
/** One gate's answer. A refusal is a value, never a throw. */
export type GateAnswer = Pass | Hold | Drop;

/** The answer of all gates. `send` names the sending number and what the message used of the allowances. */
export type Verdict =
  | { kind: "send"; senderId: string; segments: number; priceMicros: number }
  | { kind: "hold"; gate: GateName; reason: HoldReason; until: Date; looked: Evidence; recheck?: true }
  | { kind: "drop"; gate: GateName; reason: DropReason; looked: Evidence };

export const PASS: Pass = { kind: "pass" };

const HOLD_MS_MIN = 60_000;

/** Holds until a known time. If that time is already past (a stale reset), the next check is in a minute. */
export function hold(reason: HoldReason, until: Date, now: Date, evidence: Evidence): Hold {
  const later = until > now ? until : new Date(now.getTime() + HOLD_MS_MIN);
  return { kind: "hold", reason, until: later, looked: evidence };
}

/** Holds until a person or another process acts, and checks again after `minutes`. */
export function holdAndRecheck(reason: HoldReason, minutes: number, now: Date, evidence: Evidence): Hold {
  return {
    kind: "hold",
    reason,
    until: new Date(now.getTime() + minutes * 60_000),
    looked: evidence,
    recheck: true,
  };
}

/** Refuses for good. */
export function drop(reason: DropReason, evidence: Evidence): Drop {
  return { kind: "drop", reason, looked: evidence };
}
