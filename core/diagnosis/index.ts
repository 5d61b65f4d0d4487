import { diagnoseBudget } from "./budget.ts";
import { diagnoseDoNotContact } from "./do-not-contact.ts";
import type { DiagnosisFacts, Finding } from "./facts.ts";
import { diagnoseFailures } from "./failures.ts";
import { diagnoseQuietHours } from "./quiet-hours.ts";
import { diagnoseSending } from "./sending.ts";
import { diagnoseWebhooks } from "./webhooks.ts";

/** Returns the findings for the runbook's six common issues, in its order. */
export function diagnose(facts: DiagnosisFacts): Finding[] {
  return [
    ...diagnoseSending(facts.sending),
    ...diagnoseWebhooks(facts.webhooks),
    ...diagnoseDoNotContact(facts.doNotContact),
    ...diagnoseBudget(facts.budget),
    ...diagnoseFailures(facts.failures),
    ...diagnoseQuietHours(facts.quietHours),
  ];
}
