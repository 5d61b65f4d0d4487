import { randomUUID } from "node:crypto";
import { endSessionsOfAddress } from "@smscrm/db/users/sessions-at-console";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTenant, PASSWORD, startTestServer, type TestServer } from "../testing/test-api.ts";

/** Of one session, as docs/why-it-holds.md says. */
const SESSION_STREAMS_MAX = 4;

let server: TestServer;
let tenantId: string;
let otherTenantId: string;
const opened: Stream[] = [];

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  otherTenantId = await createTenant(server.sql, "other");
});
afterEach(async () => {
  for (const stream of opened.splice(0)) await stream.cancel();
});
afterAll(() => server.close());

type Stream = ReturnType<typeof readerOf>;
type Event = { topic?: string; value?: { status: string }; gone?: true; data?: { code: string } } | null;

/** Reads the data of each event of a stream; null at its end. */
function readerOf(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    cancel: () => reader.cancel().catch(() => {}),
    async next(): Promise<Event> {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end >= 0) {
          const event = text.slice(0, end);
          text = text.slice(end + 2);
          if (/^event: (connected|ping|return)/m.test(event)) continue;
          const data = /^data: (.*)$/m.exec(event)?.[1];
          if (data && data !== "undefined") return JSON.parse(data);
          continue;
        }
        const { done, value } = await reader.read();
        if (done) return null;
        text += value;
      }
    },
  };
}

async function open(procedure: string, input: object, cookie: string): Promise<Stream> {
  const search = encodeURIComponent(JSON.stringify(input));
  const response = await server.app.request(`/trpc/${procedure}?input=${search}`, { headers: { cookie } });
  const stream = readerOf(response);
  opened.push(stream);
  return stream;
}

/** Creates a running campaign in which nothing changes. */
async function running(tenant: string): Promise<string> {
  const [row] = await server.sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status)
    values (${tenant}, 'Sale', 'Hi', '{"kind":"all"}', 'running') returning id`;
  return row!.id;
}

async function upload(tenant: string): Promise<string> {
  const [row] = await server.sql<{ id: string }[]>`
    insert into imports (tenant_id, file_name, status, header, sample, encoding, delimiter, size_bytes)
    values (${tenant}, 'people.csv', 'running', ${server.sql.json(["phone"])}, ${server.sql.json([["+61491570006"]])}, 'UTF-8', ',', 10)
    returning id`;
  return row!.id;
}

const openStreams = async () => (await server.dependencies.metrics.liveStreams.get()).values[0]!.value;

describe("one stream for all tabs of a browser", () => {
  it("follows campaigns and imports together, and says which do not exist", async () => {
    const [one, two, file] = [await running(tenantId), await running(tenantId), await upload(tenantId)];
    const [theirs, theirFile] = [await running(otherTenantId), await upload(otherTenantId)];
    const missing = randomUUID();
    const { cookie } = await server.signIn("viewer@acme.example.com");
    const input = { tenantId, campaigns: [one, two, theirs, missing], imports: [file, theirFile] };
    const stream = await open("live.follow", input, cookie);
    const first = new Map<string, Event>();
    while (first.size < 6) {
      const event = await stream.next();
      first.set(event!.topic!, event);
    }
    expect(first.get(`campaigns/${one}`)).toMatchObject({ value: { id: one, status: "running" } });
    expect(first.get(`campaigns/${two}`)).toMatchObject({ value: { id: two } });
    expect(first.get(`imports/${file}`)).toMatchObject({ value: { id: file, fileName: "people.csv" } });
    for (const topic of [`campaigns/${theirs}`, `campaigns/${missing}`, `imports/${theirFile}`])
      expect(first.get(topic)).toEqual({ topic, gone: true });
    await server.sql`update campaigns set status = 'paused', paused_at = now() where id = ${two}`;
    expect(await stream.next()).toMatchObject({ topic: `campaigns/${two}`, value: { status: "paused" } });
    await server.sql`update imports set rows_done = 1 where id = ${file}`;
    expect(await stream.next()).toMatchObject({ topic: `imports/${file}`, value: { rowsDone: 1 } });
  });

  it("refuses a page of another organisation than the session's", async () => {
    const { cookie } = await server.signIn("viewer@acme.example.com");
    const input = { tenantId: otherTenantId, campaigns: [await running(tenantId)], imports: [] };
    const stream = await open("live.follow", input, cookie);
    expect(await stream.next()).toMatchObject({ data: { code: "CONFLICT" } });
    expect(await stream.next()).toBeNull();
  });

  it("refuses more topics than one stream may follow", async () => {
    const { cookie } = await server.signIn("viewer@acme.example.com");
    const many = Array.from({ length: 6 }, () => randomUUID());
    const stream = await open("live.follow", { tenantId, campaigns: many, imports: many }, cookie);
    expect(await stream.next()).toMatchObject({ data: { code: "BAD_REQUEST" } });
  });
});

describe("the limits of streams", () => {
  it("end the oldest when one session opens another, whichever procedure it opens them with", async () => {
    const id = await running(tenantId);
    const { cookie } = await server.signIn("viewer@acme.example.com");
    const streams: Stream[] = [];
    for (let nth = 0; nth < 40; nth += 1) {
      const stream =
        nth % 2 === 0
          ? await open("campaigns.live", { id }, cookie)
          : await open("live.follow", { tenantId, campaigns: [id] }, cookie);
      await stream.next();
      streams.push(stream);
    }
    const oldest = streams.slice(0, -SESSION_STREAMS_MAX);
    for (const stream of oldest)
      expect(await stream.next()).toMatchObject({ data: { code: "TOO_MANY_REQUESTS" } });
    expect(await openStreams()).toBe(SESSION_STREAMS_MAX);
    await server.sql`update campaigns set status = 'paused', paused_at = now() where id = ${id}`;
    for (const stream of streams.slice(-SESSION_STREAMS_MAX))
      expect(JSON.stringify(await stream.next())).toContain('"status":"paused"');
  });

  it("hold for a user who signs in again and again", async () => {
    const id = await running(tenantId);
    for (let nth = 0; nth < 5; nth += 1) {
      const { cookie } = await server.signIn("viewer@acme.example.com");
      for (let each = 0; each < SESSION_STREAMS_MAX; each += 1) {
        await (await open("campaigns.live", { id }, cookie)).next();
      }
    }
    expect(await openStreams()).toBe(8);
  });
});

describe("a stream whose session ended", () => {
  it("ends with it, and sends nothing more", async () => {
    const id = await running(tenantId);
    const owner = await server.signIn("owner@acme.example.com");
    const stream = await open("live.follow", { tenantId, campaigns: [id] }, owner.cookie);
    await stream.next();
    await owner.mutate("auth.signOut");
    expect(await stream.next()).toMatchObject({ data: { code: "UNAUTHORIZED" } });
    expect(await stream.next()).toBeNull();
  }, 30_000);

  it.each(["auth.signOut", "auth.signOutEverywhere"])(
    "ends at once with %s, in other sessions too",
    async (by) => {
      const id = await running(tenantId);
      const owner = await server.signIn("owner@acme.example.com");
      const other = await server.signIn("owner@acme.example.com");
      const watching = by === "auth.signOut" ? owner : other;
      const stream = await open("live.follow", { tenantId, campaigns: [id] }, watching.cookie);
      await stream.next();
      const next = stream.next();
      await owner.mutate(by);
      const late = new Promise<string>((resolve) => setTimeout(resolve, 500, "late"));
      expect(await Promise.race([next, late])).toMatchObject({ data: { code: "UNAUTHORIZED" } });
    },
  );

  it("ends in other sessions when the password is changed", async () => {
    const id = await running(tenantId);
    const owner = await server.signIn("owner@acme.example.com");
    const other = await server.signIn("owner@acme.example.com");
    const stream = await open("live.follow", { tenantId, campaigns: [id] }, other.cookie);
    await stream.next();
    const next = stream.next();
    const change = { current: PASSWORD, next: "vivid lantern under quartz" };
    expect((await owner.mutate("auth.changePassword", change)).status).toBe(200);
    const late = new Promise<string>((resolve) => setTimeout(resolve, 500, "late"));
    expect(await Promise.race([next, late])).toMatchObject({ data: { code: "UNAUTHORIZED" } });
    await owner.mutate("auth.changePassword", { current: change.next, next: PASSWORD });
  });

  it("ends within seconds when an operator ends the person's sessions at the console", async () => {
    const id = await running(tenantId);
    const owner = await server.signIn("owner@acme.example.com");
    const viewer = await server.signIn("viewer@acme.example.com");
    const stream = await open("live.follow", { tenantId, campaigns: [id] }, owner.cookie);
    const others = await open("live.follow", { tenantId, campaigns: [id] }, viewer.cookie);
    await Promise.all([stream.next(), others.next()]);
    await endSessionsOfAddress(server.dependencies.pipeline, {
      email: "owner@acme.example.com",
      by: "op@host",
    });
    expect(await stream.next()).toMatchObject({ data: { code: "UNAUTHORIZED" } });
    expect((await owner.query("auth.me")).data).toBeNull();
    expect((await viewer.query("auth.me")).data).not.toBeNull();
    await server.sql`update campaigns set status = 'paused', paused_at = now() where id = ${id}`;
    expect(JSON.stringify(await others.next())).toContain('"status":"paused"');
  }, 30_000);

  it("ends when the user's role changed", async () => {
    const id = await running(tenantId);
    const viewer = await server.signIn("viewer@acme.example.com");
    const stream = await open("campaigns.live", { id }, viewer.cookie);
    await stream.next();
    await server.sql`update memberships set role = 'operator' where tenant_id = ${tenantId} and role = 'viewer'`;
    expect(await stream.next()).toMatchObject({ data: { code: "CONFLICT" } });
  }, 30_000);
});
