/** The kinds of data that a tenant may keep for a limited time. */
export const RETENTION_KINDS = ["message-texts", "replies", "webhook-payloads", "rejected-rows"] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];
