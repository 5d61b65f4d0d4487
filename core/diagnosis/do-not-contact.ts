import { normalisePhone } from "../contacts/phone.ts";
import { count, counted } from "../text/counted.ts";
import type { DoNotContactFacts, Finding } from "./facts.ts";
import { stepsOf } from "./finding.ts";

const { ok, wrong } = stepsOf("doNotContact");

/** How many numbers one sentence names. */
const NAMED_MAX = 5;

/** Checks the steps of the runbook: whether the entry exists in E.164, and whether the gate blocked the number. */
export function diagnoseDoNotContact({ entries, sentAfter }: DoNotContactFacts): Finding[] {
  const idle = entries.filter((entry) => !isNormalised(entry));
  return [
    idle.length === 0
      ? ok(`All of the newest entries (${count(entries.length)}) are valid numbers.`)
      : wrong(
          `${counted(idle.length, "entry is not a valid number, and blocks", "entries are not valid numbers, and block")} nobody: ${idle.slice(0, NAMED_MAX).join(", ")}.`,
          `Remove each and add the number that was meant, in E.164${suggestions(idle)}.`,
        ),
    sentAfter === 0
      ? ok("No listed number got a message after it was added.")
      : wrong(
          `${counted(sentAfter, "message was", "messages were")} submitted to numbers that were already listed.`,
          "Use the kill switch now and tell engineering: the gate must never let this through.",
        ),
  ];
}

/** Whether the number is already normalised. Contacts are normalised too, so only then do they match it. */
function isNormalised(entry: string): boolean {
  const phone = normalisePhone(entry, "AU");
  return phone.ok && phone.e164 === entry;
}

/** Suggests the number that was meant. The usual mistake is a national zero after the country code: +61 0491… */
function suggestions(idle: readonly string[]): string {
  const meant = idle.slice(0, NAMED_MAX).flatMap((entry) => {
    const phone = normalisePhone(entry, "AU");
    return phone.ok ? `${entry} → ${phone.e164}` : [];
  });
  return meant.length > 0 ? ` (${meant.join(", ")})` : "";
}
