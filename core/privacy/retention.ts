/** The kinds of data that a tenant may keep for a limited time. */
export const RETENTION_KINDS = ["message-texts", "replies", "webhook-payloads", "rejected-rows"] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/**
 * The least and the most months of each kind. Texts prove what was sent and answered: TCPA claims may come for four years
 * (28 U.S.C. 1658), so a year is the least. The carrier's requests settle disputes about bills for three months.
 */
export const RETENTION_MONTHS: Readonly<Record<RetentionKind, { min: number; max: number }>> = {
  "message-texts": { min: 12, max: 120 },
  replies: { min: 12, max: 120 },
  "webhook-payloads": { min: 3, max: 120 },
  "rejected-rows": { min: 1, max: 120 },
};

/** Returns why a kind can't be kept for that many months, as a sentence, or null if it can. */
export function retentionFault(kind: RetentionKind, months: number): string | null {
  const { min, max } = RETENTION_MONTHS[kind];
  if (Number.isInteger(months) && months >= min && months <= max) return null;
  return `Choose from ${min} to ${max} months.`;
}
