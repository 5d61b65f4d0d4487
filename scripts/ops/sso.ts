import { isFreeMail } from "@smscrm/core/process/single-sign-on";
import { newToken } from "@smscrm/db/users/secret-tokens";
import { listConnections, offerAtConsole } from "@smscrm/db/users/single-sign-on/connections";
import { confirmDomain, releaseDomain } from "@smscrm/db/users/single-sign-on/domains";
import { type OpsContext, OpsRefusal } from "./context.ts";
import { checkedDomain } from "./input.ts";

const USAGE =
  "Use sso list, sso domain confirm DOMAIN --tenant ID, sso domain release DOMAIN, or sso offer --tenant ID.";

/** `pnpm ops sso list | domain confirm | domain release | offer`: what owners can't do themselves about single sign-on. */
export async function sso(context: OpsContext, words: readonly string[]): Promise<void> {
  const [verb, action, domain, ...rest] = words;
  if (verb === "list" && words.length === 1) return list(context);
  if (verb === "offer" && words.length === 1) return offer(context);
  if (verb !== "domain" || rest.length > 0) throw new OpsRefusal(USAGE);
  if (action === "confirm") return confirm(context, checkedDomain(domain));
  if (action === "release") return release(context, checkedDomain(domain));
  throw new OpsRefusal(USAGE);
}

async function list({ sql, say }: OpsContext): Promise<void> {
  const all = await listConnections(sql);
  if (all.length === 0) return say("No organisation has an identity provider.");
  for (const { name, tenantId, issuer, mode, domains } of all)
    say(`${name} (${tenantId}): ${mode}, ${issuer}, ${domains.join(" ") || "no verified domain"}`);
}

/** For an installation that can't ask DNS. The operator checks who owns the domain. */
async function confirm({ sql, say, by, tenantId }: OpsContext, domain: string): Promise<void> {
  if (!tenantId) throw new OpsRefusal("Name the organisation: --tenant ID. pnpm ops tenant list shows all.");
  if (isFreeMail(domain))
    throw new OpsRefusal(`Anybody can have an address at ${domain}, so it can't belong to an organisation.`);
  const done = await confirmDomain(sql, { tenantId, domain, token: newToken(), by });
  if (done === "not-found")
    throw new OpsRefusal(`No organisation has the id ${tenantId}. pnpm ops tenant list shows all.`);
  if (done === "taken") {
    throw new OpsRefusal(
      `Another organisation has verified ${domain}. To take it away there: pnpm ops sso domain release ${domain}`,
    );
  }
  say(`Confirmed ${domain} for ${tenantId}. Its addresses can sign in there with single sign-on.`);
}

async function release({ sql, say, by }: OpsContext, domain: string): Promise<void> {
  const released = await releaseDomain(sql, { domain, by });
  if (!released) throw new OpsRefusal(`No organisation has verified ${domain}. pnpm ops sso list shows all.`);
  say(`Released ${domain} from ${released.tenantId}. Open sessions stay until they end.`);
}

/** The last resort where a provider is away and no owner has a second factor. */
async function offer({ sql, say, by, tenantId }: OpsContext): Promise<void> {
  if (!tenantId) throw new OpsRefusal("Name the organisation: --tenant ID. pnpm ops sso list shows all.");
  const before = await offerAtConsole(sql, { tenantId, by });
  if (before === null)
    throw new OpsRefusal(`${tenantId} has no identity provider. pnpm ops sso list shows all.`);
  say(
    before === "required"
      ? `Single sign-on of ${tenantId} is no longer required: its people can sign in with their passwords.`
      : `Nothing changed: single sign-on of ${tenantId} is ${before}.`,
  );
}
