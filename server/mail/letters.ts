import { INVITATION_HOURS } from "@smscrm/db/users/invitations";
import { RESET_MINUTES } from "@smscrm/db/users/password-resets";
import type { Mail } from "./mailer.ts";

/** An organisation's or person's name is part of a sentence: on one line, and never so long that it hides the rest. */
const NAME_MAX = 80;
const oneLine = (name: string) =>
  name
    .replace(/[\s\p{C}]+/gu, " ")
    .trim()
    .slice(0, NAME_MAX);

/** The mail to an invited person. */
export function invitationMail(invitation: {
  to: string;
  organisation: string;
  role: string;
  inviter: { name: string; email: string };
  url: string;
}): Mail {
  const { to, role, inviter, url } = invitation;
  const organisation = oneLine(invitation.organisation);
  return {
    to,
    subject: `Invitation to ${organisation}`,
    text: [
      `${oneLine(inviter.name)} (${inviter.email}) invited you to ${organisation}. Your role would be: ${oneLine(role)}.`,
      `Accept within ${INVITATION_HOURS} hours:`,
      url,
      "The link works once. Don't pass it on: anyone who has it can accept.",
      "If you don't expect this invitation, ignore it. Nothing happens until you accept.",
    ].join("\n\n"),
  };
}

/** The mail to a person who asked for a new password. */
export function resetMail({ to, url }: { to: string; url: string }): Mail {
  return {
    to,
    subject: "Choose a new password",
    text: [
      `Someone asked for a new password for the account ${to} at ${new URL(url).origin}.`,
      `To choose one, open this link within ${RESET_MINUTES} minutes:`,
      url,
      "The link works once, and all your sessions end.",
      "If it wasn't you, ignore this mail. Your password stays as it is.",
    ].join("\n\n"),
  };
}

/** The mail to a person whose way of signing in changed. */
export function changedMail({ to, change, url }: { to: string; change: string; url: string }): Mail {
  return {
    to,
    subject: "Your account changed",
    text: [
      `${change} This is about the account ${to} at ${new URL(url).origin}.`,
      "If it was you, there is nothing to do.",
      'If it wasn\'t you, choose a new password at once ("Forgot your password?" on the sign-in page), then look at your second factors and sessions under Security.',
    ].join("\n\n"),
  };
}

/** The mail to an owner whose organisation a platform operator asks to look into. */
export function supportRequestMail(request: {
  to: string;
  organisation: string;
  operator: { name: string; email: string };
  reason: string;
  url: string;
}): Mail {
  const { to, operator, url } = request;
  const organisation = oneLine(request.organisation);
  return {
    to,
    subject: `${oneLine(operator.name)} asks to look into ${organisation}`,
    text: [
      `${oneLine(operator.name)} (${operator.email}), who runs the platform at ${new URL(url).origin}, asks to read the data of ${organisation}.`,
      `The reason given: ${oneLine(request.reason)}`,
      "Until an owner agrees, they see nothing. Agree or refuse under Settings, Support access:",
      `${url}/settings#support`,
      "You can end it at any time. Everything they look at is in your audit log.",
    ].join("\n\n"),
  };
}

/** The report of a week or month to a member who asked for it. It has figures only, and nobody's name or number. */
export function reportMail(report: {
  to: string;
  organisation: string;
  cadence: "week" | "month";
  period: { from: string; to: string };
  lines: readonly string[];
  url: string;
}): Mail {
  const { to, cadence, period, lines, url } = report;
  const organisation = oneLine(report.organisation);
  return {
    to,
    subject: `${organisation}: report of the ${cadence} from ${period.from}`,
    text: [
      `The figures of ${organisation} from ${period.from} to ${period.to}, compared with the ${cadence === "week" ? "week" : "days"} before.`,
      lines.join("\n"),
      "See them by campaign, sender and country:",
      url,
      "You turned this mail on. To turn it off, open Reports, then Reports by mail.",
    ].join("\n\n"),
  };
}
