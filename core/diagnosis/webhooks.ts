import type { Finding, WebhookFacts } from "./facts.ts";
import { count, counted, stepsOf } from "./finding.ts";

const { ok, notice, wrong } = stepsOf("webhooks");

/** Fewer hand-overs than this without a word may be a slow moment. */
const LEAST_HAND_OVERS = 20;

/** Runbook: do the signatures hold, is the receiving number known, do events come again and again. */
export function diagnoseWebhooks(facts: WebhookFacts): Finding[] {
  return [signatureStep(facts), numberStep(facts), arrivalStep(facts), repeatStep(facts)];
}

function signatureStep({ forgedLastHour, heard }: WebhookFacts): Finding {
  if (forgedLastHour === 0) return ok("Every webhook of the last hour was signed by the carrier.");
  const says = `${counted(forgedLastHour, "webhook of the last hour was", "webhooks of the last hour were")} not signed by the carrier.`;
  return heard > 0
    ? notice(says, "Others hold, so somebody else knocks. Look at their addresses in the API's log.")
    : wrong(
        says,
        "Compare PUBLIC_URL with the address that is set at Twilio, to the letter, and TWILIO_AUTH_TOKEN with the account's (TWILIO_AUTH_TOKEN_PREVIOUS during a rotation).",
      );
}

function numberStep({ unknownNumbers }: WebhookFacts): Finding {
  if (unknownNumbers.length === 0) return ok("Every text came to a number of ours.");
  return wrong(
    `Texts came to ${unknownNumbers.join(", ")}, which is no sending number here: a STOP among them was not acted on.`,
    "Add the number under Sending numbers, and add who wrote STOP to the do-not-contact list.",
  );
}

function arrivalStep({ handedOver, heard, unknownMessages }: WebhookFacts): Finding {
  if (handedOver >= LEAST_HAND_OVERS && heard === 0)
    return wrong(
      `The carrier took ${counted(handedOver, "message", "messages")} in the last hour and said nothing about any.`,
      "Check that PUBLIC_URL is reached from outside over https: the carrier's debugger shows what it got.",
    );
  if (unknownMessages > 0)
    return notice(
      `${counted(unknownMessages, "status callback of the last day is about a message that is", "status callbacks of the last day are about messages that are")} not ours.`,
      "Another program sends with this account, or this database was restored: pnpm ops restore.",
    );
  return ok(`Something was heard of ${count(heard)} of the ${count(handedOver)} messages of the last hour.`);
}

function repeatStep({ repeated }: WebhookFacts): Finding {
  return repeated === 0
    ? ok("No event came again and again.")
    : notice(
        `${counted(repeated, "event", "events")} came more than three times: our answer did not reach the carrier in time.`,
        "Look at the API's log for slow webhooks, and at the reverse proxy's limits.",
      );
}
