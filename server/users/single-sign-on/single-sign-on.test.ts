import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  createBrowser,
  type IdentityProvider,
  startIdentityProvider,
} from "../../testing/identity-provider.ts";
import { createTenant, startTestServer, type TestServer } from "../../testing/test-api.ts";

let server: TestServer;
let idp: IdentityProvider;
let tenantId: string;

beforeAll(async () => {
  idp = await startIdentityProvider();
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "operator"]);
  const owner = await server.signIn("owner@acme.example.com");
  const done = await owner.mutate("identityProvider.configure", {
    issuer: idp.issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    groupsClaim: "groups",
    roleMap: [{ group: "senders", role: "operator" }],
    emailAlwaysVerified: false,
    asksSecondFactor: false,
  });
  expect(done.message).toBeUndefined();
  await server.sql`insert into sign_in_domains (tenant_id, domain, token, verified_at, verified_by)
    values (${tenantId}, 'acme.example.com', 't', now(), 'dns')`;
  const on = await owner.mutate("identityProvider.setMode", { mode: "offered" });
  expect(on.message).toBeUndefined();
});
afterAll(async () => {
  await server.close();
  await idp.close();
});

describe("single sign-on", () => {
  it("signs a new person in with the role of their group", async () => {
    idp.as("ada", {
      email: "ada@acme.example.com",
      email_verified: true,
      name: "Ada",
      groups: ["senders"],
    });
    const browser = createBrowser(server.app);
    expect(await browser.signIn("ada@acme.example.com", "/campaigns")).toBe("/campaigns");
    const me = await browser.query("auth.me");
    expect(me.data).toMatchObject({ user: { name: "Ada" }, role: "operator", signedInBy: "sso" });
  });
});
