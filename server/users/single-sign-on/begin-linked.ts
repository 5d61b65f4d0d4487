import { SINGLE_SIGN_ON_PROBLEMS } from "@smscrm/core/process/single-sign-on";
import { lockPerson } from "@smscrm/db/users/second-factors";
import { findEmail } from "@smscrm/db/users/sessions";
import { type IdentityLink, linkProven } from "@smscrm/db/users/single-sign-on/identities";
import { conflict, unmet } from "../../http/refusals.ts";
import type { Context } from "../../trpc.ts";
import { type Arrival, type BegunSession, beginSession, type Start } from "../sign-in.ts";
import { tellOfLink } from "./arrive.ts";

/**
 * Links an account, whose password and second factor were proven, with a person of the tenant's provider, and begins their
 * session in that tenant.
 */
export async function beginLinked(
  ctx: Context,
  arrival: Arrival,
  link: IdentityLink,
  { start, factor }: { start: Start; factor?: string },
): Promise<BegunSession> {
  const { visitor, session: replaced, dependencies } = ctx;
  const { database, pipeline } = dependencies;
  if (!(await linkProven(pipeline, arrival, link))) throw conflict(SINGLE_SIGN_ON_PROBLEMS["other-person"]);
  const begun = await database.asSignIn(async (tx) => {
    if (!(await lockPerson(tx, arrival.userId))) return null;
    const given = factor === undefined ? {} : { factor };
    return beginSession(tx, arrival, visitor, { start, browserToken: null, replaced, ...given });
  });
  if (!begun) throw unmet(SINGLE_SIGN_ON_PROBLEMS["account-closed"]);
  const email = await database.asSignIn((tx) => findEmail(tx, arrival.userId));
  if (email) await tellOfLink(dependencies, arrival.tenantId, email);
  return begun;
}
