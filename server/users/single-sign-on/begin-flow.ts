import { SINGLE_SIGN_ON_PROBLEMS } from "@smscrm/core/process/single-sign-on";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import type { Connection } from "@smscrm/db/users/single-sign-on/connections";
import { type Flow, insertFlow } from "@smscrm/db/users/single-sign-on/flows";
import { unmet } from "../../http/refusals.ts";
import type { Context } from "../../trpc.ts";
import { withinVisitLimit } from "../check-password.ts";
import { flowCookie, flowSecretsOf } from "./flow-cookie.ts";
import { SignInFault } from "./provider.ts";
import { openConnection } from "./setup.ts";

/** Where providers lead people back to. Owners enter this address at their provider. */
export const CALLBACK_PATH = "/sign-in/sso/callback";

/**
 * Begins a visit to a tenant's provider in this browser, for ten minutes and one answer, and returns the address to go to.
 * `email` fills in the address there.
 */
export async function beginFlow(
  ctx: Context,
  connection: Connection,
  flow: Omit<Flow, "tenantId"> & { email?: string },
): Promise<{ url: string }> {
  const { database, publicUrl, singleSignOn, log } = ctx.dependencies;
  await withinVisitLimit(ctx.dependencies, ctx.visitor.address);
  const token = newToken();
  const { email, ...kept } = flow;
  const ask = { redirectUri: `${publicUrl}${CALLBACK_PATH}`, email, again: flow.purpose === "prove" };
  const open = await openConnection(singleSignOn, database, connection);
  const url = await singleSignOn.providers.addressFor(open, flowSecretsOf(token), ask).catch((error) => {
    if (!(error instanceof SignInFault)) throw error;
    log.warn({ tenantId: connection.tenantId, cause: error.message }, "A single sign-on could not begin");
    const detail = flow.purpose === "try" ? ` ${error.message}.` : "";
    throw unmet(`${SINGLE_SIGN_ON_PROBLEMS[error.problem]}${detail}`);
  });
  const { tenantId } = connection;
  await database.asSignIn((tx) => insertFlow(tx, { ...kept, tenantId, tokenHash: hashToken(token) }));
  ctx.setCookie(flowCookie("sso_flow", token, publicUrl));
  return { url };
}
