import { backfillTexted } from "@smscrm/db/audiences/texted";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let stranger: Caller;
let ids: string[];

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme");
  owner = await server.signIn("owner@acme.example.com");
  ids = await addContacts(server.sql, tenantId, FICTION);
  await addContacts(server.sql, await createTenant(server.sql, "other"), FICTION);
  stranger = await server.signIn("owner@other.example.com");
});
afterAll(() => server.close());
beforeEach(() => server.sql`update contacts set state = null, tags = '{}' where tenant_id = ${tenantId}`);

const stateIs = (...values: string[]) => ({
  match: "all",
  rules: [{ about: "detail", detail: "state", test: { is: "one-of", values } }],
});
const referTo = (audience: string) => ({ match: "all", rules: [{ about: "audience", audience }] });
const create = async (name: string, definition: object) =>
  (await owner.mutate<{ id: string }>("audiences.create", { name, definition })).data.id;
const live = (count: number) =>
  server.sql`update contacts set state = 'VIC' where id = any(${ids.slice(0, count)}::uuid[])`;

describe("an audience", () => {
  it("is counted and shown before it is saved, for the own organisation only", async () => {
    await live(2);
    const { data } = await owner.query("audiences.view", { definition: stateIs("vic", "Victoria") });
    expect(data).toMatchObject({ contacts: 2, samples: [{ state: "VIC" }, { state: "VIC" }] });
    const all = await owner.query("audiences.view", { definition: { match: "all", rules: [] } });
    expect(all.data).toMatchObject({ contacts: FICTION.length });
    const theirs = await stranger.query("audiences.view", { definition: stateIs("VIC") });
    expect(theirs.data).toMatchObject({ contacts: 0, samples: [] });
    const unknown = { match: "all", rules: [{ about: "field", field: "nothing", test: { is: "filled" } }] };
    expect((await owner.query("audiences.view", { definition: unknown })).message).toMatch(
      /no field “nothing”/,
    );
  });

  it("of one organisation is not found by another", async () => {
    const id = await create("Ours", stateIs("VIC"));
    expect(await stranger.query("audiences.get", { id })).toMatchObject({ code: "NOT_FOUND" });
    expect(await stranger.mutate("audiences.remove", { id })).toMatchObject({ code: "NOT_FOUND" });
    expect(await stranger.query("audiences.list")).toMatchObject({ data: { audiences: [] } });
    const inside = await stranger.mutate("audiences.create", { name: "Thief", definition: referTo(id) });
    expect(inside.message).toMatch(/was removed/);
    const draft = { ...DRAFT, audience: { kind: "saved", audienceId: id } };
    expect(await stranger.mutate("campaigns.create", draft)).toMatchObject({ code: "NOT_FOUND" });
  });

  it("changed by two people at once keeps the first change, and says whose it is", async () => {
    const id = await create("Team", stateIs("VIC"));
    const save = (name: string) =>
      owner.mutate("audiences.update", { id, version: 1, name, definition: stateIs(name) });
    const both = await Promise.all([save("Team A"), save("Team B")]);
    expect(both.filter(({ code }) => code === "CONFLICT")).toHaveLength(1);
    expect(both.find(({ code }) => code === "CONFLICT")?.message).toMatch(/acme owner changed this audience/);
    const { data } = await owner.query<{ version: number; versions: { version: number }[] }>(
      "audiences.get",
      { id },
    );
    expect(data.version).toBe(2);
    expect(data.versions.map(({ version }) => version)).toEqual([2, 1]);
  });

  it("can't refer to itself in a circle, even if two people save a half of it each", async () => {
    const one = await create("One", stateIs("VIC"));
    const two = await create("Two", stateIs("NSW"));
    const refer = (id: string, name: string, other: string) =>
      owner.mutate("audiences.update", { id, version: 1, name, definition: referTo(other) });
    const both = await Promise.all([refer(one, "One", two), refer(two, "Two", one)]);
    expect(both.filter(({ message }) => message?.includes("in a circle"))).toHaveLength(1);
  });

  it("in use is not removed, and the refusal says where", async () => {
    const inner = await create("Inner", stateIs("VIC"));
    const outer = await create("Outer", referTo(inner));
    expect((await owner.mutate("audiences.remove", { id: inner })).message).toMatch(/“Outer” uses this one/);
    const audience = { kind: "saved", audienceId: outer };
    await owner.mutate("campaigns.create", { ...DRAFT, name: "Spring", audience });
    expect((await owner.mutate("audiences.remove", { id: outer })).message).toMatch(
      /“Spring” is for this audience/,
    );
    expect((await owner.mutate("audiences.create", { name: "INNER", definition: stateIs("x") })).code).toBe(
      "CONFLICT",
    );
  });

  it("is frozen by a launch as it was at that moment, with the audiences inside it", async () => {
    await live(3);
    const inner = await create("Frozen inside", stateIs("VIC"));
    const id = await create("Frozen", referTo(inner));
    const audience = { kind: "saved", audienceId: id };
    const made = await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, audience });
    const checked = await owner.query<{ audience: number }>("campaigns.preflight", { id: made.data.id });
    expect(checked.data.audience).toBe(3);
    await owner.mutate("campaigns.launch", { id: made.data.id });
    // After the launch, before the worker has frozen anything.
    await owner.mutate("audiences.update", {
      id: inner,
      version: 1,
      name: "Frozen inside",
      definition: stateIs("NSW"),
    });
    await freezeNextChunk(server.sql, made.data.id, 1);
    const jobs = await server.sql`select contact_id from send_jobs where campaign_id = ${made.data.id}`;
    expect(jobs.map((job) => job.contact_id).sort()).toEqual(ids.slice(0, 3).sort());
    const { data } = await owner.query("campaigns.get", { id: made.data.id });
    expect(data).toMatchObject({ audience: { kind: "saved", frozen: { version: 1, name: "Frozen" } } });
    const copy = await owner.mutate<{ id: string }>("campaigns.duplicate", { id: made.data.id });
    const { data: draft } = await owner.query<{ audience: object }>("campaigns.get", { id: copy.data.id });
    expect(draft.audience).toEqual(audience);
  });

  it("is exported with its custom fields, and the log says so", async () => {
    await live(1);
    await owner.mutate("contacts.update", { id: ids[0], firstName: "Mia" });
    await server.sql`update contacts set custom = '{"points": "7"}' where id = ${ids[0]!}`;
    const id = await create("Exported", stateIs("VIC"));
    const { data } = await owner.mutate<{ path: string }>("audiences.export", { id });
    const answer = await server.app.request(data.path, { headers: { cookie: owner.cookie } });
    expect(await answer.text()).toMatch(/^phone,first_name,.*points\r\n'\+61491570006,Mia,.*,7\r\n$/);
    const theirs = await server.app.request(data.path, { headers: { cookie: stranger.cookie } });
    expect(theirs.status).toBe(404);
    const [entry] =
      await server.sql`select action from audit_log where object_id = ${id} order by id desc limit 1`;
    expect(entry!.action).toBe("audience.export");
  });
});

it("“last texted” of messages from before an upgrade is filled in batches", async () => {
  const texted = () => server.sql`select last_texted_at from texted_numbers where tenant_id = ${tenantId}`;
  expect(await texted()).toEqual([]);
  const [campaign] = await server.sql`
    insert into campaigns (tenant_id, name, body, audience, status) values (${tenantId}, 'Old', 'x', '{"kind":"all"}', 'completed')
    returning id`;
  await server.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const [state, at] of [
      ["accepted", "2026-01-01T00:00:00Z"],
      ["accepted", "2026-02-01T00:00:00Z"],
      ["rejected", "2026-03-01T00:00:00Z"],
    ] as const)
      await tx`
        insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone, body, segments,
          validity_seconds, state, budget_day, budget_month, reserved_micros, spent_micros, claimed_at, handed_over_at)
        values (${tenantId}, gen_random_uuid(), ${campaign!.id}, 1, gen_random_uuid(), '+61480000000', ${FICTION[0]!}, 'x', 1, 300, ${state},
          '2026-01-01', '2026-01-01', 0, 1, ${at}, ${at})`;
  });
  const lastDays = (definition: object) => owner.query("audiences.view", { definition });
  const never = {
    match: "all",
    rules: [{ about: "moment", moment: "texted", not: true, test: { is: "ever" } }],
  };
  expect((await lastDays(never)).data).toMatchObject({ isTextedComplete: false });
  expect(await backfillTexted(server.sql)).toBe(false);
  expect(await texted()).toEqual([{ last_texted_at: new Date("2026-02-01T00:00:00Z") }]);
  expect((await lastDays(never)).data).toMatchObject({
    contacts: FICTION.length - 1,
    isTextedComplete: true,
  });
});
