import { z } from "zod";

/**
 * An audience's definition: groups of conditions on one contact. It chooses candidates only; each message still passes
 * every gate. A blank value meets no condition, so it meets every one with `not`.
 */

/** Groups in groups, and conditions in all of them together. */
export const AUDIENCE_DEPTH_MAX = 4;
const AUDIENCE_CONDITIONS_MAX = 50;
/** With the audiences inside it. */
export const AUDIENCE_WHOLE_MAX = 200;
const VALUES_MAX = 50;
const DAYS_MAX = 3_650;

/** The columns of a contact that a condition can compare. */
export const DETAILS = ["first_name", "last_name", "email", "city", "state", "postcode"] as const;
/** The moments that a condition can compare. */
const MOMENTS = ["created", "consented", "texted", "replied", "clicked"] as const;
/** What became of a contact in a campaign. `included`: it was in the audience; `clicked`: one of its short links. */
export const OUTCOMES = ["included", "sent", "delivered", "failed", "clicked"] as const;
/** A consent type, or one that has ended. */
export const CONSENT_STATES = [
  "express",
  "inferred",
  "transactional",
  "unknown",
  "withdrawn",
  "expired",
] as const;

const text = z.string().trim().min(1, "Enter a value.").max(200, "Use at most 200 characters for a value.");
const values = z
  .array(text)
  .min(1, "Enter at least one value.")
  .max(VALUES_MAX, `Use at most ${VALUES_MAX} values.`);
const days = z.int("Enter a number of days.").min(0).max(DAYS_MAX, `Use at most ${DAYS_MAX} days.`);
const date = z.iso.date("Enter a date.");
const id = z.guid("This id isn't valid.");
const not = z.literal(true).optional();
const number = z.string().regex(/^-?\d{1,12}(\.\d{1,6})?$/, "Enter a number such as 1234.5.");

const comparison = z.discriminatedUnion("is", [
  z.strictObject({ is: z.literal("filled") }),
  z.strictObject({ is: z.literal("one-of"), values }),
  z.strictObject({ is: z.literal("begins"), value: text }),
  z.strictObject({ is: z.literal("contains"), value: text }),
  z.strictObject({ is: z.literal("at-least"), number }),
  z.strictObject({ is: z.literal("at-most"), number }),
  z.strictObject({ is: z.literal("from"), date }),
  z.strictObject({ is: z.literal("until"), date }),
  z.strictObject({ is: z.literal("last-days"), days }),
  z.strictObject({ is: z.literal("next-days"), days }),
]);

/** `last-days`: within `days` times 24 hours. Dates are days in the organisation's time zone, inclusive. */
const moment = z.discriminatedUnion("is", [
  z.strictObject({ is: z.literal("ever") }),
  z.strictObject({ is: z.literal("last-days"), days }),
  z.strictObject({ is: z.literal("from"), date }),
  z.strictObject({ is: z.literal("until"), date }),
]);

const condition = z.discriminatedUnion("about", [
  z.strictObject({ about: z.literal("field"), not, field: z.string().min(1).max(64), test: comparison }),
  z.strictObject({ about: z.literal("detail"), not, detail: z.enum(DETAILS), test: comparison }),
  z.strictObject({ about: z.literal("moment"), not, moment: z.enum(MOMENTS), test: moment }),
  z.strictObject({ about: z.literal("tag"), not, tags: values }),
  z.strictObject({
    ...{ about: z.literal("country"), not },
    countries: z
      .array(z.string().regex(/^[A-Z]{2}$/))
      .min(1, "Choose a country.")
      .max(VALUES_MAX),
  }),
  /** Zones by IANA name; the empty text is an unknown zone. */
  z.strictObject({
    ...{ about: z.literal("zone"), not },
    zones: z.array(z.string().max(64)).min(1, "Choose a time zone.").max(VALUES_MAX),
  }),
  z.strictObject({
    ...{ about: z.literal("consent"), not },
    states: z.array(z.enum(CONSENT_STATES)).min(1, "Choose a consent type.").max(CONSENT_STATES.length),
  }),
  z.strictObject({
    ...{ about: z.literal("import"), not },
    imports: z.array(id).min(1, "Choose an import.").max(VALUES_MAX),
  }),
  z.strictObject({ about: z.literal("campaign"), not, campaign: id, outcome: z.enum(OUTCOMES) }),
  z.strictObject({ about: z.literal("do-not-contact"), not }),
  z.strictObject({ about: z.literal("audience"), not, audience: id }),
]);

export type AudienceCondition = z.output<typeof condition>;
export type Comparison = z.output<typeof comparison>;
export type MomentTest = z.output<typeof moment>;

/** `all`: a contact meets each rule; `any`: at least one; `none`: not one. */
export interface AudienceGroup {
  match: "all" | "any" | "none";
  rules: AudienceRule[];
}
export type AudienceRule = AudienceGroup | AudienceCondition;

export const isGroup = (rule: AudienceRule): rule is AudienceGroup => "match" in rule;

const TOO_MANY = `Use at most ${AUDIENCE_CONDITIONS_MAX} conditions. Save some as an audience of their own.`;

const groupAt = (depth: number): z.ZodType<AudienceGroup> =>
  z.strictObject({
    match: z.enum(["all", "any", "none"]),
    rules: z
      .array(depth < AUDIENCE_DEPTH_MAX ? z.union([condition, groupAt(depth + 1)]) : condition)
      .max(AUDIENCE_CONDITIONS_MAX, TOO_MANY),
  });

export const audienceGroup: z.ZodType<AudienceGroup> = groupAt(1).refine(
  (group) => conditionsOf(group).length <= AUDIENCE_CONDITIONS_MAX,
  TOO_MANY,
);

/** Returns every condition of a group, those of its groups too, in order. */
function conditionsOf(group: AudienceGroup): AudienceCondition[] {
  return group.rules.flatMap((rule) => (isGroup(rule) ? conditionsOf(rule) : [rule]));
}

/** Returns the custom fields that a definition names, each once. */
export function fieldsOf(group: AudienceGroup): string[] {
  const named = conditionsOf(group).flatMap((one) => (one.about === "field" ? [one.field] : []));
  return [...new Set(named)];
}

/** Returns the audiences that a definition names, each once. */
export function audiencesOf(group: AudienceGroup): string[] {
  const named = conditionsOf(group).flatMap((one) => (one.about === "audience" ? [one.audience] : []));
  return [...new Set(named)];
}
