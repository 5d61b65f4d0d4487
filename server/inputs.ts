import { isValidZone } from "@smscrm/core/time-zone";
import { z } from "zod";

/** Ids are compared as uuid columns: what is not one would be an error of the database instead of a "not found". */
export const id = z.guid("This is not an id of ours.");
export const byId = z.object({ id });

const limit = z.int().min(1).max(100).default(50);

/** A page of a list that is ordered by id. */
export const page = z.object({ cursor: id.nullish(), limit });

/** A page of a list with a cursor of its own form. */
export const pageWithCursor = (pattern: RegExp) =>
  z.object({
    cursor: z.string().regex(pattern, "This page is no longer there. Start from the first.").nullish(),
    limit,
  });

export const search = z.string().trim().min(1).max(100);

export const zone = z
  .string()
  .max(64)
  .refine(isValidZone, "This is not a time zone. Choose one from the list, such as Australia/Sydney.");

export const tag = z.string().trim().min(1).max(50);
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, "Use the two capital letters of the country, such as AU.");

/** Empty text in a form means "nothing". */
export const optionalText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .nullish()
    .transform((text) => (text === undefined ? undefined : text || null));

export const rawPhone = z.string().trim().min(1, "Enter a phone number.").max(64);

/** A reason or a note that is kept in the audit log. */
export const note = z.string().trim().min(3, "Say why in a few words: it is kept.").max(500);

/** An instant, as a browser writes it. */
export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
