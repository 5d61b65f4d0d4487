import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingestInbound } from "../carrier/webhooks.ts";
import { openSendFixture, type SendFixture, strangeSid } from "../testing/send-fixture.ts";

let fixture: SendFixture;
let tenantId: string;
let ours: string;
let people = 0;
beforeAll(async () => {
  fixture = await openSendFixture();
  tenantId = await fixture.tenant();
  ours = (await fixture.number(tenantId)).phone;
});
afterAll(() => fixture.close());

const newPerson = () => `+61401${String(900_000 + ++people)}`;
/** Stores a person's text: one of now, or one of some minutes ago that arrives only now. */
const say = (from: string, body: string, minutesAgo?: number) =>
  ingestInbound(fixture.sql, {
    messageSid: strangeSid(),
    from,
    to: ours,
    body,
    optOutType: null,
    payload: {},
    ...(minutesAgo === undefined ? {} : { receivedAt: new Date(Date.now() - minutesAgo * 60_000) }),
  });
const suppressed = async (phone: string) => {
  const rows =
    await fixture.sql`select 1 from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${phone}`;
  return rows.length === 1;
};

describe("texts of an outage that arrive later", () => {
  it("a STOP takes effect, without an answer", async () => {
    const person = newPerson();
    await say(person, "please stop texting me", 30);
    expect(await fixture.sql`select 1 from campaigns where kind = 'confirmation'`).toEqual([]);
    expect(await suppressed(person)).toBe(true);
  });

  it("a START does not lift a STOP that came after it", async () => {
    const person = newPerson();
    await say(person, "STOP");
    await say(person, "START", 30);
    expect(await suppressed(person)).toBe(true);
  });

  it("a START lifts a STOP from well before it, also when both arrive late", async () => {
    const person = newPerson();
    await say(person, "STOP", 40);
    await say(person, "START", 30);
    expect(await suppressed(person)).toBe(false);
  });

  it("a STOP from before a START does not undo it, in any order of arrival", async () => {
    const person = newPerson();
    await say(person, "START");
    await say(person, "STOP", 30);
    expect(await suppressed(person)).toBe(false);
    const other = newPerson();
    await say(other, "START", 30);
    await say(other, "STOP", 40);
    expect(await suppressed(other)).toBe(false);
  });

  it.each([
    ["STOP", "START"],
    ["START", "STOP"],
  ])("within a minute of each other (%s, then %s) the STOP wins: clocks differ", async (first, second) => {
    const person = newPerson();
    await say(person, first, 30.5);
    await say(person, second, 30);
    expect(await suppressed(person)).toBe(true);
    const other = newPerson();
    await say(other, second, 30);
    await say(other, first, 30.5);
    expect(await suppressed(other)).toBe(true);
  });

  it("a START does not lift what the carrier has blocked since", async () => {
    const person = newPerson();
    await fixture.sql`insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, ${person}, 'carrier')`;
    await say(person, "START", 30);
    expect(await suppressed(person)).toBe(true);
    await say(person, "START");
    expect(await suppressed(person)).toBe(false);
  });

  it("a STOP withdraws consent as of its own time, and another STOP does not change the date", async () => {
    const person = newPerson();
    await fixture.people(tenantId, { phones: [person] });
    const minutes = async () => {
      const [contact] = await fixture.sql<{ minutes: number }[]>`
        select round(extract(epoch from clock_timestamp() - consent_at) / 60)::int as minutes from contacts
        where phone_e164 = ${person} and consent_basis = 'withdrawn'`;
      return contact?.minutes;
    };
    await say(person, "STOP", 30);
    expect(await minutes()).toBe(30);
    await say(person, "STOP");
    expect(await minutes()).toBe(30);
    expect(await fixture.sql`select 1 from consents where phone_e164 = ${person}`).toHaveLength(2);
  });

  it("is shown with its own time", async () => {
    const person = newPerson();
    await say(person, "hello", 30);
    const [row] = await fixture.sql<{ minutes: number }[]>`
      select round(extract(epoch from clock_timestamp() - created_at) / 60)::int as minutes from inbound_messages
      where from_phone = ${person}`;
    expect(row!.minutes).toBe(30);
  });
});
