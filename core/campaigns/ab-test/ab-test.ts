import { z } from "zod";
import { MAX_BODY_LENGTH } from "../../text/template.ts";

/**
 * An A/B test of a campaign's text. Its audience is frozen as for any campaign. Those with the least draws are in the test,
 * and each of them gets one of the texts, by a hash of campaign and contact. The rest waits until one text is chosen, and
 * gets that. Variant 1 is the campaign's own text.
 */

export const VARIANTS_MAX = 5;

/** Fewer people for each text show nothing in any test. */
export const PEOPLE_PER_VARIANT_MIN = 50;

/** What the texts are compared by. */
const AB_MEASURES = ["replies", "clicks", "delivered", "opt-outs"] as const;
export type AbMeasure = (typeof AB_MEASURES)[number];

const planShape = {
  /** The share of the audience that is in the test. It is at least `atLeast` people. */
  percent: z
    .int("Give a whole number of percent.")
    .min(2, "Test with at least 2 %.")
    .max(90, "Test with at most 90 %, or send one text to all."),
  atLeast: z
    .int("Give a whole number of people.")
    .min(2 * PEOPLE_PER_VARIANT_MIN, "Test with at least 100 people.")
    .max(1_000_000, "Test with at most 1,000,000 people."),
  measure: z.enum(AB_MEASURES),
  /** From when the last message of the test has gone until the rule decides, or a person is asked. */
  waitMinutes: z
    .int("Give whole minutes.")
    .min(5, "Wait for at least 5 minutes.")
    .max(72 * 60, "Wait for at most 72 hours (4,320 minutes)."),
  /** rule: after the time, the text that is clearly better goes to the rest. hand: a person chooses. */
  choice: z.enum(["hand", "rule"]),
  /** Where the rule finds no text clearly better. hold: a person chooses. default: this variant goes to the rest. */
  unclear: z.enum(["hold", "default"]),
  defaultVariant: z
    .int("Choose one of the texts.")
    .min(1, "Choose one of the texts.")
    .max(VARIANTS_MAX, "Choose one of the texts."),
};

/** How a test is made, without its texts. */
const planInput = z.strictObject(planShape);
export type AbPlan = z.output<typeof planInput>;

/** What an operator enters: how the test is made, and the texts of the variants from the second on. */
export const abTestInput = z
  .strictObject({
    ...planShape,
    texts: z
      .array(
        z
          .string()
          .max(MAX_BODY_LENGTH, "Shorten each text to at most 1,600 characters.")
          // PostgreSQL stores no NUL in a text.
          .refine((body) => !body.includes("\0"), "Remove the NUL character from the text.")
          .refine((body) => body.trim() !== "", "Write every text, or remove it."),
      )
      .min(1, "Write a second text, or turn the test off.")
      .max(VARIANTS_MAX - 1, `Test at most ${VARIANTS_MAX} texts.`),
  })
  .refine(({ texts, defaultVariant }) => defaultVariant <= texts.length + 1, {
    message: "Choose one of the texts as the default.",
    path: ["defaultVariant"],
  });
export type AbTest = z.output<typeof abTestInput>;

/** Returns a variant's name: 1 is "A". */
export const variantName = (variant: number): string => String.fromCharCode(64 + variant);

/** Returns how many of an audience are in the test: its share, at least what was asked for and enough for each text. */
export function testSize(
  audience: number,
  { percent, atLeast }: Pick<AbPlan, "percent" | "atLeast">,
  variants: number,
): number {
  return Math.min(
    audience,
    Math.max(Math.ceil((audience * percent) / 100), atLeast, variants * PEOPLE_PER_VARIANT_MIN),
  );
}

/**
 * Returns why a test makes no sense with the rest of its campaign, or null. `texts`: all, that of variant 1 first. A first
 * part goes before the test and belongs to it, so it must be smaller.
 */
export function abTestFault({
  texts,
  plan,
  shortenLinks,
  canaryPercent,
  hasLink,
}: {
  texts: readonly string[];
  plan: Pick<AbPlan, "measure" | "percent">;
  shortenLinks: boolean;
  /** Null: the campaign has no first part. */
  canaryPercent: number | null;
  hasLink: (body: string) => boolean;
}): string | null {
  const same = texts.findIndex((text, at) => texts.indexOf(text) !== at);
  if (same >= 0)
    return `Texts ${variantName(texts.indexOf(texts[same]!) + 1)} and ${variantName(same + 1)} are the same: change one of them, or remove it.`;
  if (plan.measure === "clicks") {
    if (!shortenLinks) return "Turn short links on to test by clicks: only their clicks are counted.";
    const without = texts.findIndex((text) => !hasLink(text));
    if (without >= 0) return `Text ${variantName(without + 1)} has no link, so nobody can click in it.`;
  }
  if (canaryPercent !== null && canaryPercent >= plan.percent)
    return `The first part (${canaryPercent} %) belongs to the test, so test with more than that, or turn it off.`;
  return null;
}

/** What was counted about the people who got one text. A person counts once in each. */
export interface VariantFigures {
  variant: number;
  /** Frozen for this text in the test. */
  people: number;
  /** Messages that the carrier took or refused. */
  sent: number;
  /** Of them, with a final status. */
  reported: number;
  /** Refused by the carrier, or not delivered. */
  failures: number;
  replies: number;
  optOuts: number;
  clicks: number;
  /** Of those who were sent it, whose clicks may be kept: the others can't be counted. */
  clickable: number;
}

/** The figures of a test at one moment. */
export interface AbFigures {
  /** ISO 8601, on the database's clock. */
  at: string;
  variants: VariantFigures[];
}

/**
 * What the worker needs of a test to know who gets which text. `testDraws` null: not chosen yet. `winner` null: not chosen yet.
 * It never changes once it is set.
 */
export interface AbState {
  testDraws: number | null;
  winner: number | null;
  stopped: readonly number[];
}

/**
 * Returns the variant of a message, or null while it waits for the choice: those outside the test, and those of a stopped
 * text, get the one that was chosen. `variant` is the one that the launch froze.
 */
export function variantNow(
  { draw, variant }: { draw: number | null; variant: number | null },
  { testDraws, winner, stopped }: AbState,
): number | null {
  const own = variant ?? 1;
  const isInTest = testDraws !== null && draw !== null && draw <= testDraws;
  return isInTest && !stopped.includes(own) ? own : winner;
}
