import type { FlowPersonRow } from "@smscrm/db/flows/people";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addContacts,
  type Caller,
  createTenant,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import { receiveText } from "../testing/texts.ts";
import type { FlowPage } from "./router.ts";
import type { FlowForecast } from "./simulate.ts";

const OURS = "+61444000300";
let server: TestServer;
let tenantId: string;
let owner: Caller;
let operator: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "operator", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  operator = await server.signIn("operator@acme.example.com");
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, ${OURS}, 'AU', 1000, 1000)`;
});
afterAll(() => server.close());

const send = (body: string) => ({
  do: "send",
  body: `Acme: ${body}. Reply STOP to opt out`,
  smartEncoding: true,
});
const STEPS: object[] = [send("hello"), { do: "wait", minutes: 60 }, send("hello again")];
const definition = (change: object = {}) => ({
  ...{ trigger: { kind: "event", event: "order-shipped" }, purpose: "marketing", topic: null, steps: STEPS },
  ...change,
});
let count = 0;
const make = async (change: object = {}) => {
  const made = await owner.mutate<{ id: string }>("flows.create", {
    ...{ name: `Flow ${++count}`, definition: definition(change) },
  });
  return made.data.id;
};
const get = async (id: string) => (await owner.query<FlowPage>("flows.get", { id })).data;
const turnOn = async (id: string, by = owner) =>
  by.mutate<{ version: number }>("flows.turnOn", { id, updatedAt: (await get(id)).updatedAt });
const person = async () => {
  const phone = `+6149157${String(2000 + ++count)}`;
  const [contactId] = await addContacts(server.sql, tenantId, [phone]);
  return { phone, contactId: contactId! };
};
const peopleOf = async (id: string) =>
  (await owner.query<{ people: FlowPersonRow[] }>("flows.people", { id })).data.people;

describe("a flow's trigger", () => {
  it.each([
    "STOP",
    "stop",
    "unsubscribe",
    "BAJA",
    "ARRET",
    "停止",
    "START",
    "HELP",
    "AIUTO",
    "退订",
    "ОТПИСАТЬСЯ",
  ])("can't be %s, which means something in a reply", async (keyword) => {
    const id = await make({ trigger: { kind: "keyword", keyword } });
    const answer = await turnOn(id);
    expect(answer.status).toBe(400);
    expect(answer.message).toMatch(/already means something in a reply|one word of 2 to 20/);
  });

  it("can't be a keyword of another flow, or one that asks for consent", async () => {
    const first = await make({ trigger: { kind: "keyword", keyword: "menu" } });
    expect((await turnOn(first)).status).toBe(200);
    const second = await make({ trigger: { kind: "keyword", keyword: "Menu" } });
    expect((await turnOn(second)).message).toContain("Another flow starts with MENU");
    const question = "Acme: reply YES to get offers, STOP to opt out";
    await owner.mutate("optIn.set", { keyword: "JOIN", question });
    const third = await make({ trigger: { kind: "keyword", keyword: "JOIN" } });
    expect((await turnOn(third)).message).toContain("JOIN asks for consent");
  });

  it("brings in who texts the keyword, once, and says why they are there; STOP takes them out", async () => {
    const id = await make({ trigger: { kind: "keyword", keyword: "PIZZA" } });
    await turnOn(id);
    const ann = await person();
    for (const Body of ["pizza", "PIZZA!"]) await receiveText(server, { From: ann.phone, To: OURS, Body });
    expect(await peopleOf(id)).toMatchObject([
      { contactId: ann.contactId, cause: { kind: "keyword", keyword: "PIZZA" }, place: "1", version: 1 },
    ]);
    const own = await owner.query<{ flows: FlowPersonRow[] }>("flows.ofContact", { id: ann.contactId });
    expect(own.data.flows).toMatchObject([{ flowId: id, endedAt: null }]);
    await receiveText(server, { From: ann.phone, To: OURS, Body: "STOP" });
    expect(await peopleOf(id)).toMatchObject([{ place: null, endReason: "opted-out" }]);
  });

  it("by tag takes those who get it from now on, by whatever way, and nobody on the do-not-contact list", async () => {
    const id = await make({ trigger: { kind: "tag", tag: "new" } });
    const [before, ann, ben, cat] = [await person(), await person(), await person(), await person()];
    const tag = (who: { contactId: string }, tags: string[]) =>
      server.sql`update contacts set tags = ${tags} where id = ${who.contactId}`;
    await tag(before, ["new"]);
    await turnOn(id);
    await tag(before, ["new", "other"]);
    await tag(ann, ["other", "new"]);
    await owner.mutate("doNotContact.add", { phone: ben.phone, note: "Asked by phone" });
    await tag(ben, ["new"]);
    await server.sql`
      insert into contacts (tenant_id, phone_e164, country, line_type, consent_basis, tags)
      values (${tenantId}, '+61491572999', 'AU', 'MOBILE', 'express', ${["new"]})`;
    const people = await peopleOf(id);
    expect(people.map(({ phone }) => phone).sort()).toEqual(["+61491572999", ann.phone].sort());
    await tag(cat, ["new"]);
    await server.sql`delete from contacts where id = ${cat.contactId}`;
    expect((await peopleOf(id)).find(({ phone }) => phone === cat.phone)!.endReason).toBe("contact-gone");
  });

  it("by event takes each event once by its key", async () => {
    const id = await make();
    await turnOn(id);
    const ann = await person();
    const report = (key: string, change: object = {}) =>
      owner.mutate<{ entered: number; isRepeated: boolean }>("flows.event", {
        ...{ event: "order-shipped", contactId: ann.contactId, key },
        ...change,
      });
    const both = await Promise.all([report("order 1"), report("order 1")]);
    expect(both.map(({ data }) => data.isRepeated).sort()).toEqual([false, true]);
    expect(both.map(({ data }) => data.entered)).toEqual([1, 1]);
    expect((await report("order 2")).data).toEqual({ entered: 0, isRepeated: false });
    expect((await report("order 1", { event: "order-late" })).status).toBe(409);
    expect(await peopleOf(id)).toHaveLength(1);
  });
});

describe("a flow", () => {
  it.each([
    [
      "two messages without a wait",
      [send("one"), send("two")],
      "Two messages may not follow each other at once",
    ],
    [
      "a wait for a reply to nothing",
      [{ do: "wait-for-reply", minutes: 5, replied: [], silent: [] }],
      "right after a message",
    ],
    ["an unknown merge field", [send("hi {{frist_name}}")], "did you mean {{first_name}}?"],
  ])("with %s does not go live, and says what to do", async (_, steps, sentence) => {
    const id = await make({ steps });
    expect((await get(id)).faults.join()).toContain(sentence);
    const answer = await turnOn(id);
    expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(sentence)]);
  });

  it("is not turned on by a member who may launch to a limited number only", async () => {
    const id = await make();
    await owner.mutate("settings.updateLaunchLimits", { launchLimits: { operator: 5 } });
    const answer = await turnOn(id, operator);
    expect([answer.status, answer.message]).toEqual([412, expect.stringContaining("nobody knows how many")]);
    expect((await turnOn(id)).status).toBe(200);
    await owner.mutate("settings.updateLaunchLimits", { launchLimits: {} });
  });

  it("keeps those who are in it on their version, and refuses a draft that somebody changed", async () => {
    const event = `event-${++count}`;
    const id = await make({ trigger: { kind: "event", event } });
    const seen = (await get(id)).updatedAt;
    await turnOn(id);
    const [ann, ben] = [await person(), await person()];
    await owner.mutate("flows.event", { event, contactId: ann.contactId, key: `${event} 1` });
    const change = {
      id,
      name: `Flow ${++count}`,
      definition: definition({ trigger: { kind: "event", event } }),
    };
    expect((await operator.mutate("flows.save", { ...change, updatedAt: seen })).status).toBe(200);
    const stale = await owner.mutate("flows.save", { ...change, updatedAt: seen });
    expect([stale.status, stale.message]).toEqual([
      409,
      expect.stringContaining("acme operator changed this flow"),
    ]);
    expect((await owner.mutate("flows.turnOn", { id, updatedAt: seen })).status).toBe(409);
    expect((await turnOn(id)).data.version).toBe(2);
    await owner.mutate("flows.event", { event, contactId: ben.contactId, key: `${event} 2` });
    const people = await peopleOf(id);
    expect(people.map(({ phone, version }) => [phone, version]).sort()).toEqual(
      [
        [ann.phone, 1],
        [ben.phone, 2],
      ].sort(),
    );
    expect((await get(id)).versions.map(({ version, lines }) => [version, lines])).toEqual([
      [2, { "0": 1 }],
      [1, { "0": 1 }],
    ]);
  });

  it("is not resumed while it is on, and not turned on again once it is stopped", async () => {
    const id = await make();
    await turnOn(id);
    expect((await owner.mutate("flows.resume", { id })).status).toBe(409);
    await owner.mutate("flows.pause", { id });
    expect((await get(id)).status).toBe("paused");
    expect((await turnOn(id)).status).toBe(409);
    expect((await owner.mutate("flows.resume", { id })).status).toBe(200);
    await owner.mutate("flows.stop", { id });
    expect((await turnOn(id)).message).toContain("stopped for good");
  });
});

describe("a simulation", () => {
  it("reckons 30 days from what is on record, with the gates' answers and prices", async () => {
    const event = `event-${++count}`;
    const id = await make({ trigger: { kind: "event", event } });
    for (let n = 0; n < 3; n += 1) {
      const { contactId } = await person();
      await owner.mutate("flows.event", { event, contactId, key: `${event} ${n}` });
    }
    const stranger = await person();
    await server.sql`update contacts set consent_basis = 'unknown' where id = ${stranger.contactId}`;
    await owner.mutate("flows.event", { event, contactId: stranger.contactId, key: `${event} 9` });
    await server.sql`update flow_events set created_at = created_at - interval '20 days' where event = ${event}`;
    const { data } = await owner.query<FlowForecast>("flows.simulate", { id });
    expect(data).toMatchObject({ from: "history", entering: 4, sampled: 4 });
    expect(data.silent.messages).toBe(6);
    expect(data.silent.costMicros).toBeGreaterThan(0);
    expect(data.silent.refused).toEqual({ Consent: 1 });
    expect(data.unknown.join(" ")).toContain("The last 30 days stand for the next");
  });

  it("knows the dates that come, whatever the field holds besides", async () => {
    await owner.mutate("fields.create", { label: "Visit", type: "date" });
    const id = await make({ trigger: { kind: "date", field: "visit", days: -1 } });
    const day = (ahead: number) => new Date(Date.now() + ahead * 24 * 60 * 60_000).toISOString().slice(0, 10);
    for (const visit of [day(5), day(25), day(90), `${day(0).slice(0, 7)}-32`, "soon"]) {
      const { contactId } = await person();
      await server.sql`update contacts set custom = ${server.sql.json({ visit })} where id = ${contactId}`;
    }
    const { data } = await owner.query<FlowForecast>("flows.simulate", { id });
    expect(data).toMatchObject({ from: "dates", entering: 2 });
    expect(
      data.silent.days.map(({ entered }, nth) => (entered ? nth : -1)).filter((nth) => nth >= 0),
    ).toHaveLength(2);
  });

  it("says what it can't know where nothing is on record", async () => {
    const id = await make({ trigger: { kind: "keyword", keyword: "SUSHI" } });
    const { data } = await owner.query<FlowForecast>("flows.simulate", { id });
    expect(data.from).toBe("unknown");
    expect(data.unknown[0]).toContain("nothing like it is on record");
  });
});
