import { expect } from "vitest";
import { CLIENT_ID, CLIENT_SECRET, type IdentityProvider } from "./identity-provider.ts";
import { type Caller, createTenant, type TestServer } from "./test-api.ts";

export const SETTINGS = {
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET as string | null | undefined,
  groupsClaim: "groups",
  roleMap: [] as { group: string; role: string }[],
  emailAlwaysVerified: false,
  asksSecondFactor: false,
};

/** Stores a provider as an owner does; the change must be accepted. */
export async function configure(
  owner: Caller,
  idp: Pick<IdentityProvider, "issuer">,
  settings: Partial<typeof SETTINGS> = {},
): Promise<void> {
  const done = await owner.mutate("identityProvider.configure", {
    issuer: idp.issuer,
    ...SETTINGS,
    ...settings,
  });
  expect(done.message).toBeUndefined();
}

export async function setMode(owner: Caller, mode: string): Promise<void> {
  expect((await owner.mutate("identityProvider.setMode", { mode })).message).toBeUndefined();
}

/** Records a domain as verified, without DNS. */
export const verify = (server: TestServer, tenantId: string, domain: string) =>
  server.sql`insert into sign_in_domains (tenant_id, domain, token, verified_at, verified_by)
    values (${tenantId}, ${domain}, 't', now(), 'dns')`;

/** Creates a tenant whose people may sign in at this provider, by the domain `<name>.example.com`. */
export async function tenantWithProvider(
  server: TestServer,
  name: string,
  idp: IdentityProvider,
  settings: Partial<typeof SETTINGS> = {},
) {
  const id = await createTenant(server.sql, name, ["owner", "operator", "viewer"]);
  const owner = await server.signIn(`owner@${name}.example.com`);
  await configure(owner, idp, settings);
  await verify(server, id, `${name}.example.com`);
  await setMode(owner, "offered");
  return { id, owner };
}

/** What the tenant's audit log says, newest last. */
export const auditOf = async (server: TestServer, tenantId: string, action: string) =>
  (
    await server.sql<{ detail: Record<string, unknown> }[]>`
      select detail from audit_log where tenant_id = ${tenantId} and action = ${action} order by id`
  ).map(({ detail }) => detail);
