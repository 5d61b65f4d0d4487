import { createHmac, randomUUID } from "node:crypto";
import { SHIPPED_BOOK } from "@smscrm/core/law/rule-book";
import { replayReply } from "@smscrm/core/replay/reply-replay";
import { sweepForged } from "@smscrm/db/carrier/webhooks";
import { readReplies } from "@smscrm/db/rules/reply-source";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addContacts,
  createTenant,
  FICTION,
  PUBLIC_URL,
  startTestServer,
  type TestServer,
  TOKEN,
} from "../testing/test-api.ts";

let server: TestServer;
let tenantId: string;
let campaignId: string;
const OUR_NUMBER = "+61444000100";

beforeAll(async () => {
  server = await startTestServer({ webhookTokens: [TOKEN, "the token before it"] });
  tenantId = await createTenant(server.sql, "acme");
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    values (${tenantId}, ${OUR_NUMBER}, 'AU', 10)`;
  const [campaign] = await server.sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, launched_at)
    values (${tenantId}, 'Sale', 'Hi', '{"kind":"all"}', 'running', now()) returning id`;
  campaignId = campaign!.id;
});
afterAll(() => server.close());

type Params = Record<string, string>;
const url = (path: string) => `${PUBLIC_URL}/webhooks/twilio/${path}`;

/** Signed here by hand, not by the SDK that the server uses. */
function sign(path: string, params: Params, token = TOKEN): string {
  const text = Object.keys(params)
    .sort()
    .reduce((all, name) => all + name + params[name], url(path));
  return createHmac("sha1", token).update(text).digest("base64");
}

function post(path: string, params: Params, headers: Record<string, string> = {}) {
  return server.app.request(`/webhooks/twilio/${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": sign(path, params),
      ...headers,
    },
    body: new URLSearchParams(params).toString(),
  });
}

let sids = 0;
const newSid = () => `SM${String(++sids).padStart(32, "0")}`;

/** Creates a message that the carrier accepted, as the worker leaves it. */
async function takenByCarrier(): Promise<{ attemptId: string; sid: string; jobId: string }> {
  const sid = newSid();
  const phone = `+6149157${String(1000 + sids).padStart(4, "0")}`;
  const [contactId] = await addContacts(server.sql, tenantId, [phone]);
  const [job] = await server.sql<{ id: string }[]>`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country, status, sent_at)
    values (${tenantId}, ${campaignId}, ${contactId!}, ${phone}, 'AU', 'sent', now()) returning id`;
  const [attempt] = await server.sql<{ id: string }[]>`
    insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone,
      body, segments, validity_seconds, state, carrier_sid, carrier_status, budget_day, budget_month, reserved_micros,
      claimed_at, handed_over_at)
    select ${tenantId}, ${job!.id}, ${campaignId}, 1, id, phone_e164, ${phone}, 'Hi', 1, 300, 'accepted', ${sid},
      'queued', now()::date, date_trunc('month', now())::date, 0, now(), now()
    from sending_numbers where tenant_id = ${tenantId} returning id`;
  await server.sql`update send_jobs set last_attempt_id = ${attempt!.id} where id = ${job!.id}`;
  return { attemptId: attempt!.id, sid, jobId: job!.id };
}

const status = (sid: string, messageStatus: string, more: Params = {}): Params => ({
  MessageSid: sid,
  MessageStatus: messageStatus,
  AccountSid: "AC1",
  From: OUR_NUMBER,
  To: FICTION[0],
  ...more,
});
const eventsOf = (sid: string) => server.sql`
  select outcome, times_received, attempt_id, message_status, signature_valid from webhook_events
  where message_sid = ${sid} order by id`;
const jobStatus = async (id: string) =>
  (await server.sql`select status from send_jobs where id = ${id}`)[0]!.status;

describe("a status callback", () => {
  it("is stored and merged before it is answered with 204", async () => {
    const { attemptId, sid, jobId } = await takenByCarrier();
    const response = await post(`status/${attemptId}`, status(sid, "delivered"));
    expect(response.status).toBe(204);
    expect(await jobStatus(jobId)).toBe("delivered");
    expect(await eventsOf(sid)).toMatchObject([
      { outcome: "merged", attempt_id: attemptId, signature_valid: true },
    ]);
  });

  it("counts once however often it comes, and never moves a message backwards", async () => {
    const { attemptId, sid, jobId } = await takenByCarrier();
    const calls = ["delivered", "sent", "delivered", "delivered", "sent"];
    const answers = await Promise.all(calls.map((each) => post(`status/${attemptId}`, status(sid, each))));
    expect(answers.map((answer) => answer.status)).toEqual([204, 204, 204, 204, 204]);
    expect(await jobStatus(jobId)).toBe("delivered");
    const events = await eventsOf(sid);
    expect(events.map((event) => [event.message_status, event.times_received]).sort()).toEqual([
      ["delivered", 3],
      ["sent", 2],
    ]);
  });

  it("in a burst is committed in batches, each answered after its own commit", async () => {
    const taken = [];
    for (let index = 0; index < 30; index++) taken.push(await takenByCarrier());
    const answers = await Promise.all(
      taken.map(({ attemptId, sid }) => post(`status/${attemptId}`, status(sid, "delivered"))),
    );
    expect(answers.every((answer) => answer.status === 204)).toBe(true);
    const [row] = await server.sql`
      select count(*)::int as delivered from send_jobs where id = any(${taken.map((each) => each.jobId)}) and status = 'delivered'`;
    expect(row!.delivered).toBe(30);
    const { values } = await server.dependencies.metrics.webhookBatch.get();
    const batches = values.find(({ metricName }) => metricName?.endsWith("_count"))!.value;
    const events = values.find(({ metricName }) => metricName?.endsWith("_sum"))!.value;
    expect(batches).toBeLessThan(events);
  });

  it.each([randomUUID(), "not-an-id", "x".repeat(300)])(
    "for an attempt that is not ours (%s) is kept",
    async (attemptId) => {
      const sid = newSid();
      expect((await post(`status/${attemptId}`, status(sid, "sent"))).status).toBe(204);
      expect(await eventsOf(sid)).toMatchObject([{ outcome: "unknown-message" }]);
    },
  );

  it("drops only the values that no column can hold", async () => {
    const sid = newSid();
    const answer = await post(
      `status/${randomUUID()}`,
      status(sid, "sent", { Odd: "a\u0000b", ErrorCode: "not a number" }),
    );
    expect(answer.status).toBe(204);
    expect(await eventsOf(sid)).toHaveLength(1);
  });

  it("with a code that no column can hold does not fail its batch", async () => {
    const { attemptId, sid, jobId } = await takenByCarrier();
    const huge = status(sid, "failed", { ErrorCode: "99999999999" });
    expect((await post(`status/${attemptId}`, huge)).status).toBe(204);
    expect(await jobStatus(jobId)).toBe("failed");
  });

  it("signed with the token before a rotation still counts", async () => {
    const params = status(newSid(), "sent");
    const path = `status/${randomUUID()}`;
    const old = { "x-twilio-signature": sign(path, params, "the token before it") };
    expect((await post(path, params, old)).status).toBe(204);
  });

  it("with another host in a header is verified against PUBLIC_URL", async () => {
    const headers = {
      host: "evil.example.com",
      "x-forwarded-host": "evil.example.com",
      "x-forwarded-proto": "http",
    };
    expect((await post(`status/${randomUUID()}`, status(newSid(), "sent"), headers)).status).toBe(204);
  });

  it("with a query string is verified with it", async () => {
    expect((await post(`status/${randomUUID()}?v=1`, status(newSid(), "sent"))).status).toBe(204);
  });

  it("that is incomplete is a bad request", async () => {
    expect((await post(`status/${randomUUID()}`, { MessageSid: newSid() })).status).toBe(400);
  });
});

describe("a forged request", () => {
  it.each([
    ["with another signature", { "x-twilio-signature": "WRONG" }],
    ["with the signature of another address", { "x-twilio-signature": sign("inbound", {}) }],
    ["with an empty signature", { "x-twilio-signature": "" }],
  ])("%s is 403, changes nothing, and is counted", async (_, headers) => {
    const { attemptId, sid, jobId } = await takenByCarrier();
    const counted = async () => {
      const [row] =
        await server.sql`select count(*)::int as forged from webhook_events where outcome = 'forged'`;
      return row!.forged;
    };
    const before = await counted();
    expect((await post(`status/${attemptId}`, status(sid, "delivered"), headers)).status).toBe(403);
    expect(await jobStatus(jobId)).toBe("sent");
    expect(await counted()).toBe(before + 1);
    expect(await eventsOf(sid)).toHaveLength(0);
    const scraped = await (await server.app.request("/metrics", {}, { remoteAddress: "127.0.0.1" })).text();
    expect(scraped).toMatch(/smscrm_webhooks_forged_total\{kind="status"\} [1-9]/);
  });

  it("in a flood fills neither the disk nor the log with its content", async () => {
    const params = { MessageSid: newSid(), From: FICTION[4], To: OUR_NUMBER, Body: "a private text" };
    for (let index = 0; index < 80; index++) {
      expect((await post("inbound", params, { "x-twilio-signature": "WRONG" })).status).toBe(403);
    }
    const rows = await server.sql`select payload from webhook_events where outcome = 'forged'`;
    expect(rows.length).toBeLessThanOrEqual(130);
    expect(JSON.stringify(rows)).not.toMatch(/private text|61491570159/);
  });

  it("leaves no trace after two weeks, while what was signed and newer ones stay", async () => {
    await server.sql`delete from webhook_events`;
    await server.sql`
      insert into webhook_events (kind, signature_valid, outcome, payload, created_at, message_sid) values
        ('inbound', false, 'forged', '{}', now() - interval '15 days', 'old'),
        ('inbound', false, 'forged', '{}', now() - interval '13 days', 'newer'),
        ('inbound', true, 'unknown-number', '{}', now() - interval '15 days', 'signed'),
        ('inbound', false, 'allowed-unsigned', '{}', now() - interval '15 days', 'let in')`;
    await sweepForged(server.sql);
    const rows = await server.sql<{ sid: string }[]>`
      select message_sid as sid from webhook_events order by message_sid`;
    expect(rows.map(({ sid }) => sid)).toEqual(["let in", "newer", "signed"]);
  });
});

describe("an inbound message", () => {
  const inbound = (more: Params): Params => ({
    MessageSid: newSid(),
    From: FICTION[0],
    To: OUR_NUMBER,
    Body: "",
    ...more,
  });

  it("STOP takes effect before the answer, which is empty because the carrier has answered", async () => {
    await addContacts(server.sql, tenantId, [FICTION[0]]);
    const response = await post("inbound", inbound({ Body: "STOP", NumMedia: "0", FromCity: "" }));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/xml/);
    expect(await response.text()).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
    const rows =
      await server.sql`select source from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${FICTION[0]}`;
    expect(rows).toMatchObject([{ source: "reply" }]);
  });

  it("that opts out in its own words is answered once by a message, and not in the webhook", async () => {
    const params = inbound({ From: FICTION[1], Body: "please stop texting me" });
    for (let times = 0; times < 2; times += 1)
      expect(await (await post("inbound", params)).text()).toMatch(/<Response\/>/);
    const rows =
      await server.sql`select kind from inbound_messages where message_sid = ${params.MessageSid!}`;
    expect(rows).toEqual([{ kind: "opt-out" }]);
    const answers = await server.sql`
      select c.kind, j.status, j.phone_e164 as phone from campaigns c join send_jobs j on j.campaign_id = c.id
      where c.kind in ('answer', 'confirmation')`;
    expect(answers).toEqual([{ kind: "confirmation", status: "queued", phone: FICTION[1] }]);
  });

  it("from a sender that no column can hold is kept, and the carrier does not repeat it", async () => {
    const params = inbound({ From: "+6149\u0000", Body: "hello" });
    expect((await post("inbound", params)).status).toBe(200);
    const rows =
      await server.sql`select body from inbound_messages where message_sid = ${params.MessageSid!}`;
    expect(rows).toHaveLength(1);
  });

  it.each(["10444", "Telco"])("STOP from a sender without a number (%s) is kept", async (from) => {
    const params = inbound({ From: from, Body: "STOP" });
    expect((await post("inbound", params)).status).toBe(200);
    const rows =
      await server.sql`select from_phone, kind from inbound_messages where message_sid = ${params.MessageSid!}`;
    expect(rows).toMatchObject([{ from_phone: from, kind: "opt-out" }]);
  });

  it("to a number that no tenant has is kept", async () => {
    const params = inbound({ To: "+61444999999", Body: "hello" });
    expect((await post("inbound", params)).status).toBe(200);
    const rows =
      await server.sql`select tenant_id, body from inbound_messages where message_sid = ${params.MessageSid!}`;
    expect(rows).toMatchObject([{ tenant_id: null, body: "hello" }]);
  });
});

describe("a request that is no webhook", () => {
  it.each(["application/json", "multipart/form-data; boundary=x", "text/plain", ""])(
    "(%s) is 415",
    async (contentType) => {
      const params = status(newSid(), "sent");
      const response = await post(`status/${randomUUID()}`, params, { "content-type": contentType });
      expect(response.status).toBe(415);
    },
  );

  it("JSON instead of a form is 415, signed or not", async () => {
    const response = await server.app.request("/webhooks/twilio/inbound", {
      method: "POST",
      headers: { "content-type": "application/json", "x-twilio-signature": sign("inbound", {}) },
      body: JSON.stringify({ MessageSid: "SM1" }),
    });
    expect(response.status).toBe(415);
  });

  it("of 10 MB with a Content-Length is 413 without being read", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(64 * 1024));
          if (pulled === 160) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": "10485760" };
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    expect((await server.app.request("/webhooks/twilio/inbound", init)).status).toBe(413);
    expect(pulled).toBeLessThan(4);
  });

  it("of 10 MB without a Content-Length is 413 after its first 64 kB", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(32 * 1024));
          if (pulled === 320) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const init = {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
      duplex: "half",
    } as RequestInit;
    expect((await server.app.request("/webhooks/twilio/inbound", init)).status).toBe(413);
    expect(pulled).toBeLessThan(8);
  });

  it("by GET is not found", async () => {
    expect((await server.app.request("/webhooks/twilio/inbound")).status).toBeGreaterThanOrEqual(404);
  });
});

it("neither numbers nor texts reach the log", () => {
  expect(server.logged.join()).not.toMatch(/\+?6149157|\+?61444000100|please stop texting|private text/);
});

describe("a number that has two forms", () => {
  it.each([
    ["Mexico", "+525555550102", "+5215555550102"],
    ["Argentina", "+5491123456789", "+541123456789"],
    ["Brazil", "+5511987654321", "+551187654321"],
    ["Benin", "+2290197123456", "+22997123456"],
  ])("is one person: a STOP from the other form opts the contact out (%s)", async (_, kept, other) => {
    const [contactId] = await addContacts(server.sql, tenantId, [kept]);
    const text = { MessageSid: newSid(), From: other, To: OUR_NUMBER, Body: "STOP", AccountSid: "AC1" };
    expect((await post("inbound", text)).status).toBe(200);
    const listed = await server.sql`
      select phone_e164 as phone from do_not_contact where tenant_id = ${tenantId} and phone_e164 in (${kept}, ${other})`;
    expect(listed).toEqual([{ phone: kept }]);
    const [contact] = await server.sql`select consent_basis from contacts where id = ${contactId!}`;
    expect(contact).toEqual({ consent_basis: "withdrawn" });
    const [message] = await server.sql`
      select from_phone as phone from inbound_messages where message_sid = ${text.MessageSid}`;
    expect(message).toMatchObject({ phone: kept });
    await post("inbound", { ...text, MessageSid: newSid(), Body: "START" });
    expect(await server.sql`select 1 from do_not_contact where phone_e164 = ${kept}`).toHaveLength(0);
  });
});

describe("a reply", () => {
  it("is stored with what it was heard by, so that reading it again gives the same", async () => {
    const { sid } = await takenByCarrier();
    const [attempt] = await server.sql`
      update send_attempts set body = 'Sale today. Reply NEIN to opt out' where carrier_sid = ${sid}
      returning id, to_phone as phone`;
    const said: [Params, string][] = [
      [{ Body: "nein" }, "opt-out"],
      [{ Body: "yes" }, "wants-texts"],
      [{ Body: "Loved “Sale today. Reply NEIN to opt out”" }, "reaction"],
      [{ Body: "hm", OptOutType: "START" }, "opt-in"],
      [{ Body: "why did you stop texting me?" }, "ask-a-person"],
      [{ Body: "thanks" }, "none"],
    ];
    const sids: string[] = [];
    for (const [params] of said) {
      const MessageSid = newSid();
      const all = { MessageSid, AccountSid: "AC1", From: attempt!.phone, To: OUR_NUMBER, ...params };
      expect((await post("inbound", all)).status).toBe(200);
      sids.push(MessageSid);
    }
    const rows = await server.sql<{ id: string }[]>`
      select id from inbound_messages where message_sid = any(${sids}) order by id`;
    const replies = await readReplies(
      server.sql,
      rows.map(({ id }) => id),
    );
    expect(replies.map(({ kind }) => kind)).toEqual(said.map(([, kind]) => kind));
    expect(replies[0]!.facts).toMatchObject({ law: 0, listed: null, ours: [attempt!.id] });
    for (const reply of replies)
      expect(replayReply(reply, SHIPPED_BOOK, SHIPPED_BOOK)).toEqual({
        ...{ kind: "known", from: reply.kind, to: reply.kind },
      });
  });
});
