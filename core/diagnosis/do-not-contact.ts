import { normalisePhone } from "../phone.ts";
import type { DoNotContactFacts, Finding } from "./facts.ts";
import { count, counted, stepsOf } from "./finding.ts";

const { ok, wrong } = stepsOf("doNotContact");

/** Numbers named in one sentence. */
const MOST_NAMED = 5;

/** Runbook: is the entry there, in E.164; did the gate hold it. */
export function diagnoseDoNotContact({ entries, sentAfter }: DoNotContactFacts): Finding[] {
  const idle = entries.filter((entry) => !isDialled(entry));
  return [
    idle.length === 0
      ? ok(`The newest ${count(entries.length)} entries are numbers as they are dialled.`)
      : wrong(
          `${counted(idle.length, "entry is no number that anybody has, and blocks", "entries are no numbers that anybody has, and block")} nobody: ${idle.slice(0, MOST_NAMED).join(", ")}.`,
          `Remove each and add the number that was meant, in E.164${suggestions(idle)}.`,
        ),
    sentAfter === 0
      ? ok("None of these was handed a message after its entry.")
      : wrong(
          `${counted(sentAfter, "message was", "messages were")} handed over to numbers that were already listed.`,
          "Use the kill switch now and tell engineering: the gate must never let this through.",
        ),
  ];
}

/** Whether the number is exactly what it is normalised to: then contacts, normalised the same way, match it. */
function isDialled(entry: string): boolean {
  const phone = normalisePhone(entry, "AU");
  return phone.ok && phone.e164 === entry;
}

/** What was meant, where it can be told: a national zero behind the country's code is the usual slip, +61 0491… */
function suggestions(idle: readonly string[]): string {
  const meant = idle.slice(0, MOST_NAMED).flatMap((entry) => {
    const phone = normalisePhone(entry, "AU");
    return phone.ok ? `${entry} → ${phone.e164}` : [];
  });
  return meant.length > 0 ? ` (${meant.join(", ")})` : "";
}
