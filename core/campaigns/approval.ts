import type { AudienceGroup } from "../audiences/definition.ts";
import type { MessagePurpose } from "../consent/terms.ts";
import { type MemberRole, may, ROLES, type Role } from "../process/roles.ts";
import { counted } from "../text/counted.ts";
import type { SnippetText } from "../text/snippets.ts";
import type { WeekSchedule } from "../time/quiet-hours.ts";
import type { AbPlan } from "./ab-test/ab-test.ts";
import type { Canary } from "./first-part/first-part.ts";
import type { CampaignText } from "./texts/chosen-text.ts";
import type { LocalTime } from "./timing/local-time.ts";

/**
 * The most recipients that a member may launch to alone, by fixed role or by the id of a custom role. A fixed role that is
 * not named has no limit. A custom role that is not named has the limit of operators.
 */
export type LaunchLimits = Readonly<Record<string, number>>;

/** The fixed roles that launch, and so may have a limit. */
export const LAUNCHING_ROLES: readonly Role[] = ROLES.filter((role) =>
  may({ role, customRole: null }, "campaigns.launch"),
);
export const LAUNCH_LIMIT_MAX = 100_000_000;

/** An approval without a time of launch is valid for so long after the decision, in hours. */
const APPROVAL_VALID_HOURS = 72;
/** An approved audience may grow by this share until the launch. */
const GROWTH_MAX = 0.05;

/**
 * Returns the most recipients that a member may launch to alone; null: any number. `member` null: the member who
 * scheduled the campaign left the organisation. Then any limit at all means that another person looks first.
 */
export function launchAloneMax(member: MemberRole | null, limits: LaunchLimits): number | null {
  if (Object.keys(limits).length === 0) return null;
  if (!member) return 0;
  const own = member.customRole ? limits[member.customRole.id] : limits[member.role];
  return own ?? (member.customRole ? (limits.operator ?? null) : null);
}

export type CopiedAudience =
  | { kind: "all" }
  | { kind: "tags"; tags: string[] }
  /** `definition` has all audiences inside it in place. */
  | { kind: "saved"; audienceId: string; name: string; version: number; definition: AudienceGroup }
  | { kind: "one"; contactId: string };

interface CopiedSender {
  id: string;
  /** A phone number, or a sender's name. */
  number: string;
  country: string;
}

/** All of a campaign that a second person approves. Times are ISO 8601 in UTC, so that a stored copy compares as text. */
export interface CampaignCopy {
  name: string;
  body: string;
  /** The language of the body, as a tag. Absent: not said. */
  language?: string;
  /** Its other texts. Absent: none. */
  texts?: readonly CampaignText[];
  /** The snippets in its texts. Absent: none. */
  snippets?: readonly SnippetText[];
  audience: CopiedAudience;
  /** Which may be used to send it, by id. */
  senders: CopiedSender[];
  purpose: MessagePurpose;
  topic: string | null;
  quietHours: WeekSchedule | null;
  smartEncoding: boolean;
  /** Absent in copies from before there were short links: off. */
  shortenLinks?: boolean;
  expiresAt: string | null;
  localTime: LocalTime | null;
  spreadMinutes: number | null;
  messagesPerMinute: number | null;
  /** A few who go first; null or absent: nobody. */
  canary?: Canary | null;
  /** How its texts are tested; absent: it has one. */
  abTest?: AbPlan | null;
  /** Null: launched by hand after the approval. */
  launchAt: string | null;
  /** The reason of an owner who sends outside quiet hours. */
  overrideReason: string | null;
}

const DIFFERENCES = [
  "name",
  "text",
  "audience",
  "senders",
  "purpose",
  "hours",
  "encoding",
  "links",
  "expiry",
  "pace",
  "first-part",
  "ab-test",
  "time",
  "override",
] as const;
export type Difference = (typeof DIFFERENCES)[number];

const DIFFERENCE_WORDS: Readonly<Record<Difference, string>> = {
  name: "its name",
  text: "the text",
  audience: "the audience",
  senders: "the senders",
  purpose: "the purpose or topic",
  hours: "the sending hours",
  encoding: "the encoding",
  links: "the short links",
  expiry: "the expiry",
  pace: "the local time or the speed",
  "first-part": "the first part",
  "ab-test": "the A/B test",
  time: "the time of launch",
  override: "the override of quiet hours",
};

/** Returns differences as words: "the text, the audience". */
export const differenceWords = (differences: readonly Difference[]): string =>
  differences.map((difference) => DIFFERENCE_WORDS[difference]).join(", ");

/**
 * Returns a copy as one text that does not depend on the order of keys: what its hash is made of. JSON in PostgreSQL keeps
 * no order.
 */
export function canonicalCopy(copy: unknown): string {
  if (Array.isArray(copy)) return `[${copy.map(canonicalCopy).join(",")}]`;
  if (copy === null || typeof copy !== "object") return JSON.stringify(copy);
  const entries = Object.entries(copy)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${canonicalCopy(value)}`).join(",")}}`;
}

/** What decides who is in an audience: a new version of a saved one with the same conditions is no other audience. */
const chosenBy = (audience: CopiedAudience): unknown =>
  audience.kind === "saved" ? [audience.audienceId, audience.definition] : audience;

/**
 * Returns what differs between the copy that was seen and the campaign as it is now. A sender that is no longer in use is
 * no difference; one that nobody saw is.
 */
export function copyDifferences(seen: CampaignCopy, now: CampaignCopy): Difference[] {
  const parts: Readonly<Record<Exclude<Difference, "senders">, (copy: CampaignCopy) => unknown>> = {
    name: ({ name }) => name,
    text: ({ body, language = "", texts = [], snippets = [] }) => [body, language, texts, snippets],
    audience: ({ audience }) => chosenBy(audience),
    purpose: ({ purpose, topic }) => [purpose, topic],
    hours: ({ quietHours }) => quietHours,
    encoding: ({ smartEncoding }) => smartEncoding,
    links: ({ shortenLinks = false }) => shortenLinks,
    expiry: ({ expiresAt }) => expiresAt,
    pace: ({ localTime, spreadMinutes, messagesPerMinute }) => [localTime, spreadMinutes, messagesPerMinute],
    "first-part": ({ canary }) => canary ?? null,
    "ab-test": ({ abTest }) => abTest ?? null,
    time: ({ launchAt }) => launchAt,
    override: ({ overrideReason }) => overrideReason,
  };
  return DIFFERENCES.filter((difference) => {
    if (difference === "senders")
      return now.senders.some(({ id }) => !seen.senders.some((known) => known.id === id));
    const part = parts[difference];
    return canonicalCopy(part(seen)) !== canonicalCopy(part(now));
  });
}

/** An approval that a second person gave. */
export interface GivenApproval {
  copy: CampaignCopy;
  /** The recipients that were seen. */
  recipients: number;
  decidedAt: Date;
}

export interface LaunchQuestion {
  recipients: number;
  /** See `launchAloneMax`. */
  aloneMax: number | null;
  approval: GivenApproval | null;
  now: Date;
  /** The campaign as it would be launched. Read only where an approval is needed. */
  copy: CampaignCopy;
}

/** `alone`: no approval is needed. `ask`: with a sentence that says why, and what to do. */
export type LaunchAnswer = { kind: "alone" } | { kind: "approved" } | { kind: "ask"; sentence: string };

/** Whether a launch needs an approval at all. */
export const isLaunchedAlone = (recipients: number, aloneMax: number | null): boolean =>
  aloneMax === null || recipients <= aloneMax;

/**
 * Decides whether a campaign may be launched now: alone, or with the approval of exactly what is launched. A launch by hand
 * and one at a set time ask the same function.
 */
export function answerLaunch({ recipients, aloneMax, approval, now, copy }: LaunchQuestion): LaunchAnswer {
  if (isLaunchedAlone(recipients, aloneMax)) return { kind: "alone" };
  const limit = `${counted(recipients, "recipient")}, and you may launch to ${counted(aloneMax!, "recipient")} alone`;
  if (!approval) return ask(`This goes to ${limit}. Ask somebody to approve it.`);
  const differences = copyDifferences(approval.copy, copy);
  if (differences.length > 0)
    return ask(`Not as it was approved: ${differenceWords(differences)} changed. Ask for approval again.`);
  const validUntilMs = approval.decidedAt.getTime() + APPROVAL_VALID_HOURS * 3_600_000;
  if (copy.launchAt === null && now.getTime() > validUntilMs)
    return ask(`It was approved more than ${APPROVAL_VALID_HOURS} hours ago. Ask for approval again.`);
  if (recipients > approval.recipients * (1 + GROWTH_MAX))
    return ask(
      `The audience grew from ${counted(approval.recipients, "recipient")} to ${recipients.toLocaleString("en-US")} since it was approved. Ask for approval again.`,
    );
  return { kind: "approved" };
}

/** Why a campaign that repeats, or one launch of it, needs a person: nobody approves what is written later. */
export const repeatSentence = (recipients: number, aloneMax: number): string =>
  `This goes to ${counted(recipients, "recipient")}, and its author may launch to ${counted(aloneMax, "recipient")} alone. A repetition can't be approved in advance: ask for approval of this launch.`;

const ask = (sentence: string): LaunchAnswer => ({ kind: "ask", sentence });

/** Returns why a member with the right to approve may not decide about this request, or null if they may. */
export function decideFault(
  { askedBy, editedBy }: { askedBy: string; editedBy: string | null },
  userId: string,
): string | null {
  if (askedBy === userId) return "You asked for this approval, so another member must decide.";
  if (editedBy === userId) return "You changed this campaign last, so another member must decide.";
  return null;
}
