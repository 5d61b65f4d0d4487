import { counted } from "@smscrm/core/text/counted";
import { createTenant, inviteOwner, listTenants } from "@smscrm/db/tenants/tenants";
import { INVITATION_HOURS } from "@smscrm/db/users/invitations";
import { hashToken, joinAddress, newToken } from "@smscrm/db/users/secret-tokens";
import { type OpsContext, OpsRefusal } from "./context.ts";
import { checkedCountry, checkedEmail, checkedZone, sayLink } from "./input.ts";

export interface TenantOptions {
  name?: string;
  country?: string;
  zone?: string;
  owner?: string;
}

const NAME_MAX = 100;

/** `pnpm ops tenant create | invite | list`: creates an organisation and invites its owner. */
export async function tenant(
  context: OpsContext,
  [verb, ...rest]: readonly string[],
  options: TenantOptions,
): Promise<void> {
  if (rest.length === 0 && verb === "create") return create(context, options);
  if (rest.length === 0 && verb === "invite") return inviteAnOwner(context, options);
  if (rest.length === 0 && verb === "list") return list(context);
  throw new OpsRefusal(
    'Use tenant create --name "Acme" --country AU --zone Australia/Sydney --owner EMAIL, tenant invite --tenant ID --owner EMAIL, or tenant list. A name of several words stands in quotes.',
  );
}

async function create(context: OpsContext, options: TenantOptions): Promise<void> {
  const { sql, say, by, environment } = context;
  const name = options.name?.trim().replace(/\s+/g, " ") ?? "";
  if (name === "" || name.length > NAME_MAX)
    throw new OpsRefusal(`Give it a name: --name "Acme", at most ${NAME_MAX} letters.`);
  const country = checkedCountry(options.country);
  const timezone = checkedZone(options.zone, country);
  const email = checkedEmail(options.owner, "--owner EMAIL");
  const token = newToken();
  const made = await createTenant(
    sql,
    { name, country, timezone },
    { email, tokenHash: hashToken(token), by },
  );
  if ("takenBy" in made) {
    throw new OpsRefusal(
      `An organisation already has that name: ${made.takenBy}. For a new link for its owner: pnpm ops tenant invite --tenant ${made.takenBy} --owner ${email}`,
    );
  }
  say(`Created ${name} (${made.id}), ${country}, ${timezone}.`);
  say(
    "Its budgets are 0. Nothing is sent until an owner sets them under Settings, and adds a sending number.",
  );
  sayLink(context, {
    what: `The link with which ${email} joins as owner, valid for ${INVITATION_HOURS} hours`,
    expiresAt: made.expiresAt,
    url: joinAddress(environment.PUBLIC_URL, token),
  });
}

async function inviteAnOwner(context: OpsContext, options: TenantOptions): Promise<void> {
  const { sql, by, tenantId, environment } = context;
  if (!tenantId) throw new OpsRefusal("Name the organisation: --tenant ID. pnpm ops tenant list shows all.");
  const email = checkedEmail(options.owner, "--owner EMAIL");
  const token = newToken();
  const made = await inviteOwner(sql, tenantId, { email, tokenHash: hashToken(token), by });
  if (made === "not-found")
    throw new OpsRefusal(`No organisation has the id ${tenantId}. pnpm ops tenant list shows all.`);
  if (made === "member") {
    throw new OpsRefusal(
      `${email} is already a member. For a lost password: pnpm ops person reset ${email}. For another role ask one of its owners, or invite another address.`,
    );
  }
  sayLink(context, {
    what: `The link with which ${email} joins ${made.name} as owner, valid for ${INVITATION_HOURS} hours`,
    expiresAt: made.expiresAt,
    url: joinAddress(environment.PUBLIC_URL, token),
  });
}

async function list({ sql, say }: OpsContext): Promise<void> {
  const all = await listTenants(sql);
  if (all.length === 0) {
    return say(
      'There is no organisation yet. Create one: pnpm ops tenant create --name "Acme" --country AU --zone Australia/Sydney --owner ada@example.com',
    );
  }
  for (const { id, name, country, timezone, owners, members, invitations } of all) {
    say(
      `${id}  ${name}, ${country}, ${timezone}: ${counted(members, "member")}, owners among them: ${owners}, ${counted(invitations, "open invitation")}`,
    );
  }
}
