import { counted } from "@smscrm/core/text/counted";
import { turnOffSecondFactors } from "@smscrm/db/users/invitations";
import { insertPasswordReset, RESET_MINUTES } from "@smscrm/db/users/password-resets";
import { hashToken, newToken, resetAddress } from "@smscrm/db/users/secret-tokens";
import {
  endSessionsOfAddress,
  listSessionsOfAddress,
  type SessionAtConsole,
} from "@smscrm/db/users/sessions-at-console";
import { type OpsContext, OpsRefusal } from "./context.ts";
import { checkedEmail, sayLink } from "./input.ts";

export interface PersonOptions {
  end?: boolean;
}

const USAGE = "Use person reset EMAIL, person sessions EMAIL [--end], or person second-factor-off EMAIL.";
const VERBS = { reset, sessions, "second-factor-off": secondFactorOff };

/** `pnpm ops person VERB EMAIL`: what helps a member who is locked out, or whose session was stolen. */
export async function person(
  context: OpsContext,
  words: readonly string[],
  options: PersonOptions,
): Promise<void> {
  const [verb = "", address, ...rest] = words;
  if (!Object.hasOwn(VERBS, verb) || rest.length > 0 || (options.end && verb !== "sessions"))
    throw new OpsRefusal(USAGE);
  const email = checkedEmail(address, `person ${verb} EMAIL`);
  return VERBS[verb as keyof typeof VERBS](context, email, options);
}

/** Prints a link with which a member who lost their password, or is locked out, chooses a new one. */
async function reset(context: OpsContext, email: string): Promise<void> {
  const { sql, by, environment } = context;
  const token = newToken();
  const made = await insertPasswordReset(sql, { email, tokenHash: hashToken(token), by });
  if (!made) {
    throw new OpsRefusal(
      `No active account has the address ${email}. Invite a new member under Settings → People, or with pnpm ops tenant invite.`,
    );
  }
  sayLink(context, {
    what: `The link with which ${email} chooses a new password, valid for ${RESET_MINUTES} minutes. Using it ends all of their sessions`,
    expiresAt: made.expiresAt,
    url: resetAddress(environment.PUBLIC_URL, token),
  });
}

/** For a member who lost their phone and their recovery codes. Check who asks first: the password alone signs in afterwards. */
async function secondFactorOff({ sql, by, say }: OpsContext, email: string): Promise<void> {
  const done = await turnOffSecondFactors(sql, { email, by });
  if (!done) throw noAccount(email);
  say(
    done.factors === 0
      ? `${email} had no second factor. All of their sessions have ended.`
      : `Turned off the second factor of ${email} and ended all of their sessions. The password alone signs them in now.`,
  );
}

/** Lists a person's open sessions, or ends them. What opens a session is never printed. */
async function sessions({ sql, by, say }: OpsContext, email: string, { end }: PersonOptions): Promise<void> {
  if (end) {
    const done = await endSessionsOfAddress(sql, { email, by });
    if (!done) throw noAccount(email);
    return say(
      done.ended === 0
        ? `${email} had no open session. Unfinished sign-ins, known browsers and reset links have ended.`
        : `Ended ${counted(done.ended, "session")} of ${email}, with their open pages, and all unfinished sign-ins, known browsers and reset links.`,
    );
  }
  const open = await listSessionsOfAddress(sql, email);
  if (!open) throw noAccount(email);
  if (open.length === 0) return say(`${email} has no open session.`);
  say(`${email} has ${counted(open.length, "open session")}. To end all of them, add --end.`);
  for (const session of open) say(sessionLine(session));
}

function sessionLine({ createdAt, lastSeenAt, organisation, userAgent, address }: SessionAtConsole): string {
  const where = [plain(userAgent) || "unknown browser", address ? `from ${address}` : null];
  return `signed in ${createdAt.toISOString()}, last seen ${lastSeenAt.toISOString()}, ${organisation}, ${where.filter(Boolean).join(", ")}`;
}

/** A visitor chooses the text of their browser's name, so nothing in it may steer the operator's terminal. */
const plain = (text: string | null): string => text?.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim() ?? "";

const noAccount = (email: string) => new OpsRefusal(`No account has the address ${email}.`);
