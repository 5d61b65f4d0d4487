import { z } from "zod";

/**
 * What one country's law or carriers require in a marketing text. Every country requires the sender's name and a way to
 * opt out. `sender-rules.ts` has the rules for senders.
 */
export const requiredWordingInput = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/),
  /** How to reach the sender, in the text or behind a link in it. */
  contact: z.enum(["warning", "none"]),
  /** The word that the opt-out instruction must use. */
  word: z.string().trim().min(1).max(40).optional(),
  /** Required in the first text of a programme. */
  first: z.array(z.string().trim().min(1).max(100)).min(1).max(10).optional(),
  law: z.string().trim().min(3, "Name the law or the practice.").max(500),
  confidence: z.string().trim().min(3).max(300),
});
export type RequiredWording = z.output<typeof requiredWordingInput>;
