import { type ContactValues, type Json, same, summaryOf, withoutConsents } from "./undo-change.ts";

/** A contact that a bulk action deleted, and what became of the person since. */
export interface DeletedContact {
  /** All columns, as the deletion logged them. */
  before: ContactValues;
  /** Consents that ended, as entries of `consent_summary`. */
  endedConsents: readonly Json[];
  /** Since when the person is opted out, by the last record of consent; null: they are not. */
  withdrawnAt: string | null;
  /** The purposes and topics that the person refuses now, in order. */
  refused: readonly string[];
  now: string;
}

/**
 * Returns the columns with which a deleted contact comes back: those that it had. What the person said since stands: a
 * withdrawal, a refused purpose, an ended consent.
 */
export function restoredContact(deleted: DeletedContact): ContactValues {
  const { before, endedConsents, withdrawnAt, refused, now } = deleted;
  const values: Record<string, Json | undefined> = { ...before, ...withoutConsents(before, endedConsents) };
  if (withdrawnAt !== null && before.consent_basis !== "withdrawn") {
    Object.assign(values, {
      ...{ consent_basis: "withdrawn", consent_at: withdrawnAt, consent_expires_at: null },
    });
  }
  const summary = summaryOf(values);
  if (!same(summary.refused ?? [], refused)) values.consent_summary = { ...summary, refused };
  if (!same(values, before)) values.updated_at = now;
  return values;
}
