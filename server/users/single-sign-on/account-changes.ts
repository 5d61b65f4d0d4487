import type { TenantDatabase, TenantTransaction } from "@smscrm/db/postgres/connection";
import { listTenantsOf } from "@smscrm/db/users/sessions";
import { forbidden } from "../../http/refusals.ts";
import type { Session } from "../session.ts";

/**
 * Whether this session may change the account: its password and second factors. A session that began at a tenant's
 * identity provider may not if the account opens other tenants as well: the people who run that provider can begin such a session.
 */
export async function mayChangeAccount(tx: TenantTransaction, session: Session): Promise<boolean> {
  if (session.signedInBy !== "sso") return true;
  const tenants = await listTenantsOf(tx, session.userId);
  return tenants.every(({ id }) => id === session.tenant.id);
}

export async function refuseAccountChange(
  { database }: { database: TenantDatabase },
  session: Session,
): Promise<void> {
  if (session.signedInBy !== "sso") return;
  if (await database.asSignIn((tx) => mayChangeAccount(tx, session))) return;
  throw forbidden(
    "Your account also opens other organisations, so it can't be changed after single sign-on. Sign out, sign in with your password, and change it then.",
  );
}
