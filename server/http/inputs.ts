import { isLocationZone, isValidZone } from "@smscrm/core/time/time-zone";
import { z } from "zod";

/**
 * Ids are compared as uuid columns. Without this check an invalid one would be a database error instead of "not found".
 */
export const id = z.guid("This id isn't valid.");
export const byId = z.object({ id });

const limit = z.int().min(1).max(100).default(50);

/** A page of a list that is ordered by id. */
export const page = z.object({ cursor: id.nullish(), limit });

/** A page of a list with a cursor of its own form. */
export const pageWithCursor = (pattern: RegExp) =>
  z.object({
    cursor: z.string().regex(pattern, "This page no longer exists. Start from the first.").nullish(),
    limit,
  });

export const search = z.string().trim().min(1).max(100);

export const zone = z
  .string()
  .max(64)
  .refine(isValidZone, "This is not a time zone. Choose one from the list, such as Australia/Sydney.");

/** A zone where a person lives. A clock without a location, such as UTC, could show day where it is night. */
export const locationZone = zone.refine(
  isLocationZone,
  "This time zone has no location. Choose where the person lives, such as Australia/Sydney.",
);

export const tag = z.string().trim().min(1).max(50);
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, "Use the two capital letters of the country, such as AU.");

/** Returns a schema for text where empty means null. */
export const optionalText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .nullish()
    .transform((text) => (text === undefined ? undefined : text || null));

export const rawPhone = z.string().trim().min(1, "Enter a phone number.").max(64);

/** A reason or a note for the audit log. */
export const note = z.string().trim().min(3, "Give a reason in a few words. It is recorded.").max(500);

/** A time, as a browser writes it. */
export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const EMAIL_MAX = 254;
export const email = z
  .string()
  .trim()
  .max(EMAIL_MAX, "An e-mail address has at most 254 characters.")
  .toLowerCase()
  .pipe(z.email("Enter an e-mail address."));

const PASSWORD_MIN = 12;
const PASSWORD_MAX = 200;
/**
 * A new password. Existing passwords may be older than this rule, so sign-in does not use it. `refuseGuessable` checks
 * the rest.
 */
export const newPassword = z
  .string()
  .refine(
    (text) => [...text].length >= PASSWORD_MIN,
    `Choose at least ${PASSWORD_MIN} characters: a few words are easiest to remember.`,
  )
  .max(PASSWORD_MAX, `Choose at most ${PASSWORD_MAX} characters.`);
