import { turnOffSecondFactors } from "@smscrm/db/users/invitations";
import { insertPasswordReset, RESET_MINUTES } from "@smscrm/db/users/password-resets";
import { hashToken, newToken, resetAddress } from "@smscrm/db/users/secret-tokens";
import { type OpsContext, OpsRefusal } from "./context.ts";
import { checkedEmail, sayLink } from "./input.ts";

const USAGE = "Use person reset EMAIL, or person second-factor-off EMAIL.";

/** `pnpm ops person VERB EMAIL`: what helps a member who is locked out. */
export async function person(context: OpsContext, words: readonly string[]): Promise<void> {
  const [verb, address, ...rest] = words;
  const run = verb === "reset" ? reset : verb === "second-factor-off" ? secondFactorOff : null;
  if (!run || rest.length > 0) throw new OpsRefusal(USAGE);
  return run(context, checkedEmail(address, `person ${verb} EMAIL`));
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
  if (!done) throw new OpsRefusal(`No account has the address ${email}.`);
  say(
    done.factors === 0
      ? `${email} had no second factor. All of their sessions have ended.`
      : `Turned off the second factor of ${email} and ended all of their sessions. The password alone signs them in now.`,
  );
}
