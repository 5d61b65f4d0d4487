import { openAuditSigner } from "@smscrm/db/audit/head-signature";
import { z } from "zod";

/** Where signed heads are copied: a file that only grows, or a syslog server. */
export type CopyPlace = { kind: "file"; path: string } | { kind: "syslog"; host: string; port: number };

/** Returns the place that an AUDIT_COPY names, or null. */
export function readCopyPlace(text: string): CopyPlace | null {
  const [, path] = /^file:(\/[^\0]*[^/\0])$/.exec(text) ?? [];
  if (path) return { kind: "file", path };
  const [, host, port] = /^syslog:\/\/(\[[0-9a-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  if (!host || !port || Number(port) < 1 || Number(port) > 65_535) return null;
  return { kind: "syslog", host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

export const auditSettings = {
  /** Signs the ends of the audit logs. */
  AUDIT_SIGNING_KEY: z
    .string()
    .refine((pem) => openAuditSigner(pem) !== null, "must be an Ed25519 key in PKCS#8 PEM")
    .optional(),
  AUDIT_COPY: z
    .string()
    .refine((text) => readCopyPlace(text) !== null, "must be file:/path/heads.jsonl or syslog://host:port")
    .optional(),
};
