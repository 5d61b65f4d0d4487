import { counted } from "@smscrm/core/text/counted";
import type { SigningState } from "@smscrm/db/audit/signed-heads";

/** An hour until the next signature, and an hour of delay. */
const UNSIGNED_HOURS = 2;

/** Says how far the audit logs are signed and copied; what is wrong stands in capitals. */
export function signingLines(
  { signedAt, unsigned, unsignedSince, copy, broken }: SigningState,
  now: Date,
): string[] {
  const late = unsignedSince !== null && hoursSince(unsignedSince, now) > UNSIGNED_HOURS;
  const signed = signedAt ? `last signed ${signedAt.toISOString()}` : "never signed";
  const waiting = late
    ? `, ${counted(unsigned, "log")} NOT SIGNED since ${unsignedSince.toISOString()}: is AUDIT_SIGNING_KEY set for the worker?`
    : "";
  const lines = [`Audit logs: ${signed}${waiting}`];
  if (copy?.failingSince)
    lines.push(
      `Audit logs: NOT COPIED to ${copy.place} since ${copy.failingSince.toISOString()} (${counted(copy.waiting, "head")}): ${copy.problem}`,
    );
  else if (copy) lines.push(`Audit logs: copied to ${copy.place}, ${counted(copy.waiting, "head")} to copy`);
  else if (signedAt) lines.push("Audit logs: copied nowhere (AUDIT_COPY)");
  if (broken > 0) lines.push(`Audit logs: ${broken} BROKEN: pnpm ops audit verify`);
  return lines;
}

const hoursSince = (since: Date, now: Date) => (now.getTime() - since.getTime()) / 3_600_000;
