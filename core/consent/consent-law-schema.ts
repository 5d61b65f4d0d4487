import { z } from "zod";
import { CONSENT_EVENTS } from "./terms.ts";

const months = z.int().min(1).max(120).nullable();

/** One row of `data/consent-law.json`, for the shipped table and for rows that an operator writes. */
export const consentLawRow = z.strictObject({
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .min(1)
    .max(300),
  rule: z.enum(["express", "express-or-inferred"]),
  evidence: z.enum(["kept", "required", "written"]),
  events: z.partialRecord(z.enum(CONSENT_EVENTS), months).nullable(),
  law: z.string().min(3, "Name the law or the practice.").max(500),
  source: z.url({
    protocol: /^https$/,
    error: "Give the public page that says so, beginning with https://.",
  }),
  checkedOn: z.iso.date(),
  confidence: z.enum(["high", "medium", "low"]),
  note: z.string().min(3).max(1_000).optional(),
});
