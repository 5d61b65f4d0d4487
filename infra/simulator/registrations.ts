import { z } from "zod";

/** The body of `PUT /simulator/registrations`: what the account says about its numbers. */
export const registrationsSchema = z.strictObject({
  /** A2P 10DLC campaigns, each with a messaging service and its numbers. */
  campaigns: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(60),
        status: z.string(),
        brandStatus: z.string().default("APPROVED"),
        /** The carrier's words for a refusal. */
        error: z.string().optional(),
        numbers: z.array(z.string()),
        updatedAt: z.iso.datetime({ offset: true }).default("2026-11-01T00:00:00Z"),
      }),
    )
    .default([]),
  /** Toll-free verifications. */
  tollFree: z
    .array(
      z.strictObject({
        number: z.string(),
        status: z.string(),
        error: z.string().optional(),
        updatedAt: z.iso.datetime({ offset: true }).default("2026-11-01T00:00:00Z"),
      }),
    )
    .default([]),
  /** Each request is answered so instead: 401, 403, 404, 429, 500. */
  failsWith: z
    .union([z.literal(401), z.literal(403), z.literal(404), z.literal(429), z.literal(500)])
    .optional(),
  /** The largest page, to try paging with few numbers. */
  pageSizeMax: z.int().min(1).max(1_000).default(1_000),
});
export type Registrations = z.output<typeof registrationsSchema>;
