import { ROLES } from "@smscrm/core/process/roles";
import { SINGLE_SIGN_ON_MODES } from "@smscrm/core/process/single-sign-on";
import { recordAudit } from "@smscrm/db/audit/audit";
import { newToken } from "@smscrm/db/users/secret-tokens";
import { isBreakGlassOwner } from "@smscrm/db/users/single-sign-on/allowed-start";
import * as db from "@smscrm/db/users/single-sign-on/connections";
import * as domains from "@smscrm/db/users/single-sign-on/domains";
import { z } from "zod";
import { badRequest, conflict, found, notFound, unmet } from "../../http/refusals.ts";
import { allowed, type Context, router } from "../../trpc.ts";
import type { Session } from "../session.ts";
import { beginFlow, CALLBACK_PATH } from "./begin-flow.ts";
import { SignInFault } from "./provider.ts";
import { isAllowedScheme } from "./provider-network.ts";
import { type SecretsKeys, seal } from "./sealed-secret.ts";
import { secretOwner } from "./setup.ts";
import { domainName, isShownByDns, recordOf } from "./verify-domain.ts";

type Signed = Context & { session: Session };

/** The most rows of the map from groups to roles. */
const ROWS_MAX = 200;

const name = (what: string, max = 200) => z.string().trim().min(1, `Enter ${what}.`).max(max);

const configuration = z.object({
  issuer: name("the issuer’s address", 500).refine(
    (text) => URL.canParse(text) && !/[?#@]/.test(text),
    "Enter the issuer’s address, such as https://login.example.com.",
  ),
  clientId: name("the client id"),
  /** Left out: the secret stays. Null: a public client, which has none. */
  clientSecret: name("the client secret", 1_000).nullish(),
  groupsClaim: name("the name of the claim with the groups", 100),
  roleMap: z.array(z.object({ group: name("a group"), role: z.enum(ROLES) })).max(ROWS_MAX),
  emailAlwaysVerified: z.boolean(),
  asksSecondFactor: z.boolean(),
});

const NOT_SET_UP = "Enter your identity provider first.";

/** The owner's settings of single sign-on. */
export const identityProvider = router({
  get: allowed("security.write").query(async ({ ctx }) => {
    const { tenantId, dependencies, session } = ctx;
    const { publicUrl, singleSignOn, database } = dependencies;
    const shown = await ctx.inTenant(async (tx) => ({
      connection: await db.readConnection(tx, tenantId),
      domains: (await domains.listDomains(tx, tenantId)).map(({ token, ...domain }) => ({
        ...domain,
        record: recordOf(token),
      })),
    }));
    return {
      ...shown,
      callbackUrl: `${publicUrl}${CALLBACK_PATH}`,
      /** Whether this server can store a client secret. */
      keepsSecrets: singleSignOn.keys !== null,
      /** Whether this owner could still sign in with the password if single sign-on were required. */
      isBreakGlass: await database.asSignIn((tx) => isBreakGlassOwner(tx, tenantId, session.userId)),
    };
  }),

  /** Stores the provider once it answers. A change undoes the last trial, and "required" becomes "offered". */
  configure: allowed("security.write")
    .input(configuration)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      const { tenantId, dependencies, session } = ctx;
      const { database, singleSignOn } = dependencies;
      const { clientSecret, ...settings } = input;
      if (!isAllowedScheme(new URL(settings.issuer), singleSignOn.network))
        throw badRequest("The issuer’s address must begin with https://.");
      const before = await database.asSignIn((tx) => db.findConnection(tx, tenantId));
      // A secret must never go to another provider than the one that it was entered for.
      if (clientSecret === undefined && before?.clientSecret && before.issuer !== settings.issuer)
        throw badRequest("Enter the client secret again: the issuer is another one.");
      const secret = sealed(singleSignOn.keys, tenantId, clientSecret);
      await mustAnswer(ctx, settings.issuer, settings.clientId);
      await ctx.inTenant(async (tx) => {
        await db.writeConnection(tx, tenantId, settings, secret);
        await note(tx, ctx, "sso.configure", {
          ...{ issuer: settings.issuer, clientId: settings.clientId, groupsClaim: settings.groupsClaim },
          ...{ roleMap: settings.roleMap, secret: secretChange(clientSecret) },
          emailAlwaysVerified: settings.emailAlwaysVerified,
          asksSecondFactor: settings.asksSecondFactor,
        });
      });
      if (before && before.issuer !== settings.issuer) {
        await database.asSignIn((tx) => db.endProviderSessions(tx, tenantId, session.tokenHash));
        await ctx.streams.endOfEndedSessions();
      }
      return { ok: true };
    }),

  /** Switches single sign-on off, on, or makes it the only way but for owners with a second factor. */
  setMode: allowed("security.write")
    .input(z.object({ mode: z.enum(SINGLE_SIGN_ON_MODES) }))
    .mutation(async ({ ctx, input: { mode } }): Promise<{ ok: true }> => {
      const { tenantId, dependencies, session } = ctx;
      const { database } = dependencies;
      const isBreakGlass =
        mode !== "required" ||
        (await database.asSignIn((tx) => isBreakGlassOwner(tx, tenantId, session.userId)));
      await ctx.inTenant(async (tx) => {
        const present = await db.readConnection(tx, tenantId);
        if (!present) throw unmet(NOT_SET_UP);
        if (mode === "off" && session.signedInBy === "sso")
          throw unmet(
            "You are signed in with single sign-on, which this would end. Sign in with your password first.",
          );
        if (mode !== "off" && !(await domains.hasVerifiedDomain(tx, tenantId)))
          throw unmet(
            "Verify a domain first: people are led to your provider by the domain of their address.",
          );
        if (mode === "required" && (!present.trial || present.trial.problem !== null))
          throw unmet(
            "Choose “Try it” first. It must end without a problem before single sign-on can be required.",
          );
        if (!isBreakGlass)
          throw unmet(
            "Set a password and a second factor up for yourself first: if your provider is away, only owners with both can sign in.",
          );
        await db.setMode(tx, tenantId, mode);
        await note(tx, ctx, "sso.mode", { from: present.mode, to: mode });
      });
      if (mode === "off") await database.asSignIn((tx) => db.endProviderSessions(tx, tenantId, null));
      // Sessions that the mode does not allow open nothing from now on.
      await ctx.streams.endOfEndedSessions();
      return { ok: true };
    }),

  /** Begins a sign-in that changes nothing and shows what would result. */
  tryIt: allowed("security.write").mutation(async ({ ctx }): Promise<{ url: string }> => {
    const { session, tenantId, dependencies } = ctx;
    const connection = await dependencies.database.asSignIn((tx) => db.findConnection(tx, tenantId));
    if (!connection) throw unmet(NOT_SET_UP);
    const flow = {
      purpose: "try",
      next: "/settings/single-sign-on",
      sessionHash: session.tokenHash,
    } as const;
    return beginFlow(ctx, connection, flow);
  }),

  addDomain: allowed("security.write")
    .input(z.object({ domain: domainName }))
    .mutation(async ({ ctx, input: { domain } }): Promise<{ ok: true }> => {
      const { tenantId } = ctx;
      await ctx.inTenant(async (tx) => {
        const added = await domains.addDomain(tx, { tenantId, domain, token: newToken() });
        if (added === "present") throw conflict("This domain is in the list already.");
        if (added === "too-many")
          throw unmet(`There are ${domains.DOMAINS_MAX} domains. Remove one that you don't use first.`);
        await note(tx, ctx, "sso.domain-add", { domain });
      });
      return { ok: true };
    }),

  /** Looks for the domain's TXT record now. */
  checkDomain: allowed("security.write")
    .input(z.object({ domain: domainName }))
    .mutation(async ({ ctx, input: { domain } }): Promise<{ ok: true }> => {
      const { tenantId, dependencies, session } = ctx;
      const { singleSignOn, database } = dependencies;
      const listed = await ctx.inTenant((tx) => domains.listDomains(tx, tenantId));
      const { token, verifiedAt } = found(
        listed.find((each) => each.domain === domain),
        "domain",
      );
      if (verifiedAt) return { ok: true };
      const shown = await isShownByDns(singleSignOn.resolveTxt, domain, token);
      if (typeof shown === "string") throw unmet(shown);
      if (!shown)
        throw unmet(
          `DNS does not show the record ${recordOf(token)} at ${domain} yet. It can take some hours after you added it.`,
        );
      const actorId = session.userId;
      const verified = await database.asSignIn((tx) =>
        domains.verifyDomain(tx, { tenantId, domain, actorId }),
      );
      if (verified === "taken") throw conflict(TAKEN);
      return { ok: true };
    }),

  removeDomain: allowed("security.write")
    .input(z.object({ domain: domainName }))
    .mutation(async ({ ctx, input: { domain } }): Promise<{ ok: true }> => {
      await ctx.inTenant(async (tx) => {
        const removed = await domains.removeDomain(tx, ctx.tenantId, domain);
        if (removed === "not-found") throw notFound("domain");
        if (removed === "last")
          throw unmet(
            "Single sign-on is required, so one verified domain must stay. Offer it instead first.",
          );
        await note(tx, ctx, "sso.domain-remove", { domain });
      });
      return { ok: true };
    }),
});

const TAKEN =
  "Another organisation on this server has verified this domain. If it is yours, ask the platform operator to release it.";

const secretChange = (given: string | null | undefined) => {
  if (given === undefined) return "unchanged";
  return given === null ? "none" : "new";
};

/** Returns what to store: a new secret, none, or undefined for what is there. */
function sealed(
  keys: SecretsKeys | null,
  tenantId: string,
  given: string | null | undefined,
): db.SealedValue | null | undefined {
  if (given === undefined || given === null) return given;
  if (!keys)
    throw unmet(
      "This server has no key to encrypt the client secret with. Ask the platform operator to set SECRETS_KEY.",
    );
  return seal(keys, secretOwner(tenantId), given);
}

/** Refuses a provider that does not answer. The secret is not needed for that. */
async function mustAnswer({ dependencies }: Context, issuer: string, clientId: string): Promise<void> {
  await dependencies.singleSignOn.providers.check({ issuer, clientId, clientSecret: null }).catch((error) => {
    if (!(error instanceof SignInFault)) throw error;
    throw unmet(`No identity provider answers at this address. ${error.message}.`);
  });
}

function note(
  tx: Parameters<typeof recordAudit>[0],
  { session: { userId, tenant } }: Signed,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const about = { objectKind: "tenant", objectId: tenant.id };
  return recordAudit(tx, { tenantId: tenant.id, actorId: userId, action, ...about, detail });
}
