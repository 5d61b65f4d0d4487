import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setUpTotp } from "../../testing/second-factor.ts";
import { type Caller, createTenant, startTestServer, type TestServer } from "../../testing/test-api.ts";

let server: TestServer;
let acme: string;
let owner: Caller;
let operator: Caller;

beforeEach(async () => {
  server = await startTestServer();
  acme = await createTenant(server.sql, "acme", ["owner", "admin", "operator"]);
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
});
afterEach(() => server.close());

const setPolicy = (caller: Caller, secondFactorPolicy: string) =>
  caller.mutate("settings.updateSecurity", { secondFactorPolicy, launchProofAbove: 1_000 });
const me = async (caller: Caller) => (await caller.query<{ lacksSecondFactor: boolean }>("auth.me")).data;

describe("an organisation that requires a second factor", () => {
  it("lets a person without one only set one up, from their next request, and then in", async () => {
    await setUpTotp(owner);
    expect((await setPolicy(owner, "everybody")).status).toBe(200);
    expect(await me(operator)).toMatchObject({ lacksSecondFactor: true });
    for (const path of ["contacts.list", "killSwitch.status", "budget.status", "home.summary"]) {
      const refused = await operator.query(path, path === "contacts.list" ? {} : undefined);
      expect(refused, path).toMatchObject({
        status: 403,
        message: "acme requires a second factor. Set one up in the dashboard, under Security.",
      });
    }
    const upload = await server.app.request("/uploads/imports?fileName=a.csv", {
      method: "POST",
      headers: { cookie: operator.cookie, "content-type": "text/csv" },
      body: "phone\n",
    });
    expect(upload.status).toBe(403);
    expect(await me(owner)).toMatchObject({ lacksSecondFactor: false });
    await setUpTotp(operator);
    expect(await me(operator)).toMatchObject({ lacksSecondFactor: false });
    expect((await operator.query("contacts.list", {})).status).toBe(200);
  });

  it("may ask admins and owners alone", async () => {
    await setUpTotp(owner);
    const admin = await server.signIn("admin@acme.example.com");
    await setPolicy(owner, "admins");
    expect(await me(admin)).toMatchObject({ lacksSecondFactor: true });
    expect(await me(operator)).toMatchObject({ lacksSecondFactor: false });
  });

  it("never keeps anybody from pausing", async () => {
    await setUpTotp(owner);
    await setPolicy(owner, "everybody");
    expect((await operator.mutate("killSwitch.pause")).status).toBe(200);
    const curl = { method: "POST", headers: { cookie: operator.cookie } };
    expect((await server.app.request(`/tenants/${acme}/pause`, curl)).status).toBe(200);
    expect((await server.app.request(`/tenants/${acme}/resume`, curl)).status).toBe(403);
  });

  it("asks there alone: in another organisation the person works, and is asked when they switch", async () => {
    await setUpTotp(owner);
    await setPolicy(owner, "everybody");
    const second = await createTenant(server.sql, "second", []);
    await server.sql`insert into memberships (tenant_id, user_id, role)
      select ${second}, id, 'operator' from users where email = 'operator@acme.example.com'`;
    const switchTo = async (from: Caller, tenantId: string) => {
      const response = await server.app.request("/trpc/auth.switchTenant", {
        method: "POST",
        headers: { cookie: from.cookie, "content-type": "application/json" },
        body: JSON.stringify({ tenantId }),
      });
      return server.caller(response.headers.get("set-cookie")!.split(";")[0]);
    };
    const there = await switchTo(operator, second);
    expect((await there.query("contacts.list", {})).status).toBe(200);
    const back = await switchTo(there, acme);
    expect(await me(back)).toMatchObject({ lacksSecondFactor: true });
    expect((await back.query("contacts.list", {})).status).toBe(403);
  });

  it("ends the live streams of members without one", async () => {
    await setUpTotp(owner);
    const stream = await server.app.request(
      `/trpc/live.follow?input=${encodeURIComponent(JSON.stringify({ tenantId: acme, campaigns: [], imports: [] }))}`,
      { headers: { cookie: operator.cookie } },
    );
    const text = stream.text();
    await setPolicy(owner, "everybody");
    expect(await text).toMatch(/organisation or role changed/i);
  });

  it("is set by an owner who has one, and the change is written down", async () => {
    const admin = await server.signIn("admin@acme.example.com");
    expect(await setPolicy(admin, "everybody")).toMatchObject({ status: 403 });
    expect(await setPolicy(owner, "everybody")).toMatchObject({ status: 412 });
    await setUpTotp(owner);
    await setPolicy(owner, "everybody");
    const [entry] = await server.sql`
      select detail from audit_log where tenant_id = ${acme} and action = 'settings.update-security'`;
    expect(entry!.detail).toEqual({
      before: { secondFactorPolicy: "optional", launchProofAbove: 1_000 },
      after: { secondFactorPolicy: "everybody", launchProofAbove: 1_000 },
    });
  });
});
