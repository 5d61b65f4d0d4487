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
  registeredPrefix: z.string().min(1).max(11).optional(),
  refusedNames: z
    .array(z.string().regex(/^[a-z]+$/))
    .max(200)
    .optional(),
  beginsWith: z.array(z.string().min(1).max(40)).min(1).max(20).optional(),
  mustSay: z
    .strictObject({
      oneOf: z.array(z.string().min(1).max(100)).min(1).max(20),
      from: z.array(z.enum(kinds)).max(5).optional(),
    })
    .optional(),
  why: z.string().min(15).max(300),
  source: z.url({ protocol: /^https$/ }),
  checkedOn: z.iso.date(),
  confidence: z.string().min(5).max(300),
});
export type SenderRule = z.output<typeof senderRuleInput>;
