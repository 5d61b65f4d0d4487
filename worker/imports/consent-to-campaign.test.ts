import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { setOptInKeyword } from "@smscrm/db/contacts/opt-in-keywords";
import { strangeSid } from "@smscrm/db/testing/send-fixture";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  importFile as fromFile,
  type GivenFile,
  sendToEnd,
  textedSince,
} from "../testing/file-to-carrier.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

let fixture: SendingFixture;
let tenantId: string;
let ours: string;
let userId: string;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
  tenantId = await fixture.tenant();
  ours = (await fixture.number(tenantId)).phone;
  const [user] = await fixture.sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', ${`${crypto.randomUUID()}@example.com`}, 'x') returning id`;
  userId = user!.id;
});
afterEach(() => fixture.close());

interface Given extends GivenFile {
  of?: string;
}

const importFile = (text: string, { of = tenantId, ...given }: Given = {}) =>
  fromFile(fixture, of, text, given);

/** Sends a campaign to all contacts and returns whom the carrier was asked to text, and why the others were not. */
async function campaignTo(of = tenantId, change: { purpose?: string; topic?: string } = {}) {
  const { sql, campaign, creates } = fixture;
  const before = creates().length;
  // The statutes of some countries close at night, and this is about consent alone.
  const open = { quietHoursOverrideReason: "A test of consent" };
  const campaignId = await campaign(of, { status: "draft", ...open });
  await sql`
    update campaigns set purpose = ${change.purpose ?? "marketing"}, topic = ${change.topic ?? null},
      status = 'launching', launched_at = clock_timestamp() where id = ${campaignId}`;
  await sendToEnd(fixture, campaignId);
  const refused = await sql<{ phone: string; fault: string }[]>`
    select phone_e164 as phone, verdict -> 'looked' ->> 'fault' as fault from send_jobs
    where campaign_id = ${campaignId} and failure_reason = 'Consent' order by 1`;
  return {
    texted: textedSince(fixture, before),
    refused: Object.fromEntries(refused.map(({ phone, fault }) => [phone, fault])),
  };
}

const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const says = (from: string, body: string) =>
  ingestInbound(fixture.sql, {
    messageSid: strangeSid(),
    from,
    to: ours,
    body,
    optOutType: null,
    payload: {},
  });

/** People of one country each; the fixture's number is Australian, so only Australians reach the carrier. */
async function livesIn(phone: string, country: string): Promise<void> {
  await fixture.sql`update contacts set address_country = ${country} where phone_e164 = ${phone}`;
}

describe("a file's consent decides who is texted", () => {
  const FILE = "Mobile,First name\n+61491570006,Mia\n+61491570156,Noah\n";

  test("a person in the United States is texted only with the wording, and a second import brings it", async () => {
    fixture.startOne();
    await importFile(FILE);
    await livesIn("+61491570156", "US");
    expect(await campaignTo()).toEqual({
      texted: ["+61491570006"],
      refused: { "+61491570156": "no-wording" },
    });
    const again = await importFile(FILE, { consent: { wording: "I agree to marketing texts from Acme" } });
    expect(again).toMatchObject({ created: 0, unchanged: 2 });
    expect((await campaignTo()).texted).toEqual(["+61491570006", "+61491570156"]);
    const records = await fixture.sql`
      select wording, method, source from consents where phone_e164 = '+61491570156' order by id`;
    expect(records).toEqual([
      { wording: null, method: "Asked at the counter", source: "import" },
      {
        wording: "I agree to marketing texts from Acme",
        method: "Asked at the counter",
        source: "import",
      },
    ]);
  });

  test("columns of the file say when, how and to what, and when the sale was", async () => {
    fixture.startOne();
    await importFile(
      [
        "Mobile,SMS consent date,Consent source,Consent wording,Last order",
        `+61491570006,2026-03-04,Checkout,I agree,${day(100)}`,
        `+61491570156,2026-03-05,Checkout,I agree,${day(800)}`,
        "+61491570157,2026-03-06,Checkout,I agree,unknown",
        "",
      ].join("\n"),
      {
        consentBasis: "inferred",
        consent: { event: { kind: "purchase" } },
        moreColumns: { eventDate: 4 },
      },
    );
    for (const phone of ["+61491570006", "+61491570156", "+61491570157"]) await livesIn(phone, "CA");
    expect(await campaignTo()).toEqual({
      texted: ["+61491570006"],
      refused: { "+61491570156": "expired", "+61491570157": "no-event-date" },
    });
    const [record] = await fixture.sql`
      select method, wording, given_at as "givenAt", event, basis from consents where phone_e164 = '+61491570006'`;
    expect(record).toEqual({
      ...{
        method: "Consent source: Checkout",
        wording: "I agree",
        event: "purchase",
        basis: "inferred",
      },
      givenAt: new Date("2026-03-04T00:00:00Z"),
    });
  });

  test("a transactional contact gets the reminder and no marketing; topics limit marketing", async () => {
    fixture.startOne();
    await importFile("Mobile\n+61491570006\n", { consentBasis: "transactional" });
    await importFile("Mobile\n+61491570156\n", { consent: { topics: ["Offers"] } });
    expect((await campaignTo(tenantId, { purpose: "transactional" })).texted).toEqual([
      "+61491570006",
      "+61491570156",
    ]);
    expect(await campaignTo(tenantId, { topic: "Events" })).toEqual({
      texted: [],
      refused: { "+61491570006": "not-enough-for-marketing", "+61491570156": "other-topic" },
    });
    expect((await campaignTo(tenantId, { topic: "Offers" })).texted).toEqual(["+61491570156"]);
  });

  test("a person of two tenants: what they refused of one, the other still sends", async () => {
    fixture.startOne();
    const other = await fixture.tenant();
    await fixture.number(other);
    await importFile("Mobile\n+61491570006\n");
    await importFile("Mobile\n+61491570006\n", { of: other });
    await says("+61491570006", "no more offers but keep my reminders");
    expect(await campaignTo()).toEqual({ texted: [], refused: { "+61491570006": "refused" } });
    expect((await campaignTo(tenantId, { purpose: "transactional" })).texted).toEqual(["+61491570006"]);
    expect((await campaignTo(other)).texted).toEqual(["+61491570006"]);
    // An import does not prove that somebody changed their mind.
    await importFile("Mobile\n+61491570006\n", { consent: { wording: "I agree" } });
    expect(await campaignTo()).toEqual({ texted: [], refused: { "+61491570006": "refused" } });
  });
});

describe("double opt-in", () => {
  const QUESTION = "Acme: reply YES to get our offers by text, about 4 a month. Reply STOP to opt out";
  const PHONE = "+61491570006";
  const texts = () =>
    fixture
      .creates()
      .map((entry) => (entry.message as { to: string; body: string } | null) ?? { to: "", body: "" })
      .filter(({ to }) => to === PHONE);
  const consent = async () =>
    (
      await fixture.sql`
        select basis, source, wording, topics, purposes, evidence ->> 'text' as text from consents
        where tenant_id = ${tenantId} and phone_e164 = ${PHONE} and basis = 'express'`
    )[0];

  beforeEach(() =>
    fixture.database.asTenant(tenantId, (tx) =>
      setOptInKeyword(tx, tenantId, { keyword: "JOIN", question: QUESTION, topics: ["Offers"] }, userId),
    ),
  );

  test("a keyword is answered with its question, and the YES is express consent with that wording", async () => {
    fixture.startOne();
    await says(PHONE, "YES");
    expect(await consent()).toBeUndefined();
    await says(PHONE, "join");
    await fixture.until("the question was sent", () => texts().some(({ body }) => body === QUESTION));
    await fixture.allFinal();
    await says(PHONE, "yes please but not today");
    expect(await consent()).toBeUndefined();
    await says(PHONE, "Yes");
    expect(await consent()).toEqual({
      ...{
        basis: "express",
        source: "reply",
        wording: QUESTION,
        topics: ["Offers"],
        purposes: ["marketing"],
      },
      text: "Yes",
    });
    await livesIn(PHONE, "US");
    expect((await campaignTo(tenantId, { topic: "Offers" })).texted).toEqual([PHONE]);
    expect((await campaignTo(tenantId, { topic: "Events" })).refused).toEqual({ [PHONE]: "other-topic" });
    const audited = await fixture.sql`select action from audit_log where action = 'consent.double-opt-in'`;
    expect(audited).toHaveLength(1);
  });

  test("a YES without a question, too late, or of another tenant's question gives nothing", async () => {
    fixture.startOne();
    await says(PHONE, "JOIN");
    await fixture.until("the question was sent", () => texts().length > 0);
    await fixture.allFinal();
    await fixture.sql`update opt_in_requests set created_at = now() - interval '25 hours'`;
    await says(PHONE, "YES");
    expect(await consent()).toBeUndefined();
    const other = await fixture.tenant();
    const theirs = (await fixture.number(other)).phone;
    await fixture.sql`update opt_in_requests set created_at = now()`;
    await ingestInbound(fixture.sql, {
      ...{ messageSid: strangeSid(), from: PHONE, to: theirs, body: "YES", optOutType: null, payload: {} },
    });
    expect(await fixture.sql`select 1 from consents where basis = 'express'`).toHaveLength(0);
  });

  test("an opt-out stays: the keyword is not answered, and a YES lifts nothing", async () => {
    fixture.startOne();
    await says(PHONE, "JOIN");
    await fixture.until("the question was sent", () => texts().length > 0);
    await fixture.allFinal();
    await says(PHONE, "STOP");
    await says(PHONE, "YES");
    await says(PHONE, "JOIN now");
    await says(PHONE, "JOIN");
    expect(await consent()).toBeUndefined();
    expect(await fixture.sql`select source from do_not_contact where phone_e164 = ${PHONE}`).toHaveLength(1);
    expect(texts().filter(({ body }) => body === QUESTION)).toHaveLength(1);
  });

  test("the YES lifts the refusal of exactly what it asks for", async () => {
    fixture.startOne();
    await fixture.sql`
      insert into contact_preferences (tenant_id, phone_e164, subject, source) values
        (${tenantId}, ${PHONE}, 'marketing:Offers', 'operator'), (${tenantId}, ${PHONE}, 'service', 'operator')`;
    await says(PHONE, "JOIN");
    await fixture.until("the question was sent", () => texts().length > 0);
    await says(PHONE, "YES");
    expect(await fixture.sql`select subject from contact_preferences`).toEqual([{ subject: "service" }]);
  });
});
