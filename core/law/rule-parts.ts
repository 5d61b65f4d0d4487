import { z } from "zod";
import { requiredWordingInput } from "../campaigns/required-wording-input.ts";
import { senderRuleInput } from "../campaigns/sender-rule-input.ts";
import { consentLawRow } from "../consent/consent-law-schema.ts";
import { addedWordsInput } from "../replies/added-words.ts";
import { holidayRowInput, hoursRuleInput, stateZonesInput } from "../time/rule-inputs.ts";
import { zoneCountries } from "../time/time-zone.ts";

/** What the platform's operator can set for a country. */
export const RULE_PARTS = [
  "price",
  "hours",
  "holidays",
  "consent",
  "sender",
  "wording",
  "states",
  "replies",
] as const;
export type RulePart = (typeof RULE_PARTS)[number];

/** The dearest price of a segment that is believed: US$10. */
const MICROS_MAX = 10_000_000;

const rate = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/),
  direction: z.enum(["outbound", "inbound"]),
  senderTypes: z
    .array(z.enum(["mobile", "long-code", "toll-free", "short-code", "alphanumeric"]))
    .min(1)
    .max(5)
    .optional(),
  carrier: z.string().trim().min(1).max(100).optional(),
  /** From when it holds; null: always. */
  effectiveFrom: z.iso.date("Write the day as 2026-11-29.").nullable(),
  microsPerSegment: z
    .int("Give the price in whole micros of a US dollar.")
    .min(1, "A price of nothing is none: nothing is ever sent free.")
    .max(MICROS_MAX, "Nobody charges more than 10 dollars for a segment: the price is in micros."),
  note: z.string().trim().max(300).optional(),
});

/** The price of a segment of a text, as `core/data/rate-card.json` has it. */
const priceInput = z
  .strictObject({ rates: z.array(rate).min(1).max(50), carrierFees: z.array(rate).max(50).optional() })
  .refine(
    ({ rates }) => rates.some(({ direction }) => direction === "outbound"),
    "Give a price of outbound texts: without one they are refused.",
  );

/** The schemas of the parts, which the shipped data pass, too. */
const PART_INPUTS = {
  price: priceInput,
  hours: z.array(hoursRuleInput).min(1).max(100),
  holidays: z.array(holidayRowInput).min(1).max(200),
  consent: consentLawRow,
  sender: senderRuleInput,
  wording: requiredWordingInput,
  states: stateZonesInput,
  replies: addedWordsInput,
} as const satisfies Record<RulePart, z.ZodType>;
export type PartBodies = { [Part in RulePart]: z.output<(typeof PART_INPUTS)[Part]> };

const countryCode = z
  .string()
  .max(2, "Give the country's two-letter code.")
  .refine((code) => zoneCountries().includes(code), "There is no such country. Give its two-letter code.");

const details = {
  country: countryCode,
  /** A public page that says so. */
  source: z
    .url({ protocol: /^https$/, error: "Give the public page that says so, beginning with https://." })
    .max(500),
  /** When somebody last read it. */
  checkedOn: z.iso.date("Write the day on which you read the source as 2026-11-29."),
  note: z.string().trim().min(3).max(1_000).nullish(),
};

/** A part of a country's rules as somebody enters it, and as a file has it. */
export const partInput = z.discriminatedUnion("part", [
  z.strictObject({ ...details, part: z.literal("price"), body: PART_INPUTS.price }),
  z.strictObject({ ...details, part: z.literal("hours"), body: PART_INPUTS.hours }),
  z.strictObject({ ...details, part: z.literal("holidays"), body: PART_INPUTS.holidays }),
  z.strictObject({ ...details, part: z.literal("consent"), body: PART_INPUTS.consent }),
  z.strictObject({ ...details, part: z.literal("sender"), body: PART_INPUTS.sender }),
  z.strictObject({ ...details, part: z.literal("wording"), body: PART_INPUTS.wording }),
  z.strictObject({ ...details, part: z.literal("states"), body: PART_INPUTS.states }),
  z.strictObject({ ...details, part: z.literal("replies"), body: PART_INPUTS.replies }),
]);
export type PartInput = z.output<typeof partInput>;

/** Names the file, so that no other JSON is taken for one. */
export const RULES_FORMAT = "smscrm-country-rules-1";

/** A file of countries' rules: what one installation exports and another one imports. */
export const rulesFile = z.strictObject({
  format: z.literal(RULES_FORMAT, "This is no file of countries' rules."),
  parts: z.array(partInput).min(1, "The file has no rules.").max(2_000),
});
export type RulesFile = z.output<typeof rulesFile>;
