import { BULK_DETAILS, type BulkChange } from "@smscrm/core/changes/bulk-change";
import { z } from "zod";
import { country, id, locationZone, note, search, tag } from "../http/inputs.ts";

/** The most contacts that a request names one by one. */
const TICKED_MAX = 1_000;

const fieldName = z.string().trim().min(1).max(64);
const value = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .nullable()
    .transform((text) => text || null);

/** What is done to each contact. */
const change = z.discriminatedUnion("do", [
  z.strictObject({ do: z.enum(["add-tag", "remove-tag"]), tag }),
  z.strictObject({ do: z.literal("set-field"), name: fieldName, value: value(2_000) }),
  z.strictObject({ do: z.literal("set-detail"), detail: z.enum(BULK_DETAILS), value: value(100) }),
  z.strictObject({ do: z.literal("set-zone"), timezone: locationZone.nullable() }),
  z.strictObject({ do: z.enum(["list", "unlist", "delete"]) }),
]) satisfies z.ZodType<BulkChange>;

/** Which contacts: ticked ones, those with one of some tags, of a saved audience, or of a filter of the contacts' page. */
const choice = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ticked"), ids: z.array(id).min(1).max(TICKED_MAX) }),
  z.strictObject({ kind: z.literal("tags"), tags: z.array(tag).min(1).max(50) }),
  z.strictObject({ kind: z.literal("saved"), audienceId: id }),
  z.strictObject({
    kind: z.literal("filter"),
    search: search.optional(),
    tag: tag.optional(),
    optedOut: z.boolean().optional(),
    field: z
      .strictObject({ name: z.string().min(1).max(64), value: z.string().trim().min(1).max(500) })
      .optional(),
  }),
]);

export const bulkInput = z.strictObject({ change, choice });

/** `contacts`: how many the preview counted. Another number is refused, so that nobody changes more than they saw. */
export const bulkOrder = z.strictObject({
  ...bulkInput.shape,
  contacts: z.int().min(1),
  /** Why. Needed to delete, and for the do-not-contact list. */
  note: note.optional(),
});

export const DETAIL_LENGTHS_MAX = { city: 100, state: 64, postcode: 16, address_country: 2 } as const;
export const countryValue = country;
