import { count, counted } from "../text/counted.ts";
import type { Finding, WebhookFacts } from "./facts.ts";
import { stepsOf } from "./finding.ts";

const { ok, notice, wrong } = stepsOf("webhooks");

/** Fewer submissions than this without a callback may be a slow moment. */
const SUBMISSIONS_MIN = 20;

/** Checks the steps of the runbook: are the signatures valid, is the receiving number known, do events repeat? */
export function diagnoseWebhooks(facts: WebhookFacts): Finding[] {
  const { unknownNumbers } = facts;
  return [
    signatureStep(facts),
    ...(unknownNumbers === null ? [] : [numberStep(unknownNumbers)]),
    arrivalStep(facts),
    repeatStep(facts),
  ];
}

function signatureStep({ forgedLastHour, heard }: WebhookFacts): Finding {
  if (forgedLastHour === 0) return ok("Every webhook of the last hour was signed by the carrier.");
  const says = `${counted(forgedLastHour, "webhook of the last hour was", "webhooks of the last hour were")} not signed by the carrier.`;
  return heard > 0
    ? notice(
        says,
        "Others are valid, so these come from someone else. Look for their addresses in the API's log.",
      )
    : wrong(
        says,
        "Compare PUBLIC_URL with the address that is set at Twilio, character by character, and TWILIO_AUTH_TOKEN with the account's (TWILIO_AUTH_TOKEN_PREVIOUS during a rotation).",
      );
}

function numberStep(unknownNumbers: readonly string[]): Finding {
  if (unknownNumbers.length === 0) return ok("Every text came to one of our numbers.");
  return wrong(
    `Texts came to ${unknownNumbers.join(", ")}, which is not a sending number here: a STOP among them was not acted on.`,
    "Assign it: pnpm ops number assign NUMBER --tenant ID. A STOP that was sent to it then takes effect.",
  );
}

function arrivalStep({ submitted, heard, unknownMessages }: WebhookFacts): Finding {
  if (submitted >= SUBMISSIONS_MIN && heard === 0)
    return wrong(
      `The carrier accepted ${counted(submitted, "message")} in the last hour and sent no status for any of them.`,
      "Check that PUBLIC_URL is reachable from outside over https: the carrier's debugger shows what it got.",
    );
  if (unknownMessages > 0)
    return notice(
      `${counted(unknownMessages, "status callback of the last day is about a message that is", "status callbacks of the last day are about messages that are")} not ours.`,
      "Another program sends with this account, or this database was restored: pnpm ops restore.",
    );
  return ok(`The carrier reported on ${count(heard)} of ${counted(submitted, "message")} of the last hour.`);
}

function repeatStep({ repeated }: WebhookFacts): Finding {
  return repeated === 0
    ? ok("No event came more than three times.")
    : notice(
        `${counted(repeated, "event", "events")} came more than three times: our answer did not reach the carrier in time.`,
        "Look at the API's log for slow webhooks, and at the reverse proxy's limits.",
      );
}
