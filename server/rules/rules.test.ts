import { DEFAULT_SCHEDULE, everyDay } from "@smscrm/core/time/quiet-hours";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Caller, createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";
import type { RuleChangePage, RuleOverview } from "./router.ts";

let server: TestServer;
let acme: string;
let owner: Caller;
let admin: Caller;
let viewer: Caller;
let neighbour: Caller;

beforeAll(async () => {
  server = await startTestServer();
  acme = await createTenant(server.sql, "acme", ["owner", "admin", "viewer"]);
  await createTenant(server.sql, "other", ["owner", "viewer"]);
  [owner, admin, viewer, neighbour] = await Promise.all([
    server.signIn("owner@acme.example.com"),
    server.signIn("admin@acme.example.com"),
    server.signIn("viewer@acme.example.com"),
    server.signIn("owner@other.example.com"),
  ]);
});
afterAll(() => server.close());

beforeEach(async () => {
  const { sql } = server;
  await sql`delete from rule_changes`;
  await sql`update tenants set cap_per_day = 2, quiet_hours = ${sql.json(DEFAULT_SCHEDULE as never)}, rules_need_second_person = false`;
  await sql`update sessions set proven_at = now()`;
});

const secondPerson = (wanted: boolean, by = owner) =>
  by.mutate("settings.updateSecurity", {
    ...{ secondFactorPolicy: "optional", launchProofAbove: 1_000, rulesNeedSecondPerson: wanted },
  });

async function draft(change: object, by = admin): Promise<string> {
  return (await by.mutate<{ id: string }>("rules.draft", { change, note: "More reach" })).data.id;
}

/** The worker has replayed it. */
const replayed = (id: string) => server.sql`
  update rule_changes set replay_state = 'done', due_at = null where id = ${id}`;
const page = async (id: string, by = owner) => (await by.query<RuleChangePage>("rules.get", { id })).data;
const activate = (id: string, by: Caller, revision = 1) => by.mutate("rules.activate", { id, revision });
const capOf = async (by = owner) =>
  (await by.query<{ capPerDay: number | null }>("settings.get")).data.capPerDay;
const newestAudit = async () =>
  (await owner.query<{ items: { action: string; detail: object }[] }>("audit.list", {})).data.items[0]!;

describe("a draft of sending rules", () => {
  it("changes nothing, is a row for the worker, and says what it would change", async () => {
    const id = await draft({ capPerDay: 5, quietHours: [...DEFAULT_SCHEDULE] });
    expect(await capOf()).toBe(2);
    expect(await page(id)).toMatchObject({
      ...{ loosens: ["capPerDay"], others: ["acme admin"], isOwn: false, needSecondPerson: false },
      change: {
        status: "open",
        after: { capPerDay: 5 },
        before: { capPerDay: 2 },
        replayState: "waiting",
        isStale: false,
      },
    });
    const [row] = await server.sql<{ days: number }[]>`
      select extract(day from replay_until - replay_from)::int as days from rule_changes where id = ${id} and due_at is not null`;
    expect(row!.days).toBe(30);
  });

  it("is refused without a change, beyond five, by a viewer, and with a rule that the settings would refuse", async () => {
    expect(await admin.mutate("rules.draft", { change: { capPerDay: 2 }, note: "Same" })).toMatchObject({
      message: expect.stringMatching(/in force already/),
    });
    expect((await viewer.mutate("rules.draft", { change: { capPerDay: 3 }, note: "More" })).status).toBe(403);
    expect((await admin.mutate("rules.draft", { change: { capPerDay: 0 }, note: "None" })).status).toBe(400);
    expect((await admin.mutate("rules.draft", { change: { name: "Other" }, note: "Name" })).status).toBe(400);
    // The sixth of six at once is refused as well.
    const six = Array.from({ length: 6 }, (_, at) =>
      admin.mutate("rules.draft", { change: { capPerDay: 3 + at }, note: "More" }),
    );
    const statuses = (await Promise.all(six)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 412]);
  });

  it("is seen and taken by nobody of another organisation", async () => {
    const id = await draft({ capPerDay: 5 });
    await replayed(id);
    expect((await neighbour.query("rules.get", { id })).status).toBe(404);
    expect((await activate(id, neighbour)).status).toBe(404);
    expect((await neighbour.query<RuleOverview>("rules.list")).data.changes).toEqual([]);
    expect(await capOf(neighbour)).toBe(2);
  });
});

describe("an activation", () => {
  it("needs the result, a fresh proof and, where the organisation wants it, a second person", async () => {
    await secondPerson(true);
    const id = await draft({ capPerDay: 5 });
    expect(await activate(id, owner)).toMatchObject({
      status: 412,
      message: expect.stringMatching(/isn't finished/),
    });
    await replayed(id);
    expect(await activate(id, admin)).toMatchObject({
      status: 412,
      message: expect.stringMatching(/another member must activate it: acme owner/),
    });
    await server.sql`update sessions set proven_at = now() - interval '6 minutes'`;
    expect((await activate(id, owner)).status).toBe(428);
    await server.sql`update sessions set proven_at = now()`;
    expect((await activate(id, owner)).status).toBe(200);
    expect(await capOf()).toBe(5);
    expect(await newestAudit()).toMatchObject({
      action: "rules.activate",
      detail: { after: { capPerDay: 5 }, loosens: ["capPerDay"], secondPerson: true },
    });
    const { data } = await owner.query<RuleOverview>("rules.list");
    expect(data.versions[0]).toMatchObject({
      rules: { capPerDay: 5 },
      changedBy: "acme owner",
      ruleChangeId: id,
    });
    expect(data.changes[0]).toMatchObject({ id, status: "active", decidedBy: "acme owner", alone: false });
    expect((await activate(id, owner, 2)).message).toMatch(/activated or withdrawn already/);
  });

  it("by two people at once happens once", async () => {
    const id = await draft({ capPerDay: 5 });
    await replayed(id);
    const before = (await owner.query<RuleOverview>("rules.list")).data.versions[0]!.revision;
    const both = await Promise.all([activate(id, owner), activate(id, admin)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await owner.query<RuleOverview>("rules.list")).data.versions[0]!.revision).toBe(before + 1);
  });

  it("of a draft that another change has overtaken is refused in words, until it is replayed again", async () => {
    const [first, second] = [await draft({ capPerDay: 5 }), await draft({ capPerDay: 7 })];
    await replayed(first);
    await replayed(second);
    expect((await activate(first, owner)).status).toBe(200);
    expect((await page(second)).change.isStale).toBe(true);
    expect(await activate(second, owner)).toMatchObject({
      status: 409,
      message: expect.stringMatching(/rules have changed since this draft was replayed/),
    });
    expect((await owner.mutate("rules.replay", { id: second, revision: 1 })).status).toBe(200);
    expect((await page(second)).change).toMatchObject({
      isStale: false,
      replayState: "waiting",
      before: { capPerDay: 5 },
    });
    await replayed(second);
    expect((await activate(second, owner)).message).toMatch(/Somebody else changed this draft/);
    expect((await activate(second, owner, 2)).status).toBe(200);
    expect(await capOf()).toBe(7);
  });

  it("of stricter rules waits for nobody and nothing", async () => {
    await secondPerson(true);
    await server.sql`update sessions set proven_at = now() - interval '6 minutes'`;
    const id = await draft({ capPerDay: 1, quietHours: everyDay("10:00", "18:00") });
    expect((await activate(id, admin)).status).toBe(200);
    expect(await capOf()).toBe(1);
  });

  it("may be the drafter's where nobody else could, and the audit log says so", async () => {
    await secondPerson(true, neighbour);
    const id = await draft({ capPerDay: 5 }, neighbour);
    await replayed(id);
    expect((await page(id, neighbour)).others).toEqual([]);
    expect((await activate(id, neighbour)).status).toBe(200);
    const log = await neighbour.query<{ items: object[] }>("audit.list", {});
    expect(log.data.items[0]).toMatchObject({
      detail: { secondPerson: false, alone: "nobody else may change settings" },
    });
  });

  it("of texts at night is an owner's", async () => {
    const id = await draft({ quietHours: everyDay("06:00", "23:00") }, owner);
    await replayed(id);
    expect((await activate(id, admin)).message).toMatch(
      /Only an owner can allow texts between 21:00 and 09:00/,
    );
    expect((await activate(id, owner)).status).toBe(200);
  });

  it("never comes after a withdrawal, and a replay can be canceled once", async () => {
    const id = await draft({ capPerDay: 5 });
    expect((await admin.mutate("rules.cancel", { id, revision: 1 })).status).toBe(200);
    expect((await admin.mutate("rules.cancel", { id, revision: 2 })).status).toBe(409);
    expect((await page(id)).change.replayState).toBe("canceled");
    expect((await admin.mutate("rules.withdraw", { id, revision: 2 })).status).toBe(200);
    await replayed(id);
    expect((await activate(id, owner, 3)).message).toMatch(/activated or withdrawn already/);
    expect(await capOf()).toBe(2);
  });
});

describe("settings that are saved directly", () => {
  it("may loosen rules by default, and may only tighten them where a second person is wanted", async () => {
    expect((await owner.mutate("settings.update", { capPerDay: 4 })).status).toBe(200);
    await secondPerson(true);
    expect(await owner.mutate("settings.update", { capPerDay: null })).toMatchObject({
      status: 412,
      message: expect.stringMatching(/another member must activate that/),
    });
    expect((await owner.mutate("settings.update", { capPerDay: 3, name: "acme" })).status).toBe(200);
    // A form sends all its settings, and the unchanged ones loosen nothing.
    expect((await owner.mutate("settings.update", { capPerDay: 3, segmentsPerSecond: 300 })).status).toBe(
      200,
    );
    const { data } = await owner.query<RuleOverview>("rules.list");
    expect(data.versions[0]).toMatchObject({
      rules: { capPerDay: 3 },
      changedBy: "acme owner",
      ruleChangeId: null,
    });
  });

  it("the switch is an owner's, is off at first, and stays as it is where it isn't named", async () => {
    expect((await secondPerson(true, admin)).status).toBe(403);
    await secondPerson(true);
    const rest = { secondFactorPolicy: "optional", launchProofAbove: 500 };
    expect((await owner.mutate("settings.updateSecurity", rest)).data).toMatchObject({
      rulesNeedSecondPerson: true,
    });
    expect((await owner.query("settings.security")).data).toMatchObject({
      ...{ rulesNeedSecondPerson: true, launchProofAbove: 500 },
    });
  });

  it("SQL by hand and the platform's limit are versions too", async () => {
    await server.sql`update tenants set sending_hours_limit = ${server.sql.json(everyDay("09:00", "21:00") as never)} where id = ${acme}`;
    const { data } = await owner.query<RuleOverview>("rules.list");
    expect(data.versions[0]).toMatchObject({
      changedBy: null,
      rules: { sendingHoursLimit: expect.any(Array) },
    });
  });
});
