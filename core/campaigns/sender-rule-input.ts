import { z } from "zod";
import type { SenderType } from "../price/pricing.ts";

const kinds = [
  "mobile",
  "long-code",
  "toll-free",
  "short-code",
  "alphanumeric",
] as const satisfies SenderType[];

/** One country's rules for senders, with the page that says so. `core/data/sender-rules.json` explains the fields. */
export const senderRuleInput = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/),
  names: z.enum(["allowed", "registered", "refused"]),
  numbers: z.literal("refused").optional(),
  registeredPrefix: z.string().min(1).optional(),
  refusedNames: z.array(z.string().regex(/^[a-z]+$/)).optional(),
  beginsWith: z.array(z.string().min(1)).min(1).optional(),
  mustSay: z
    .strictObject({ oneOf: z.array(z.string().min(1)).min(1), from: z.array(z.enum(kinds)).optional() })
    .optional(),
  why: z.string().min(15),
  source: z.url({ protocol: /^https$/ }),
  checkedOn: z.iso.date(),
  confidence: z.string().min(5),
});
export type SenderRule = z.output<typeof senderRuleInput>;
