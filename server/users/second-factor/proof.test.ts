import { needsProof, PROOF_PROCEDURES } from "@smscrm/core/process/second-factor";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appRouter } from "../../router.ts";
import { codeOf, setUpTotp } from "../../testing/second-factor.ts";
import {
  addContacts,
  type Caller,
  createPlatform,
  createTenant,
  DRAFT,
  FICTION,
  PASSWORD,
  startTestServer,
  type TestServer,
} from "../../testing/test-api.ts";

let server: TestServer;
let acme: string;
let owner: Caller;

beforeEach(async () => {
  server = await startTestServer();
  acme = await createTenant(server.sql, "acme", ["owner", "operator"]);
  owner = await server.signIn("owner@acme.example.com");
});
afterEach(() => server.close());

const WANTED = { status: 428, code: "PRECONDITION_REQUIRED" };
const grow = (minutes: number) =>
  server.sql`update sessions set proven_at = clock_timestamp() - make_interval(mins => ${minutes})`;
const prove = (input: Record<string, unknown>) => owner.mutate("secondFactor.prove", input);
const resume = () =>
  server.app.request(`/tenants/${acme}/resume`, { method: "POST", headers: { cookie: owner.cookie } });

describe("an action that asks for a fresh proof", () => {
  it("is a procedure that exists", () => {
    expect(Object.keys(appRouter._def.procedures)).toEqual(expect.arrayContaining(PROOF_PROCEDURES));
  });

  it("is refused by every procedure of the table, with a sentence that says what to do, and only to who may", async () => {
    const operator = await server.signIn("operator@acme.example.com");
    await createPlatform(server.sql, ["owner"]);
    const ofPlatform = await server.signIn("owner@platform.example.com");
    await setUpTotp(ofPlatform);
    await grow(6);
    for (const path of PROOF_PROCEDURES.filter((each) => needsProof(each) === "always")) {
      const caller = path.startsWith("platform.") ? ofPlatform : owner;
      const refused = await caller.mutate(path, "no such input");
      expect(refused, path).toMatchObject(WANTED);
      expect(refused.message).toContain("secondFactor.prove");
    }
    expect(await operator.mutate("people.invite", "no such input")).toMatchObject({ status: 403 });
    expect(
      await server.sql`select 1 from audit_log where action = 'access.denied' and actor_id = (
      select id from users where email = 'owner@acme.example.com')`,
    ).toHaveLength(0);
  });

  it("passes for five minutes after a sign-in, and a session from before the upgrade is asked", async () => {
    await grow(4);
    expect((await owner.mutate("killSwitch.resume")).status).toBe(200);
    await grow(5);
    expect(await owner.mutate("killSwitch.resume")).toMatchObject(WANTED);
    await server.sql`update sessions set proven_at = null`;
    expect(await owner.mutate("killSwitch.resume")).toMatchObject(WANTED);
  });

  it("passes again after the password of a person who has no second factor, which is written down", async () => {
    await grow(6);
    expect(await prove({ kind: "password", password: "guess" })).toMatchObject({ status: 400 });
    expect(await owner.mutate("killSwitch.resume")).toMatchObject(WANTED);
    expect((await prove({ kind: "password", password: PASSWORD })).status).toBe(200);
    expect((await owner.mutate("killSwitch.resume")).status).toBe(200);
    const rows = await server.sql`
      select action from audit_log where tenant_id = ${acme} and action like 'auth.prove%' order by id`;
    expect(rows.map(({ action }) => action)).toEqual(["auth.prove-failed", "auth.prove"]);
  });

  it("takes a second factor where there is one, each code once, and then no password", async () => {
    const { secret, recoveryCodes } = await setUpTotp(owner);
    await grow(6);
    expect(await prove({ kind: "password", password: PASSWORD })).toMatchObject({ status: 400 });
    const code = codeOf(secret);
    const answers = await Promise.all([1, 2, 3].map(() => prove({ kind: "totp", code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    await grow(6);
    expect(await owner.mutate("secondFactor.renewRecoveryCodes")).toMatchObject(WANTED);
    expect((await prove({ kind: "recovery-code", code: recoveryCodes[0] })).status).toBe(200);
    expect((await owner.mutate("secondFactor.removeTotp")).status).toBe(200);
  });

  it("is proven for one session alone, and guesses have a limit of their own", async () => {
    const elsewhere = await server.signIn("owner@acme.example.com");
    await grow(6);
    await prove({ kind: "password", password: PASSWORD });
    expect(await elsewhere.mutate("killSwitch.resume")).toMatchObject(WANTED);
    for (let nth = 0; nth < 5; nth++) await prove({ kind: "password", password: "guess" });
    expect(await prove({ kind: "password", password: PASSWORD })).toMatchObject({ status: 429 });
    await server.signIn("owner@acme.example.com");
  });

  it("gives the session a new token, and a copy of the old cookie gains nothing", async () => {
    await grow(6);
    const old = server.caller(owner.cookie);
    const [before] =
      await server.sql`select expires_at as "expiresAt", created_at as "createdAt" from sessions`;
    await prove({ kind: "password", password: PASSWORD });
    expect(owner.cookie).not.toBe(old.cookie);
    expect((await owner.mutate("killSwitch.resume")).status).toBe(200);
    // What another tab had begun still ends well.
    expect((await old.query("campaigns.list", {})).status).toBe(200);
    expect(await old.mutate("killSwitch.resume")).toMatchObject(WANTED);
    expect(await old.mutate("secondFactor.prove", { kind: "password", password: PASSWORD })).toMatchObject({
      status: 409,
    });
    const { data: open } = await owner.query<{ current: boolean }[]>("auth.sessions");
    expect(open.map(({ current }) => current)).toEqual([true]);
    const rows = await server.sql`
      select expires_at as "expiresAt", created_at as "createdAt", proven_at is not null as proven,
        expires_at < clock_timestamp() + interval '31 seconds' as ends from sessions order by ends`;
    expect(rows).toMatchObject([
      { ...before, proven: true, ends: false },
      { proven: false, ends: true },
    ]);
    await server.sql`update sessions set expires_at = clock_timestamp() where expires_at < now() + interval '31 seconds'`;
    expect((await old.query("campaigns.list", {})).status).toBe(401);
    expect((await owner.query("campaigns.list", {})).status).toBe(200);
  });

  it("lets a live stream come back with the new cookie instead of calling it signed out", async () => {
    const response = await server.app.request(
      "/trpc/live.follow?input=%7B%22topics%22%3A%5B%22alerts%22%5D%7D",
      {
        headers: { cookie: owner.cookie, accept: "text/event-stream" },
      },
    );
    expect(response.status).toBe(200);
    await prove({ kind: "password", password: PASSWORD });
    const said = await response.text();
    expect(said).toContain("serialized-error");
    expect(said).not.toContain("UNAUTHORIZED");
  });

  it("stays proven when the organisation is switched, and no longer than before", async () => {
    const second = await createTenant(server.sql, "second", []);
    await server.sql`insert into memberships (tenant_id, user_id, role)
      select ${second}, id, 'owner' from users where email = 'owner@acme.example.com'`;
    const switchTo = async (from: Caller, tenantId: string) => {
      const response = await server.app.request("/trpc/auth.switchTenant", {
        method: "POST",
        headers: { cookie: from.cookie, "content-type": "application/json" },
        body: JSON.stringify({ tenantId }),
      });
      return server.caller(response.headers.get("set-cookie")!.split(";")[0]);
    };
    const there = await switchTo(owner, second);
    expect((await there.mutate("killSwitch.resume")).status).toBe(200);
    await grow(6);
    const back = await switchTo(there, acme);
    expect(await back.mutate("killSwitch.resume")).toMatchObject(WANTED);
  });
});

describe("what asks only sometimes", () => {
  const launch = async () => {
    const { data } = await owner.mutate<{ id: string }>("campaigns.create", DRAFT);
    return owner.mutate("campaigns.launch", { id: data.id });
  };

  it("is a launch to more recipients than an owner allows without", async () => {
    await addContacts(server.sql, acme, FICTION.slice(0, 3));
    await grow(6);
    expect((await launch()).status).toBe(200);
    await server.sql`update tenants set launch_proof_above = 2 where id = ${acme}`;
    expect(await launch()).toMatchObject(WANTED);
    const { data } = await owner.mutate<{ id: string }>("campaigns.create", DRAFT);
    const at = new Date(Date.now() + 86_400_000).toISOString();
    expect(await owner.mutate("campaigns.schedule", { id: data.id, at })).toMatchObject(WANTED);
    await server.sql`update tenants set launch_proof_above = null where id = ${acme}`;
    expect((await launch()).status).toBe(200);
    await server.sql`update tenants set launch_proof_above = 2 where id = ${acme}`;
    await prove({ kind: "password", password: PASSWORD });
    expect((await launch()).status).toBe(200);
  });

  it("is the end of trial mode, but not its beginning", async () => {
    await grow(6);
    expect((await owner.mutate("safeguards.setTrial", { isOn: true })).status).toBe(200);
    expect(await owner.mutate("safeguards.setTrial", { isOn: false })).toMatchObject(WANTED);
    await prove({ kind: "password", password: PASSWORD });
    expect((await owner.mutate("safeguards.setTrial", { isOn: false })).status).toBe(200);
  });

  it("is another budget among the settings, but not the same one with another name", async () => {
    await grow(6);
    const same = { name: "Acme", dailyBudgetCents: 100_000, monthlyBudgetCents: 1_000_000 };
    expect((await owner.mutate("settings.update", same)).status).toBe(200);
    expect(await owner.mutate("settings.update", { dailyBudgetCents: 100_001 })).toMatchObject(WANTED);
  });
});

describe("the plain routes", () => {
  it("resume within five minutes of a sign-in, and say after that what to do; pausing never asks", async () => {
    expect((await resume()).status).toBe(200);
    await grow(6);
    const refused = await resume();
    expect(refused.status).toBe(428);
    expect(((await refused.json()) as { error: string }).error).toMatch(/proof of who you are/);
    const pause = () =>
      server.app.request(`/tenants/${acme}/pause`, { method: "POST", headers: { cookie: owner.cookie } });
    expect((await pause()).status).toBe(200);
    expect((await owner.mutate("killSwitch.pause")).status).toBe(200);
    await prove({ kind: "password", password: PASSWORD });
    expect((await resume()).status).toBe(200);
  });

  it("export a campaign's messages only with a fresh proof", async () => {
    const { data } = await owner.mutate<{ id: string }>("campaigns.create", DRAFT);
    const { path } = (await owner.mutate<{ path: string }>("campaigns.export", { id: data.id })).data;
    const download = () => server.app.request(path, { headers: { cookie: owner.cookie } });
    expect((await download()).status).toBe(200);
    await grow(6);
    expect((await download()).status).toBe(428);
    expect(await server.sql`select 1 from audit_log where action = 'campaign.export'`).toHaveLength(1);
  });
});
