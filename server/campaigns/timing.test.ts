import type { LocalTime, PassedChoice } from "@smscrm/core/campaigns/timing/local-time";
import { MINUTE_MS, wallMs } from "@smscrm/core/time/wall-clock";
import type { Campaign } from "@smscrm/db/campaigns/campaigns";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageRow } from "../messages/router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import type { Preflight } from "./preflight/run.ts";

let server: TestServer;
let tenantId: string;
let owner: Caller;

const SYDNEY = ["+61491570156", "+61491570157", "+61491570158"];
const PERTH = ["+61491570159"];

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme", ["owner", "viewer"]);
  owner = await server.signIn("owner@acme.example.com");
  await addContacts(server.sql, tenantId, [...SYDNEY, ...PERTH]);
  await server.sql`update contacts set timezone = 'Australia/Perth' where tenant_id = ${tenantId} and phone_e164 = ${PERTH[0]!}`;
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, '+61480001000', 'AU', 1000, 1000)`;
  await server.sql`update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}
    where id = ${tenantId}`;
});
afterAll(() => server.close());

/** The time in Sydney in some minutes. Perth's is two or three hours behind. */
function inSydney(minutes: number, passed: PassedChoice): LocalTime {
  const wall = new Date(wallMs("Australia/Sydney", Date.now() + minutes * MINUTE_MS)).toISOString();
  return { date: wall.slice(0, 10), time: wall.slice(11, 16), passed };
}
const draft = async (change: object) => {
  const made = await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, ...change });
  expect(made.status, made.message).toBe(200);
  return made.data.id;
};
const preflight = async (id: string) => (await owner.query<Preflight>("campaigns.preflight", { id })).data;
const minutesTo = (at: Date | string | null) => Math.round((Date.parse(String(at)) - Date.now()) / MINUTE_MS);

describe("the preflight of a campaign at a local time", () => {
  it("says when the first and the last go, and for how many the time has passed", async () => {
    const nextDay = await preflight(await draft({ localTime: inSydney(-60, "next-day") }));
    expect(nextDay).toMatchObject({ audience: 4, now: { count: 0 }, timePassed: 3, refused: [] });
    expect(nextDay.waits).toMatchObject([{ gate: "send-time", reason: "Send time", count: 4 }]);
    // Perth in one or two hours, Sydney tomorrow.
    expect(minutesTo(nextDay.startAt)).toBeGreaterThan(55);
    expect(minutesTo(nextDay.startAt)).toBeLessThan(125);
    expect(minutesTo(nextDay.finishAt)).toBeGreaterThan(21 * 60);
    expect(nextDay.startAt).toBe(nextDay.waits[0]!.earliest);
    // The forecast ends with the last of those who wait, never before.
    expect(Date.parse(String(nextDay.finishAt))).toBeGreaterThanOrEqual(
      Date.parse(String(nextDay.waits[0]!.latest)),
    );

    const skip = await preflight(await draft({ localTime: inSydney(-60, "skip") }));
    expect(skip).toMatchObject({ now: { count: 0 }, timePassed: 3 });
    expect(skip.refused).toMatchObject([{ gate: "send-time", reason: "Send time passed", count: 3 }]);
    expect(skip.refused[0]!.example!.sentence).toMatch("it was past");

    const atOnce = await preflight(await draft({ localTime: inSydney(-60, "at-once") }));
    expect(atOnce).toMatchObject({ now: { count: 3 }, timePassed: 3, refused: [] });
    expect(atOnce.waits).toMatchObject([{ count: 1 }]);
  });

  it("counts nobody as reached who would be too late", async () => {
    const localTime = inSydney(60, "next-day");
    const expiresAt = new Date(Date.now() + 90 * MINUTE_MS).toISOString();
    const { waits, refused, finishAt, missed } = await preflight(await draft({ localTime, expiresAt }));
    expect(waits).toMatchObject([{ count: 3 }]);
    expect(refused).toMatchObject([{ gate: "expiry", reason: "Expired", count: 1 }]);
    expect(missed).toEqual([]);
    expect(minutesTo(finishAt)).toBeLessThan(90);
  });

  it("says how long a spread and a speed limit take", async () => {
    const spread = await preflight(await draft({ spreadMinutes: 120 }));
    expect(spread).toMatchObject({ now: { count: 0 }, waits: [{ gate: "send-time", count: 4 }] });
    expect(minutesTo(spread.waits[0]!.latest)).toBe(120);
    expect(Math.abs(minutesTo(spread.finishAt) - 120)).toBeLessThanOrEqual(1);
    const slow = await preflight(await draft({ messagesPerMinute: 1 }));
    expect(slow).toMatchObject({ now: { count: 4 } });
    expect(minutesTo(slow.finishAt)).toBe(4);
  });
});

describe("a campaign at a local time", () => {
  it("keeps its settings, and a copy has the speed without the day", async () => {
    const localTime = inSydney(60, "skip");
    const id = await draft({ localTime, spreadMinutes: 90, messagesPerMinute: 30 });
    const get = async (of: string) => (await owner.query<Campaign>("campaigns.get", { id: of })).data;
    expect(await get(id)).toMatchObject({ localTime, spreadMinutes: 90, messagesPerMinute: 30 });
    const copy = await owner.mutate<{ id: string }>("campaigns.duplicate", { id });
    expect(await get(copy.data.id)).toMatchObject({
      ...{ localTime: null, spreadMinutes: 90, messagesPerMinute: 30 },
    });
  });

  it.each([
    [{ localTime: { date: "2026-13-01", time: "09:00", passed: "skip" } }, /Choose a day/],
    [{ localTime: { date: "2026-12-01", time: "9", passed: "skip" } }, /HH:MM/],
    [{ spreadMinutes: 1 }, /at least 5 minutes/],
    [{ spreadMinutes: 10_000 }, /72 hours/],
    [{ messagesPerMinute: 0 }, /at least one message/],
    [{ messagesPerMinute: 1.5 }, /whole number/],
  ])("with %j is refused in plain words", async (change, sentence) => {
    const answer = await owner.mutate("campaigns.create", { ...DRAFT, ...change });
    expect(answer).toMatchObject({ code: "BAD_REQUEST" });
    expect(answer.message).toMatch(sentence);
  });

  it("can't launch once its time has passed everywhere, nor a month ahead", async () => {
    const launch = async (days: number) => {
      const id = await draft({ localTime: inSydney(days * 24 * 60, "at-once") });
      return (await owner.mutate("campaigns.launch", { id })).message;
    };
    expect(await launch(-2)).toMatch("past everywhere");
    expect(await launch(32)).toMatch("more than 30 days");
  });

  it("says on each message and on the person's page why it waits", async () => {
    const localTime = inSydney(60, "next-day");
    const id = await draft({ localTime });
    await owner.mutate("campaigns.launch", { id });
    await freezeNextChunk(server.sql, id, 1);
    const list = await owner.query<{ items: MessageRow[] }>("messages.list", { campaignId: id });
    expect(list.data.items).toHaveLength(4);
    for (const { sentence } of list.data.items)
      expect(sentence).toMatch(`Held: waits for ${localTime.time} where they are. Goes at ${localTime.time}`);
    const one = await owner.query<{ sentence: string; gates: { name: string; answer: string }[] }>(
      "messages.get",
      { id: list.data.items[0]!.id },
    );
    // A launch asks no other gate, and the page does not say that it did.
    expect(one.data.gates.filter(({ answer }) => answer !== "not asked")).toMatchObject([
      { name: "send-time", answer: "hold" },
    ]);
    const figures = await owner.query<{ nextOpeningAt: string; finishAt: string }>("campaigns.progress", {
      id,
    });
    expect(minutesTo(figures.data.nextOpeningAt)).toBeGreaterThan(57);
    expect(minutesTo(figures.data.finishAt)).toBeGreaterThan(2 * 60);
  });
});
