import { THRESHOLDS } from "../alerts/rules.ts";
import { count } from "../text/counted.ts";
import type { FailureFacts, Finding } from "./facts.ts";
import { stepsOf } from "./finding.ts";

const { ok, wrong } = stepsOf("failures");

/** With fewer finished messages than this a rate says nothing. */
const FINISHED_MIN = 20;

/**
 * The runbook's "Resolution", by the most frequent reason. Messages that a gate refused as intended are not failures.
 */
const ADVICE: Readonly<Record<string, string>> = {
  "Invalid phone": "Improve import validation: look at the import's rejected rows and the list's source.",
  "Provider error": "Check the Twilio account's status, balance and the error codes of the messages.",
  Undelivered:
    "Look at the error codes of the messages: an old list (30003, 30005, 30006), or a filtered text (30007).",
  Consent:
    "Review the consent requirements of the recipients' countries, and the evidence given at the import.",
  Content: "Give the merge fields a fallback: these texts would have had gaps.",
  "No price": "Add a price for the recipients' country: nothing is sent without one.",
};

/** Checks the step of the runbook: which reason do most failures share? */
export function diagnoseFailures({ finished, reasons }: FailureFacts): Finding[] {
  const failures = reasons.filter(({ reason }) => reason in ADVICE);
  const failed = failures.reduce((sum, { jobs }) => sum + jobs, 0);
  const share = finished > 0 ? failed / finished : 0;
  const says = `${count(failed)} of the ${count(finished)} messages that were finished in the last week failed (${(share * 100).toFixed(1)} %)`;
  const [worst] = [...failures].sort((a, b) => b.jobs - a.jobs);
  if (!worst || finished < FINISHED_MIN || share <= THRESHOLDS.failureRate) return [ok(`${says}.`)];
  return [
    wrong(`${says}, most of them for "${worst.reason}" (${count(worst.jobs)}).`, ADVICE[worst.reason]!),
  ];
}
