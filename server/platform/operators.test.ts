import type { TenantLimits } from "@smscrm/core/platform/limits";
import { DEFAULT_SCHEDULE, everyDay } from "@smscrm/core/time/quiet-hours";
import { setLimits } from "@smscrm/db/platform/limits";
import type { Organisation, OrganisationPage } from "@smscrm/db/platform/overview";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "../router.ts";
import { setUpTotp } from "../testing/second-factor.ts";
import {
  addContacts,
  type Caller,
  createPlatform,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let acme: string;
let beta: string;
let owner: Caller;
let operator: Caller;
let auditor: Caller;

beforeAll(async () => {
  server = await startTestServer();
  await createPlatform(server.sql, ["owner", "operator", "auditor"]);
  acme = await createTenant(server.sql, "acme", ["owner", "admin"]);
  beta = await createTenant(server.sql, "beta");
  for (const tenantId of [acme, beta]) await addContacts(server.sql, tenantId, FICTION);
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@platform.example.com");
  auditor = await server.signIn("auditor@platform.example.com");
});
afterAll(() => server.close());

type Definition = { type: "query" | "mutation" | "subscription"; meta?: { action: string } };
const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: Definition }>,
).map(([path, { _def }]) => ({ path, type: _def.type, action: _def.meta?.action ?? null }));

const reason = "Agreed by phone";

describe("a platform operator", () => {
  it("can only set up a second factor before having one", async () => {
    expect(await operator.query("platform.organisations", {})).toMatchObject({ status: 403 });
    await setUpTotp(operator);
    await setUpTotp(auditor);
    expect((await operator.query("platform.organisations", {})).status).toBe(200);
  });

  it("sees every organisation and its counters, and no contact, number or text", async () => {
    const { data } = await operator.query<OrganisationPage>("platform.organisations", {});
    expect(data.items.map(({ name }) => name)).toEqual(["acme", "beta"]);
    const one = await operator.query<Organisation>("platform.organisation", { id: acme });
    expect(one.data).toMatchObject({
      owners: [{ email: "owner@acme.example.com" }],
      health: { queued: 0, runningCampaigns: 0, submittedToday: 0 },
      settings: { dailyBudgetCents: 100_000 },
    });
    for (const phone of FICTION) expect(JSON.stringify([data, one.data])).not.toContain(phone.slice(1));
  });

  it("pages through organisations by name, and finds one by a part of it", async () => {
    await server.sql`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
      select 'Many ' || lpad(n::text, 3, '0'), 'Australia/Sydney', 'AU', 0, 0 from generate_series(1, 120) n`;
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { data }: { data: OrganisationPage } = await operator.query("platform.organisations", { cursor });
      seen.push(...data.items.map(({ name }) => name));
      cursor = data.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(122);
    expect(new Set(seen).size).toBe(122);
    const { data } = await operator.query<OrganisationPage>("platform.organisations", { search: "y 07" });
    expect(data.items).toHaveLength(10);
  });

  const ofOrganisations = procedures.filter(
    ({ action, type }) => action !== null && type !== "subscription" && !action.startsWith("platform."),
  );
  it.each(ofOrganisations.filter(({ action }) => action !== "audit.read" && action !== "people.manage"))(
    "is refused $path",
    async ({ path, type }) => {
      const answer =
        type === "query" ? await operator.query(path, {}) : await operator.mutate(path, { id: acme });
      expect(answer.code).toBe("FORBIDDEN");
    },
  );

  it("is kept from contacts and texts by the database itself", async () => {
    for (const table of [
      "contacts",
      "send_jobs",
      "inbound_messages",
      "messages_of_imports",
      "do_not_contact",
    ]) {
      const exists = await server.sql`select to_regclass(${table}) is not null as exists`;
      if (!exists[0]!.exists) continue;
      const [row] =
        await server.sql`select has_any_column_privilege('smscrm_platform', ${table}, 'select') as may`;
      expect(row!.may, table).toBe(false);
    }
    const columns = await server.sql<{ name: string }[]>`
      select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
        and has_column_privilege('smscrm_platform', c.oid, a.attnum, 'select')
        and a.attname ~ 'phone|body|hash|secret|token|key|custom|evidence|detail|summary|file_name|label'`;
    expect(columns.map(({ name }) => name).filter((name) => !/tokens/.test(name))).toEqual([]);
  });

  it("creates an organisation, whose owner joins by the link", async () => {
    const made = await operator.mutate<{ id: string; url: string }>("platform.create", {
      name: "Gamma",
      country: "AU",
      timezone: "Australia/Perth",
      owner: "first@gamma.example.com",
    });
    const token = new URL(made.data.url).hash.slice(1) || new URL(made.data.url).search.split("=")[1]!;
    const joined = await server.caller().mutate("join.asNewPerson", {
      token: token.replace(/^token=/, ""),
      name: "First",
      password: "a sentence that nobody guesses",
    });
    expect(joined.status).toBe(200);
    const again = await operator.mutate("platform.create", {
      name: "gamma",
      country: "AU",
      timezone: "Australia/Perth",
      owner: "first@gamma.example.com",
    });
    expect(again).toMatchObject({ code: "CONFLICT" });
    const [entry] = await server.sql`
      select detail ->> 'by' as by, u.email from audit_log a join users u on u.id = a.actor_id
      where action = 'tenant.create' and a.tenant_id = ${made.data.id}`;
    expect(entry).toEqual({ by: "operator@platform.example.com", email: "operator@platform.example.com" });
  });

  it("suspends and reinstates, with the reason in the organisation's own audit log", async () => {
    expect((await operator.mutate("platform.suspend", { id: beta, reason: "Spam complaints" })).status).toBe(
      200,
    );
    const neighbour = await server.signIn("owner@beta.example.com");
    expect((await neighbour.query("killSwitch.status")).data).toMatchObject({
      suspendedReason: "Spam complaints",
    });
    expect(await operator.mutate("platform.suspend", { id: beta, reason })).toMatchObject({
      code: "CONFLICT",
    });
    expect((await operator.mutate("platform.reinstate", { id: beta, reason })).data).toEqual({
      staysPaused: false,
    });
    const by = "operator@platform.example.com";
    const log = await neighbour.query<{ items: { action: string }[] }>("audit.list", {});
    expect(log.data.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "tenant.suspend", detail: { by, reason: "Spam complaints" } }),
        expect.objectContaining({ action: "tenant.reinstate", detail: { by, reason } }),
      ]),
    );
  });

  it("gives members of the platform only its three roles", async () => {
    const chief = await server.signIn("owner@platform.example.com");
    await setUpTotp(chief);
    const invite = (role: string) =>
      chief.mutate("people.invite", { email: "new@platform.example.com", role });
    expect(await invite("admin")).toMatchObject({ code: "BAD_REQUEST" });
    expect(await invite("agent")).toMatchObject({ code: "BAD_REQUEST" });
    expect((await invite("operator")).status).toBe(200);
  });
});

describe("an auditor of the platform", () => {
  it("reads and changes nothing", async () => {
    expect((await auditor.query("platform.organisation", { id: acme })).status).toBe(200);
    for (const { path } of procedures.filter(({ action }) => action === "platform.manage")) {
      expect(await auditor.mutate(path, { id: acme, reason }), path).toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

describe("a member of an organisation", () => {
  it("is refused everything of the platform", async () => {
    for (const { path, type } of procedures.filter(({ path }) => path.startsWith("platform."))) {
      const input = { id: acme, reason, limits: { dailyBudgetCents: null } };
      const answer = type === "query" ? await owner.query(path, input) : await owner.mutate(path, input);
      expect(answer, path).toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

describe("a limit of the platform", () => {
  const limit = (limits: Partial<TenantLimits>) =>
    operator.mutate("platform.setLimits", { id: acme, reason, limits });

  it("lowers what is above it, says what, and records both", async () => {
    const done = await limit({
      dailyBudgetCents: 5_000,
      segmentsPerSecond: 10,
      sendingHours: DEFAULT_SCHEDULE,
    });
    expect(done.data).toMatchObject({ lowered: { dailyBudgetCents: 5_000, segmentsPerSecond: 10 } });
    const { data } = await owner.query<Record<string, unknown>>("settings.get");
    expect(data).toMatchObject({
      dailyBudgetCents: 5_000,
      segmentsPerSecond: 10,
      limits: { dailyBudgetCents: 5_000, monthlyBudgetCents: null },
    });
    const [entry] = await server.sql`
      select detail from audit_log where action = 'tenant.limits' and tenant_id = ${acme} order by id desc limit 1`;
    expect(entry!.detail).toMatchObject({ reason, lowered: { dailyBudgetCents: 5_000 } });
  });

  it.each([
    [{ dailyBudgetCents: 5_001 }, "limits the daily budget to 50.00"],
    [{ segmentsPerSecond: 11 }, "limits the segments per second to 10"],
    [{ quietHours: everyDay("08:00", "21:00") }, "limits your sending hours to 09:00–21:00"],
  ])("is not passed by an owner: %j", async (change, words) => {
    expect(await owner.mutate("settings.update", change)).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: expect.stringContaining(words),
    });
    if ("dailyBudgetCents" in change) {
      expect(await owner.mutate("budget.change", { ...change, reason })).toMatchObject({
        code: "PRECONDITION_FAILED",
      });
    }
  });

  it("is not passed by an override of quiet hours", async () => {
    await server.sql`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      values (${acme}, '+61444000100', 'AU', 10)`;
    const { data } = await owner.mutate<{ id: string }>("campaigns.create", DRAFT);
    const checked = await owner.query<{ canOverrideQuietHours: boolean }>("campaigns.preflight", {
      id: data.id,
    });
    expect(checked.data.canOverrideQuietHours).toBe(false);
    const launch = { id: data.id, quietHoursOverrideReason: "Demonstration at night" };
    expect(await owner.mutate("campaigns.launch", launch)).toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("limits your sending hours to 09:00–21:00"),
    });
  });

  it("is not passed by a limit that is set while the owner saves", async () => {
    const both = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0
        ? owner.mutate("settings.update", { segmentsPerSecond: 10 })
        : setLimits(
            server.dependencies.pipeline,
            { by: "op", userId: null },
            {
              ...{ tenantId: acme, reason },
              change: { segmentsPerSecond: n === 19 ? 5 : 10 - (n % 4) },
            },
          ),
    );
    for (const answer of await Promise.all(both)) {
      if (answer && "status" in answer) expect([200, 412]).toContain(answer.status);
    }
    const [row] = await server.sql`
      select segments_per_second <= segments_per_second_limit as within from tenants where id = ${acme}`;
    expect(row!.within).toBe(true);
  });

  it("counts numbers and names, also when two are added at once, and a retired one is put back", async () => {
    await limit({ sendingNumbers: 2 });
    const add = (phone: string) =>
      owner.mutate<{ id: string }>("numbers.add", {
        ...{ phone, kind: "alphanumeric", country: "AU", segmentsPerSecond: 5, warmUp: false },
      });
    const added = await Promise.all([add("ACMEONE"), add("ACMETWO")]);
    expect(added.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(added.find(({ status }) => status === 412)!.message).toContain("platform's operator limits");
    const first = added.find(({ status }) => status === 200)!.data.id;
    await owner.mutate("numbers.update", { id: first, status: "retired" });
    expect((await add("ACMETHREE")).status).toBe(200);
    expect(await owner.mutate("numbers.update", { id: first, status: "active" })).toMatchObject({
      status: 412,
    });
  });

  it("counts the bytes of uploads", async () => {
    await limit({ uploadBytesPerDay: 40 });
    const upload = () =>
      server.app.request("/uploads/imports?fileName=a.csv", {
        method: "POST",
        headers: { cookie: owner.cookie, "content-type": "text/csv", origin: "https://texts.example.com" },
        body: "phone,name\n+61491570006,Mia\n",
      });
    expect((await upload()).status).toBe(201);
    const refused = await upload();
    expect(refused.status).toBe(429);
    await limit({ uploadBytesPerDay: null });
    expect((await upload()).status).toBe(201);
  });
});
