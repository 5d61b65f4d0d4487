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
import type { Preflight } from "./preflight/run.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;
let operator: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "operator"]);
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
  await addContacts(server.sql, tenantId, FICTION);
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    values (${tenantId}, '+61444000100', 'AU', 10)`;
});
afterAll(() => server.close());

beforeEach(async () => {
  await server.sql`update tenants set sending_paused_at = null where id = ${tenantId}`;
});

type Created = { id: string };
async function draft(change: Record<string, unknown> = {}): Promise<string> {
  const created = await owner.mutate<Created>("campaigns.create", { ...DRAFT, ...change });
  expect(created.status, created.message).toBe(200);
  return created.data.id;
}
const statusOf = async (id: string) =>
  (await server.sql`select status from campaigns where id = ${id}`)[0]!.status;

/** Does what the worker does after a launch. */
async function freeze(id: string): Promise<void> {
  await server.sql`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    select tenant_id, ${id}, id, phone_e164, country from contacts where tenant_id = ${tenantId}`;
  await server.sql`update campaigns set status = 'running', audience_count = ${FICTION.length} where id = ${id}`;
}

describe("a draft", () => {
  it("is changed only by a request that names its latest version", async () => {
    const id = await draft();
    const { data } = await owner.query<{ updatedAt: string }>("campaigns.get", { id });
    const change = { ...DRAFT, id, updatedAt: data.updatedAt };
    expect((await owner.mutate("campaigns.update", { ...change, name: "First" })).status).toBe(200);
    expect(await operator.mutate("campaigns.update", { ...change, name: "Second" })).toMatchObject({
      code: "CONFLICT",
    });
    expect((await owner.query("campaigns.get", { id })).data).toMatchObject({ name: "First" });
  });

  it.each([
    ["a body over 1,600 characters", { body: "x".repeat(1_601) }, /1,600/],
    ["no text", { body: " " }, /Write a message/],
    ["no name", { name: "" }, /name/],
    [
      "hours over midnight, which the tenant's are not",
      { quietHours: Array(7).fill({ open: "20:00", close: "09:00" }) },
      /within/,
    ],
    [
      "longer hours than the tenant's",
      { quietHours: Array(7).fill({ open: "06:00", close: "23:00" }) },
      /within/,
    ],
  ])("with %s is refused in plain words", async (_, change, sentence) => {
    const answer = await owner.mutate("campaigns.create", { ...DRAFT, ...change });
    expect(answer).toMatchObject({ code: "BAD_REQUEST" });
    expect(answer.message).toMatch(sentence);
  });

  it("can be removed or copied as a draft; once launched it can't be removed", async () => {
    const id = await draft();
    const copy = await owner.mutate<Created>("campaigns.duplicate", { id });
    expect((await owner.mutate("campaigns.remove", { id })).status).toBe(200);
    await owner.mutate("campaigns.launch", { id: copy.data.id });
    expect(await owner.mutate("campaigns.remove", { id: copy.data.id })).toMatchObject({ code: "CONFLICT" });
  });
});

describe("the editor", () => {
  it("previews somebody of the audience, and says of another contact that they are not in it", async () => {
    await server.sql`update contacts set tags = '{vip}', custom = '{"pet": "Rex"}' where tenant_id = ${tenantId} and phone_e164 = ${FICTION[0]!}`;
    await server.sql`update contacts set tags = '{}' where tenant_id = ${tenantId} and phone_e164 <> ${FICTION[0]!}`;
    const [other] = await server.sql<{ id: string }[]>`
      select id from contacts where tenant_id = ${tenantId} and tags = '{}' order by id desc limit 1`;
    const audience = { kind: "tags", tags: ["vip"] };
    const preview = async (input: object) =>
      (
        await operator.query<Record<string, unknown>>("campaigns.previewBody", {
          body: "{{phone}} {{pet|you}}",
          ...input,
        })
      ).data;
    expect(await preview({ audience })).toMatchObject({
      text: `${FICTION[0]} Rex`,
      inAudience: true,
      unknown: [],
    });
    expect(await preview({ audience, contactId: other!.id })).toMatchObject({ inAudience: false });
    expect(await preview({ audience: { kind: "tags", tags: ["none"] } })).toMatchObject({
      text: " you",
      contactName: null,
      inAudience: null,
    });
    expect((await operator.query("campaigns.mergeFields")).data).toEqual(["pet"]);
  });

  it("counts an audience by country, so that each is priced as its own", async () => {
    await addContacts(server.sql, tenantId, ["+12015550123", "+12015550124"]);
    await server.sql`update contacts set country = 'US', tags = '{abroad}' where tenant_id = ${tenantId} and phone_e164 like '+1%'`;
    const count = async (audience: object) =>
      (await operator.query<object>("campaigns.audienceCount", { audience })).data;
    expect(await count({ kind: "all" })).toEqual({
      contacts: FICTION.length + 2,
      countries: [
        { country: "AU", contacts: FICTION.length, segmentMicros: 51_500 },
        { country: "US", contacts: 2, segmentMicros: 12_800 },
      ],
    });
    expect(await count({ kind: "tags", tags: ["abroad"] })).toEqual({
      contacts: 2,
      countries: [{ country: "US", contacts: 2, segmentMicros: 12_800 }],
    });
    await server.sql`delete from contacts where tenant_id = ${tenantId} and phone_e164 like '+1%'`;
  });
});

describe("a launch", () => {
  it("launches once when two members launch it at the same time", async () => {
    for (let round = 0; round < 10; round++) {
      const id = await draft();
      const answers = await Promise.all([
        owner.mutate("campaigns.launch", { id }),
        operator.mutate("campaigns.launch", { id }),
        owner.mutate("campaigns.launch", { id }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
      expect(answers.find(({ status }) => status === 409)!.message).toMatch(
        /launched already by acme (owner|operator)/,
      );
      const [notes] = await server.sql`
        select count(*)::int as launches from audit_log where action = 'campaign.launch' and object_id = ${id}`;
      expect(notes!.launches).toBe(1);
    }
  });

  it("is refused while sending is paused", async () => {
    const id = await draft();
    await owner.mutate("killSwitch.pause", { reason: "trying it" });
    expect(await owner.mutate("campaigns.launch", { id })).toMatchObject({ code: "PRECONDITION_FAILED" });
    expect(await statusOf(id)).toBe("draft");
  });

  it.each([
    ["to nobody", { audience: { kind: "tags", tags: ["nobody has this"] } }, /Nobody/],
    ["with an unknown merge field", { body: "Hi {{frist_name}} at Acme. STOP" }, /first_name/],
    ["with an unclosed field", { body: "Hi {{first_name at Acme. STOP" }, /\}\}/],
    ["after its expiry", { expiresAt: "2020-01-01T00:00:00Z" }, /expired/],
  ])("%s is refused in plain words", async (_, change, sentence) => {
    const id = await draft(change);
    const answer = await owner.mutate("campaigns.launch", { id });
    expect(answer).toMatchObject({ code: "BAD_REQUEST" });
    expect(answer.message).toMatch(sentence);
    expect(await statusOf(id)).toBe("draft");
  });

  it("during quiet hours needs an owner and a reason, and never works with a real carrier", async () => {
    const id = await draft();
    const reason = "Trying the demo at night";
    const launch = (caller: Caller, quietHoursOverrideReason: string) =>
      caller.mutate("campaigns.launch", { id, quietHoursOverrideReason });
    expect(await launch(operator, reason)).toMatchObject({ code: "FORBIDDEN" });
    expect(await launch(owner, "too short")).toMatchObject({ code: "BAD_REQUEST" });
    server.dependencies.carrier = "twilio";
    expect(await launch(owner, reason)).toMatchObject({ code: "FORBIDDEN" });
    server.dependencies.carrier = "simulator";
    expect((await launch(owner, reason)).status).toBe(200);
    const [kept] =
      await server.sql`select quiet_hours_override_reason as reason from campaigns where id = ${id}`;
    expect(kept!.reason).toBe(reason);
  });
});

describe("stopping", () => {
  it("pauses with proof, resumes, and cancels what is queued", async () => {
    const id = await draft();
    await owner.mutate("campaigns.launch", { id });
    await freeze(id);
    const [number] = await server.sql<{ id: string }[]>`select id from sending_numbers limit 1`;
    const [job] = await server.sql<{ id: string; phone: string }[]>`
      update send_jobs set status = 'sent', sent_at = now() where id = (select id from send_jobs where campaign_id = ${id} limit 1)
      returning id, phone_e164 as phone`;
    const [claimed] = await server.sql<{ id: string }[]>`
      insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
        body, segments, validity_seconds, state, budget_day, budget_month, reserved_micros, claimed_at)
      values (${tenantId}, ${job!.id}, ${id}, 1, ${number!.id}, '+61444000100', ${job!.phone}, 'Hi', 1, 300, 'sending',
        now()::date, now()::date, 0, now()) returning id`;
    const [attempt] = await server.sql<{ at: Date }[]>`
      update send_attempts set state = 'accepted', handed_over_at = now(), look_up_at = now() + interval '30 minutes' where id = ${claimed!.id}
      returning handed_over_at as at`;
    const paused = await operator.mutate<{ lastSubmittedAt: string; withCarrier: number; expireBy: string }>(
      "campaigns.pause",
      { id },
    );
    expect(paused.data).toMatchObject({ lastSubmittedAt: attempt!.at.toISOString(), withCarrier: 1 });
    expect(Date.parse(paused.data.expireBy) - attempt!.at.getTime()).toBe(300_000);
    expect(await statusOf(id)).toBe("paused");
    expect((await operator.mutate("campaigns.resume", { id })).data).toMatchObject({ status: "running" });
    expect((await operator.mutate("campaigns.cancel", { id })).data).toMatchObject({ withCarrier: 1 });
    const progress = await owner.query<{ counts: { status: string; reason: string; jobs: number }[] }>(
      "campaigns.progress",
      { id },
    );
    expect(progress.data.counts).toEqual([
      { status: "canceled", reason: "Canceled", jobs: FICTION.length - 1 },
      { status: "sent", reason: "", jobs: 1 },
    ]);
    expect(await owner.mutate("campaigns.resume", { id })).toMatchObject({ code: "CONFLICT" });
  });

  it("pauses everything in one commit, says who paused it and when, and leaves messages queued", async () => {
    const id = await draft();
    await owner.mutate("campaigns.launch", { id });
    await freeze(id);
    const first = await operator.mutate<{ pausedAt: string }>("killSwitch.pause", { reason: "wrong text" });
    expect(first.data).toMatchObject({ pausedBy: "acme operator", reason: "wrong text" });
    const again = await owner.mutate("killSwitch.pause");
    expect(again.data).toMatchObject({ pausedAt: first.data.pausedAt, pausedBy: "acme operator" });
    expect(await operator.mutate("killSwitch.resume")).toMatchObject({ code: "FORBIDDEN" });
    const [queued] =
      await server.sql`select count(*)::int as jobs from send_jobs where campaign_id = ${id} and status = 'queued'`;
    expect(queued!.jobs).toBe(FICTION.length);
    expect((await owner.mutate("killSwitch.resume")).data).toMatchObject({ pausedAt: null });
  });

  it("works from the runbook's command line", async () => {
    const post = (action: string, cookie: string) =>
      server.app.request(`/tenants/${tenantId}/${action}`, { method: "POST", headers: { cookie } });
    expect((await post("pause", "")).status).toBe(401);
    const forgotPost = await server.app.request(`/tenants/${tenantId}/pause`, {
      headers: { cookie: owner.cookie },
    });
    expect(forgotPost.status).toBe(405);
    expect(await forgotPost.json()).toMatchObject({ error: expect.stringContaining("POST") });
    const paused = await post("pause", owner.cookie);
    expect(paused.status).toBe(200);
    expect(await paused.json()).toMatchObject({ pausedBy: "acme owner" });
    expect((await post("resume", operator.cookie)).status).toBe(403);
    expect(await (await post("resume", owner.cookie)).json()).toMatchObject({ pausedAt: null });
  });
});

describe("a preflight", () => {
  it("adds up to the audience, by reason, each with an example in a sentence", async () => {
    await server.sql`
      insert into do_not_contact (tenant_id, phone_e164) values (${tenantId}, ${FICTION[1]}) on conflict do nothing`;
    await server.sql`update contacts set consent_basis = 'unknown' where tenant_id = ${tenantId} and phone_e164 = ${FICTION[2]}`;
    await server.sql`update contacts set first_name = null where tenant_id = ${tenantId} and phone_e164 = ${FICTION[3]}`;
    const id = await draft({ body: "Hi {{first_name}}, from acme. Reply STOP to opt out." });
    const { data, message } = await owner.query<Preflight>("campaigns.preflight", { id });
    expect(data, message).toBeDefined();
    const refused = Object.fromEntries(data.refused.map(({ reason, count }) => [reason, count]));
    expect(refused).toEqual({ "Do not contact": 1, Consent: 1, Content: 1 });
    const waiting = data.waits.reduce((sum, { count }) => sum + count, 0);
    expect(data.now.count + waiting + 3).toBe(data.audience);
    expect(data.audience).toBe(FICTION.length);
    expect(data.missing).toEqual([{ field: "first_name", contacts: 1 }]);
    expect(data.refused.every(({ example }) => example!.sentence.length > 20)).toBe(true);
    expect(data.cost.likelyMicros).toBeGreaterThan(0);
    expect(data.finishAt).not.toBeNull();
    expect(data.canOverrideQuietHours).toBe(true);
    await server.sql`delete from do_not_contact where tenant_id = ${tenantId}`;
    await server.sql`update contacts set consent_basis = 'express', first_name = 'Mia' where tenant_id = ${tenantId}`;
  });

  it("says how many messages a small budget and a number in warm-up leave for tomorrow", async () => {
    await server.sql`
      update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))} where id = ${tenantId}`;
    await server.sql`
      update sending_numbers set warm_up_started_on = (now() at time zone 'Australia/Sydney')::date, warm_up_schedule = array[2, 100]
      where tenant_id = ${tenantId}`;
    const id = await draft();
    const warm = await owner.query<Preflight>("campaigns.preflight", { id });
    expect(warm.data.now.count).toBe(2);
    expect(warm.data.waits).toMatchObject([{ gate: "sender", reason: "Warm-up", count: 3 }]);
    await server.sql`update sending_numbers set warm_up_schedule = null where tenant_id = ${tenantId}`;
    const price = warm.data.now.costMicros / 2;
    await server.sql`update tenants set daily_budget_cents = ${(price * 3.5) / 10_000} where id = ${tenantId}`;
    const poor = await owner.query<Preflight>("campaigns.preflight", { id });
    expect(poor.data.now.count).toBe(3);
    expect(poor.data.waits).toMatchObject([{ gate: "budget", reason: "Budget", count: 2 }]);
    await server.sql`update tenants set daily_budget_cents = 100000 where id = ${tenantId}`;
  });

  it("counts contacts who were texted recently until the hour when they may be texted again", async () => {
    await server.sql`update tenants set cap_per_day = 1 where id = ${tenantId}`;
    const id = await draft();
    const { data } = await owner.query<Preflight>("campaigns.preflight", { id });
    expect(data.waits).toContainEqual(
      expect.objectContaining({ gate: "frequency", reason: "Frequency cap", count: 1 }),
    );
    await server.sql`update tenants set cap_per_day = null where id = ${tenantId}`;
  });
});

describe("live progress", () => {
  it("sends its first value at once, then each change, and ends when the process stops", async () => {
    const id = await draft();
    await owner.mutate("campaigns.launch", { id });
    await freeze(id);
    const search = `?input=${encodeURIComponent(JSON.stringify({ id }))}`;
    const open = () =>
      server.app.request(`/trpc/campaigns.live${search}`, { headers: { cookie: owner.cookie } });
    const [one, two] = [readerOf(await open()), readerOf(await open())];
    expect(await one.next()).toMatchObject({ id, status: "running", audience: FICTION.length });
    expect(await two.next()).toMatchObject({ id });
    await owner.mutate("campaigns.pause", { id });
    expect(await one.next()).toMatchObject({ status: "paused" });
    expect(await two.next()).toMatchObject({ status: "paused" });
    await two.cancel();
    await owner.mutate("campaigns.cancel", { id });
    let last = await one.next();
    while (last && (last as { counts: unknown[] }).counts.length > 1) last = await one.next();
    expect(last).toMatchObject({ status: "canceled" });
    server.closing.abort();
    // The stream does not say that it is over, so the browser reconnects to another process.
    expect(await one.next()).toMatchObject({ data: { code: "SERVICE_UNAVAILABLE" } });
    expect(await one.next()).toBeNull();
    const gauge = await server.dependencies.metrics.liveStreams.get();
    expect(gauge.values[0]!.value).toBe(0);
  });
});

/** Reads the data of each event of a stream; null at its end. */
function readerOf(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    cancel: () => reader.cancel(),
    async next(): Promise<unknown> {
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
