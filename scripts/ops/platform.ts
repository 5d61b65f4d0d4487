import { invitePlatformOwner, listPlatformMembers } from "@smscrm/db/platform/organisation";
import { INVITATION_HOURS } from "@smscrm/db/users/invitations";
import { hashToken, joinAddress, newToken } from "@smscrm/db/users/secret-tokens";
import { type OpsContext, OpsRefusal } from "./context.ts";
import { checkedEmail, sayLink } from "./input.ts";

/** `pnpm ops platform invite EMAIL | list`: who runs this installation from the dashboard. */
export async function platform(context: OpsContext, [verb, ...rest]: readonly string[]): Promise<void> {
  if (verb === "list" && rest.length === 0) return list(context);
  if (verb === "invite" && rest.length === 1) return invite(context, rest[0]!);
  throw new OpsRefusal("Use platform invite EMAIL, or platform list.");
}

async function invite(context: OpsContext, address: string): Promise<void> {
  const { sql, say, by, environment } = context;
  const email = checkedEmail(address, "platform invite EMAIL");
  const token = newToken();
  const made = await invitePlatformOwner(sql, { email, tokenHash: hashToken(token), by });
  if (made === "member") {
    throw new OpsRefusal(
      `${email} is a member of the platform already. For a lost password: pnpm ops person reset ${email}`,
    );
  }
  if (made.created) {
    say("Created the platform's own organisation. Its members create organisations, limit and suspend them.");
    say("They see no contact and no text, and must set up a second factor.");
  }
  sayLink(context, {
    what: `The link with which ${email} joins the platform as owner, valid for ${INVITATION_HOURS} hours`,
    expiresAt: made.expiresAt,
    url: joinAddress(environment.PUBLIC_URL, token),
  });
}

async function list({ sql, say }: OpsContext): Promise<void> {
  const members = await listPlatformMembers(sql);
  if (members.length === 0) {
    return say(
      "The platform has no members yet. Invite its first owner: pnpm ops platform invite ada@example.com",
    );
  }
  for (const { email, name, role } of members) say(`${email}  ${name}, ${role}`);
}
