import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createHeldLocks, timed } from "../testing/held-locks.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

/**
 * A stop that waits for nothing takes about ten milliseconds. The limit is generous, because the machine may be busy.
 */
const AT_ONCE_MS = 1_500;
const SEARCHES = 30;

let server: TestServer;
let ownId: string;
let own: Caller;
let otherViewer: Caller;
const { hold, release } = createHeldLocks(() => server.sql);

beforeAll(async () => {
  server = await startTestServer();
  ownId = await createTenant(server.sql, "acme");
  const otherId = await createTenant(server.sql, "other", ["owner", "viewer"]);
  own = await server.signIn("owner@acme.example.com");
  otherViewer = await server.signIn("viewer@other.example.com");
  await addContacts(server.sql, otherId, FICTION);
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    values (${ownId}, '+61444000100', 'AU', 10)`;
});
afterEach(async () => {
  await release();
  await server.sql`update tenants set sending_paused_at = null`;
});
afterAll(() => server.close());

const pauseByRoute = async () =>
  server.app.request(`/tenants/${ownId}/pause`, { method: "POST", headers: { cookie: own.cookie } });

/** How many of the API's connections wait for the lock. */
async function held(): Promise<number> {
  const [row] = await server.sql<{ n: number }[]>`
    select count(*)::int as n from pg_stat_activity
    where datname = current_database() and application_name like 'smscrm-api%' and wait_event_type = 'Lock'`;
  return row!.n;
}

describe("one tenant's slow searches", () => {
  it("do not delay another tenant's pause or pages, and end after five seconds", async () => {
    await hold("lock table contacts in access exclusive mode");
    const searches = Array.from({ length: SEARCHES }, (_, at) =>
      otherViewer.query("contacts.list", { search: `mia${"a".repeat(at)}` }),
    );
    await expect.poll(held, { timeout: 15_000 }).toBeGreaterThan(1);

    const byRoute = await timed(pauseByRoute());
    expect(byRoute.answer.status).toBe(200);
    expect(byRoute.ms).toBeLessThan(AT_ONCE_MS);
    await server.sql`update tenants set sending_paused_at = null`;
    const byProcedure = await timed(own.mutate("killSwitch.pause", { reason: "wrong text" }));
    expect(byProcedure.answer.status).toBe(200);
    expect(byProcedure.ms).toBeLessThan(AT_ONCE_MS);
    const page = await timed(own.query("campaigns.list", {}));
    expect(page.answer.status, page.answer.message).toBe(200);
    expect(page.ms).toBeLessThan(AT_ONCE_MS);
    expect(await held()).toBeLessThanOrEqual(4);

    const first = await Promise.race(searches);
    expect(first).toMatchObject({
      status: 422,
      message: expect.stringMatching(/took too long .* Narrow the search/),
    });
    await release();
    const rest = await Promise.all(searches);
    expect(rest.every(({ status }) => status === 200 || status === 422)).toBe(true);
    expect(rest.some(({ status }) => status === 200)).toBe(true);
  }, 60_000);

  it("do not delay a pause in the same batch, though its answer comes with the batch's", async () => {
    await hold("lock table do_not_contact in access exclusive mode");
    const batch = server.app.request("/trpc/doNotContact.add,killSwitch.pause?batch=1", {
      method: "POST",
      headers: { cookie: own.cookie, "content-type": "application/json" },
      body: JSON.stringify({ 0: { phone: FICTION[0], note: "asked us" }, 1: {} }),
    });
    const paused = () =>
      server.sql`select 1 from tenants where id = ${ownId} and sending_paused_at is not null`;
    await expect.poll(paused, { timeout: AT_ONCE_MS, interval: 20 }).toHaveLength(1);
    await release();
    expect(await (await batch).json()).toMatchObject([{ result: {} }, { result: { data: {} } }]);
  }, 60_000);

  it("are refused beyond what one tenant may queue, in a sentence, and no other tenant is", async () => {
    await hold("lock table contacts in access exclusive mode");
    const searches = Array.from({ length: 240 }, () => otherViewer.query("contacts.list", {}));
    const refused = await Promise.race(searches);
    expect(refused).toMatchObject({
      status: 429,
      message: "Your organisation has too many requests in progress. Try again in a few seconds.",
    });
    expect((await own.query("campaigns.list", {})).status).toBe(200);
    await release();
    await Promise.all(searches);
  }, 60_000);

  it("do not delay a pause of the same tenant, even when they hold all of its connections", async () => {
    await hold("lock table contacts in access exclusive mode");
    const searches = Array.from({ length: 20 }, () => own.query("contacts.list", {}));
    await expect.poll(held, { timeout: 15_000 }).toBe(4);
    const { ms, answer } = await timed(own.mutate("killSwitch.pause"));
    expect(answer.status).toBe(200);
    expect(ms).toBeLessThan(AT_ONCE_MS);
    await release();
    await Promise.all(searches);
  }, 60_000);
});

describe("preflights", () => {
  it("wait and are refused in the tenant's own queue", async () => {
    const other = await server.signIn("owner@other.example.com");
    const create = async (caller: Caller) =>
      (await caller.mutate<{ id: string }>("campaigns.create", DRAFT)).data.id;
    const [theirs, ours] = [await create(other), await create(own)];
    await addContacts(server.sql, ownId, [FICTION[0]]);
    // Their preflights wait at their last step; ours locks another row.
    await hold(`select 1 from campaigns where id = '${theirs}' for update`);
    const many = Array.from({ length: 26 }, () => other.query("campaigns.preflight", { id: theirs }));
    const refused = await Promise.race(many);
    expect(refused).toMatchObject({ status: 429 });
    const { answer, ms } = await timed(own.query("campaigns.preflight", { id: ours }));
    expect(answer.status, answer.message).toBe(200);
    expect(ms).toBeLessThan(3_000);
    await release();
    await Promise.all(many);
  }, 60_000);
});

describe("a pause", () => {
  it("does not wait for a launch in progress", async () => {
    const id = (await own.mutate<{ id: string }>("campaigns.create", DRAFT)).data.id;
    await addContacts(server.sql, ownId, [FICTION[1]]);
    // The launch locks the campaign before it reads anything else, and waits there.
    await hold(`select 1 from campaigns where id = '${id}' for update`);
    const launch = own.mutate("campaigns.launch", { id });
    await expect.poll(held, { timeout: 15_000 }).toBe(1);
    const { ms, answer } = await timed(own.mutate("killSwitch.pause"));
    expect(answer.status, answer.message).toBe(200);
    expect(ms).toBeLessThan(AT_ONCE_MS);
    await release();
    // The pause is the more recent decision, so the launch is refused.
    expect(await launch).toMatchObject({ status: 412, message: expect.stringMatching(/^Sending is paused/) });
  }, 60_000);

  it("does not wait for blocked pauses of campaigns and a blocked resume", async () => {
    const id = (await own.mutate<{ id: string }>("campaigns.create", DRAFT)).data.id;
    await server.sql`update campaigns set status = 'running', launched_at = now() where id = ${id}`;
    await hold(`select 1 from campaigns where id = '${id}' for update`);
    const pauses = Array.from({ length: 5 }, () => own.mutate("campaigns.pause", { id }));
    await expect.poll(held, { timeout: 15_000 }).toBe(1);
    const resume = own.mutate("killSwitch.resume");
    const { ms, answer } = await timed(own.mutate("killSwitch.pause"));
    expect(answer.status, answer.message).toBe(200);
    expect(ms).toBeLessThan(AT_ONCE_MS);
    await release();
    await Promise.all([...pauses, resume]);
  }, 60_000);

  it("does not wait for a lock on the audit log, and is in the log afterwards", async () => {
    await hold(
      `insert into audit_log (tenant_id, action, object_kind) values ('${ownId}', 'test.hold', 'tenant')`,
    );
    const { ms, answer } = await timed(own.mutate("killSwitch.pause", { reason: "held" }));
    expect(answer.status, answer.message).toBe(200);
    expect(ms).toBeLessThan(AT_ONCE_MS);
    const [tenant] = await server.sql`select sending_paused_at from tenants where id = ${ownId}`;
    expect(tenant!.sending_paused_at).not.toBeNull();
    await release();
    const noted = () => server.sql`
      select 1 from audit_log where tenant_id = ${ownId} and action = 'kill-switch.pause' and detail ->> 'reason' = 'held'`;
    await expect.poll(noted, { timeout: 15_000 }).toHaveLength(1);
  }, 60_000);

  it("fails in seconds when the tenant's own row is locked, and says what else to do", async () => {
    await hold(`select 1 from tenants where id = '${ownId}' for update`);
    const { ms, answer } = await timed(own.mutate("killSwitch.pause"));
    expect(answer).toMatchObject({ status: 409, message: expect.stringMatching(/pnpm ops pause/) });
    expect(ms).toBeLessThan(6_000);
  }, 60_000);
});

describe("the system's page", () => {
  it("of one tenant, requested again and again, does not delay a STOP", async () => {
    await hold("lock table worker_heartbeats in access exclusive mode");
    const looks = Array.from({ length: 20 }, () => otherViewer.query("system.status"));
    await expect.poll(held, { timeout: 15_000 }).toBe(1);
    const { pipeline } = server.dependencies;
    const { ms } = await timed(Promise.all(Array.from({ length: 6 }, () => pipeline`select 1`)));
    expect(ms).toBeLessThan(AT_ONCE_MS);
    await release();
    expect((await Promise.all(looks)).every(({ status }) => status === 200)).toBe(true);
  }, 60_000);
});
