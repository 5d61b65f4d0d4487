import { z } from "zod";
import { id, moment } from "../http/inputs.ts";
import type { FileFormat } from "../http/list-file.ts";

const word = z.string().regex(/^[a-z][a-z-]{0,39}$/, "This is not a kind of action or object.");

/** Which entries of the audit log are wanted. Objects are named by their id alone: some others are phone numbers. */
export const auditFilter = z.strictObject({
  actor: z.union([z.literal("system"), id]).nullish(),
  noun: word.nullish(),
  object: z.strictObject({ kind: word, id }).nullish(),
  since: moment.nullish(),
  until: moment.nullish(),
});
export type AuditFilterInput = z.infer<typeof auditFilter>;

/** The address of the file with these entries. */
export function auditFilePath(
  { actor, noun, object, since, until }: AuditFilterInput,
  format: FileFormat,
): string {
  const query = new URLSearchParams();
  const fields = { actor, noun, kind: object?.kind, id: object?.id };
  const times = { since: since?.toISOString(), until: until?.toISOString() };
  for (const [name, value] of Object.entries({ ...fields, ...times })) if (value) query.set(name, value);
  return `/audit-log.${format}${query.size > 0 ? `?${query}` : ""}`;
}

/** Reads what `auditFilePath` wrote; null if it is not one. */
export function readAuditFilePath(address: string): AuditFilterInput | null {
  const query = Object.fromEntries(new URL(address).searchParams);
  const { kind, id, ...rest } = query;
  const read = auditFilter.safeParse({ ...rest, object: kind || id ? { kind, id } : undefined });
  return read.success ? read.data : null;
}
