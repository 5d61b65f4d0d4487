import { z } from "zod";
import { MESSAGE_PURPOSES } from "../consent/terms.ts";
import { counted } from "../text/counted.ts";
import { OPT_OUT_FIELD } from "../text/opt-out-link.ts";
import { SNIPPET_PREFIX } from "../text/snippets.ts";
import { closestName } from "../text/spelling.ts";
import {
  fieldName,
  MAX_BODY_LENGTH,
  parseTemplate,
  STANDARD_FIELDS,
  unknownFields,
} from "../text/template.ts";
import { weekSchedule } from "../time/quiet-hours.ts";
import { abTestInput } from "./ab-test/ab-test.ts";
import { canaryInput } from "./first-part/first-part.ts";
import { shortenerWarnings } from "./link-shorteners.ts";
import { languageInput, languageTextsInput } from "./texts/languages-input.ts";
import { localTimeInput, SPREAD_MINUTES_MAX, SPREAD_MINUTES_MIN } from "./timing/local-time.ts";

export { quietHoursProblem } from "../time/stricter-hours.ts";

/** Seven days, Monday first, in the recipient's wall-clock time. */
const weekInput = weekSchedule.refine(
  (week) => week.some((day) => day !== null),
  "At least one day must have a sending window.",
);

export const audienceInput = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("all") }),
  z.object({ kind: z.literal("tags"), tags: z.array(z.string().trim().min(1).max(50)).min(1).max(50) }),
  z.object({ kind: z.literal("saved"), audienceId: z.guid("Choose an audience.") }),
]);

const MESSAGES_PER_MINUTE_MAX = 60_000;

/**
 * What an operator enters for a campaign. `quietHours` may only be stricter than the tenant's (both apply). After
 * `expiresAt` its messages are too old to send.
 */
export const campaignInput = z.object({
  name: z
    .string()
    .trim()
    .min(1, "Give the campaign a name.")
    .max(120, "Use at most 120 characters for the name."),
  body: z
    .string()
    .max(MAX_BODY_LENGTH, "Shorten the message to at most 1,600 characters.")
    .refine((body) => body.trim() !== "", "Write a message."),
  audience: audienceInput,
  quietHours: weekInput.nullable(),
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
  smartEncoding: z.boolean(),
  /** Whether its links are replaced by short ones, whose clicks are counted. */
  shortenLinks: z.boolean().default(false),
  /** What it is for, which decides the consent that it needs. */
  purpose: z.enum(MESSAGE_PURPOSES).default("marketing"),
  /** The tenant's topic of marketing; null: none. */
  topic: z.string().trim().min(1).max(40).nullable().default(null),
  /** The template whose text it began with, in the version that was copied. */
  template: z
    .strictObject({ id: z.guid("Choose a template."), version: z.int().min(1) })
    .nullable()
    .default(null),
  /** The language of the text above, as a tag; empty: not said. */
  language: languageInput.default(""),
  /** The texts in other languages. */
  texts: languageTextsInput.default([]),
  /** A time by each recipient's own clock; null: as soon as possible after the launch. */
  localTime: localTimeInput.nullable().default(null),
  /** Over how many minutes its messages are spread evenly; null: as fast as allowed. */
  spreadMinutes: z
    .int("Give whole minutes.")
    .min(SPREAD_MINUTES_MIN, `Spread over at least ${SPREAD_MINUTES_MIN} minutes.`)
    .max(SPREAD_MINUTES_MAX, "Spread over at most 72 hours.")
    .nullable()
    .default(null),
  /** Its own speed limit below the tenant's; null: none. */
  messagesPerMinute: z
    .int("Give a whole number of messages per minute.")
    .min(1, "Allow at least one message per minute.")
    .max(MESSAGES_PER_MINUTE_MAX, "Allow at most 60,000 messages per minute, or set no limit.")
    .nullable()
    .default(null),
  /** A few who go first and are watched before the rest goes; null: nobody. */
  canary: canaryInput.nullable().default(null),
  /** Other texts that are tested against the one above before one of them goes to the rest; null: none. */
  abTest: abTestInput.nullable().default(null),
});

/** Errors stop a launch, warnings do not. Each is a sentence that says what to do. */
export interface BodyCheck {
  errors: string[];
  warnings: string[];
}

const OPT_OUT_WORDING = /\b(?:stop|unsubscribe|opt[ -]?out|unsub|arr[eê]t)\b/i;

/**
 * Checks a message body before launch. `customFields` are the tenant's own merge fields, and its snippets as
 * `snippet:name`. With `senderName` it also
 * checks that the text says who sends it (Spam Act 2003 s 17; CTIA: brand in the message). If the audience's
 * countries are known, `wordingProblems` says more exactly what is missing.
 */
export function checkBody(
  body: string,
  customFields: readonly string[],
  senderName: string | null = null,
): BodyCheck {
  const { errors, warnings } = checkTemplate(body, customFields);
  return { errors, warnings: [...warnings, ...wordingWarnings(body, senderName)] };
}

/** Checks the template alone: its length, its merge fields, and fields that may be blank. */
export function checkTemplate(body: string, customFields: readonly string[]): BodyCheck {
  const template = parseTemplate(body);
  const known = [...STANDARD_FIELDS, ...customFields.map(fieldName)];
  const errors = template.errors.map((error) => `${error.message} (character ${error.index + 1})`);
  if (body.trim() === "") errors.push("Write a message: the text is empty.");
  if (body.length > MAX_BODY_LENGTH) {
    errors.push(
      `Shorten the message by ${counted(body.length - MAX_BODY_LENGTH, "character")}: the carrier accepts at most 1,600.`,
    );
  }
  for (const name of unknownFields(template, known)) errors.push(unknownField(name, known));
  return { errors, warnings: blankWarnings(template.fields) };
}

function unknownField(name: string, known: readonly string[]): string {
  if (name.startsWith(SNIPPET_PREFIX))
    return `There is no snippet {{${name}}}: add it under Templates → Snippets, or take it out.`;
  const meant = closestName(name, known);
  return meant
    ? `There is no field {{${name}}}: did you mean {{${meant}}}?`
    : `There is no field {{${name}}}: use one of ${known.filter((one) => !one.startsWith(SNIPPET_PREFIX)).join(", ")}, or add it to your contacts.`;
}

/** Fields that have a value for everyone. */
const ALWAYS_KNOWN: readonly string[] = ["phone", OPT_OUT_FIELD];

/** "Hi ," must not go out, so contacts without the value are skipped. The author should know that beforehand. */
function blankWarnings(fields: readonly { name: string; fallback?: string }[]): string[] {
  const bare = fields.filter(
    ({ name, fallback }) =>
      fallback === undefined && !ALWAYS_KNOWN.includes(name) && !name.startsWith(SNIPPET_PREFIX),
  );
  const names = [...new Set(bare.map((field) => field.name))];
  return names.map(
    (name) => `People without ${name} will not get this text: add a fallback, for example {{${name}|there}}.`,
  );
}

function wordingWarnings(body: string, senderName: string | null): string[] {
  const warnings: string[] = [];
  const name = senderName?.trim().toLowerCase();
  if (name && !body.toLowerCase().includes(name)) {
    warnings.push(`The text does not say who sends it: put "${senderName?.trim()}" in it.`);
  }
  if (!OPT_OUT_WORDING.test(body)) {
    warnings.push('The text does not say how to opt out: add for example "Reply STOP to opt out".');
  }
  return [...warnings, ...shortenerWarnings(body)];
}

export const CAMPAIGN_STATUSES = [
  "draft",
  "scheduled",
  "launching",
  "running",
  "paused",
  "completed",
  "canceled",
] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/**
 * The allowed transitions. `scheduled` waits for its time, and goes back to `draft` to be changed. `launching` freezes
 * the audience into send jobs; a launch that was paused resumes as `launching`. A draft is deleted, not canceled.
 * `completed` means that every job is finished, and `canceled` is a person's decision: both are final.
 */
const CAMPAIGN_TRANSITIONS: Readonly<Record<CampaignStatus, readonly CampaignStatus[]>> = {
  draft: ["scheduled", "launching"],
  scheduled: ["draft", "launching", "canceled"],
  launching: ["running", "paused", "canceled"],
  running: ["paused", "completed", "canceled"],
  paused: ["launching", "running", "canceled"],
  completed: [],
  canceled: [],
};

/** Returns the states from which a campaign may become `to`: the condition of the statement that moves it there. */
export function campaignStatusesBefore(to: CampaignStatus): CampaignStatus[] {
  return CAMPAIGN_STATUSES.filter((from) => CAMPAIGN_TRANSITIONS[from].includes(to));
}
