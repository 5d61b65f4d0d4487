import { domainOfAddress } from "@smscrm/core/process/single-sign-on";
import { hasSecondFactor, readSecondFactors } from "@smscrm/db/users/second-factors";
import { hashToken } from "@smscrm/db/users/secret-tokens";
import { holdPassword } from "@smscrm/db/users/sessions";
import {
  findConnection,
  findConnectionOfDomain,
  tenantName,
} from "@smscrm/db/users/single-sign-on/connections";
import { deletePendingLink, findPendingLink } from "@smscrm/db/users/single-sign-on/flows";
import { z } from "zod";
import { email } from "../../http/inputs.ts";
import { badRequest, unmet } from "../../http/refusals.ts";
import { anybody, type Context, router, signedIn } from "../../trpc.ts";
import { checkPassword } from "../check-password.ts";
import { enter, type Me, type PendingView } from "../me.ts";
import { type Admission, askSecondFactor, noteFailure } from "../sign-in.ts";
import { beginFlow } from "./begin-flow.ts";
import { beginLinked } from "./begin-linked.ts";
import { flowCookie } from "./flow-cookie.ts";

/** A page of ours, never another site's. */
const next = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\p{Cc}]*$/u, "This is not a page of the dashboard.")
  .default("/");

const NOT_HERE =
  "Single sign-on is not set up for this email address. Check the address, or sign in with your password.";
const OVER = "This sign-in took longer than ten minutes or was ended. Start again with single sign-on.";

/** Signing in, linking an account and proving who is there, through a tenant's identity provider. */
export const singleSignOn = router({
  /** Whether an address's organisation has single sign-on. It says nothing about accounts. */
  lookUp: anybody
    .input(z.object({ email }))
    .query(async ({ ctx: { dependencies }, input }): Promise<{ mode: "off" | "offered" | "required" }> => {
      const domain = domainOfAddress(input.email);
      const found = await dependencies.database.asSignIn((tx) => findConnectionOfDomain(tx, domain));
      return { mode: found?.mode ?? "off" };
    }),

  /** Returns the address at the provider. The answer's cookie binds the visit to this browser. */
  begin: anybody
    .input(z.object({ email, next }))
    .mutation(async ({ ctx, input }): Promise<{ url: string }> => {
      const domain = domainOfAddress(input.email);
      const { database } = ctx.dependencies;
      const connection = await database.asSignIn((tx) => findConnectionOfDomain(tx, domain));
      if (!connection) throw unmet(NOT_HERE);
      return beginFlow(ctx, connection, { purpose: "sign-in", sessionHash: null, ...input });
    }),

  /** A fresh proof: the provider must ask the person to sign in again. */
  prove: signedIn.mutation(async ({ ctx }): Promise<{ url: string }> => {
    const { session, dependencies } = ctx;
    const { database } = dependencies;
    if (session.signedInBy !== "sso") {
      throw unmet("You signed in with your password: confirm with your second factor or your password.");
    }
    const factors = await database.asSignIn((tx) => readSecondFactors(tx, session.userId));
    if (!session.providerFactor && hasSecondFactor(factors)) {
      throw unmet("Your account has a second factor: give a code or use a passkey.");
    }
    const connection = await database.asSignIn((tx) => findConnection(tx, session.tenant.id));
    if (!connection) throw unmet(NOT_HERE);
    const flow = { purpose: "prove", next: "/confirm", sessionHash: session.tokenHash } as const;
    return beginFlow(ctx, connection, { ...flow, email: session.email });
  }),

  /** The account that this browser's person must prove before it is linked; null: none waits. */
  pendingLink: anybody.query(
    async ({ ctx }): Promise<{ email: string; organisation: string; next: string } | null> => {
      const link = await linkOf(ctx);
      if (!link) return null;
      const organisation = await ctx.dependencies.database.asSignIn((tx) => tenantName(tx, link.tenantId));
      return { email: link.email, organisation, next: link.next };
    },
  ),

  /** Links the account by its password, and its second factor if it has one, and signs in to that organisation. */
  proveLink: anybody
    .input(z.object({ password: z.string().min(1, "Enter your password.").max(200) }))
    .mutation(async ({ ctx, input }): Promise<Me | PendingView> => {
      const { database, publicUrl } = ctx.dependencies;
      const link = await linkOf(ctx);
      if (!link) throw unmet(OVER);
      const given = { email: link.email, password: input.password };
      const { known, holds, forgive, refusable } = await checkPassword(ctx, given);
      if (!known || !holds || known.userId !== link.userId) {
        if (known) await database.asSignIn((tx) => noteFailure(tx, known.userId, ctx.visitor));
        await refusable();
        throw badRequest("The password is wrong.");
      }
      await forgive();
      const admission = await admitLinked(ctx, link, known.passwordHash);
      ctx.setCookie(flowCookie("sso_link", null, publicUrl));
      await ctx.streams.endOfEndedSessions();
      return enter(ctx, admission);
    }),

  /** Back to the first step. */
  dropLink: anybody.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    const { database, publicUrl } = ctx.dependencies;
    const token = ctx.linkToken;
    if (token) await database.asSignIn((tx) => deletePendingLink(tx, hashToken(token)));
    ctx.setCookie(flowCookie("sso_link", null, publicUrl));
    return { ok: true };
  }),
});

async function linkOf({ dependencies: { database }, linkToken }: Context) {
  if (linkToken === null) return null;
  const tokenHash = hashToken(linkToken);
  const link = await database.asSignIn((tx) => findPendingLink(tx, tokenHash));
  return link && { ...link, tokenHash };
}

async function admitLinked(
  ctx: Context,
  link: NonNullable<Awaited<ReturnType<typeof linkOf>>>,
  provenHash: string,
): Promise<Admission> {
  const { userId, tenantId, issuer, subject, role, providerFactor, tokenHash } = link;
  const arrival = { userId, tenantId };
  const identity = { issuer, subject, role };
  const start = { signedInBy: "sso", providerFactor } as const;
  const pending = await ctx.dependencies.database.asSignIn(async (tx) => {
    const isOpen = (await holdPassword(tx, userId, provenHash)) && (await deletePendingLink(tx, tokenHash));
    if (!isOpen) throw unmet(OVER);
    // Whatever the provider says: it must not take the place of the factor of an account that is not its own.
    return hasSecondFactor(await readSecondFactors(tx, userId))
      ? askSecondFactor(tx, arrival, { start, link: identity })
      : null;
  });
  return pending ?? { session: await beginLinked(ctx, arrival, identity, { start }) };
}
