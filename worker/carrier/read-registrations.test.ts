import { addConsent } from "@smscrm/db/contacts/consents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registrationsSchema } from "../../infra/simulator/registrations.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

/** The account: a service whose campaign is in force, one that waits, one that was refused, and one of a suspended brand. */
const NUMBERS = {
  registered: "+12025550111",
  pending: "+12025550112",
  refused: "+12025550113",
  suspended: "+12025550114",
  unlisted: "+12025550115",
  odd: "+12025550116",
};
const TOLL_FREE = { verified: "+18335550111", review: "+18335550112", rejected: "+18335550113" };

const account = (changes: Record<string, unknown> = {}) =>
  registrationsSchema.parse({
    campaigns: [
      { name: "first", status: "VERIFIED", numbers: [NUMBERS.registered, "+12025550901", "+12025550902"] },
      {
        name: "second",
        status: "IN_PROGRESS",
        numbers: [NUMBERS.pending],
        updatedAt: "2026-11-20T08:00:00Z",
      },
      {
        name: "third",
        status: "FAILED",
        error: "The website has no privacy policy",
        numbers: [NUMBERS.refused],
      },
      { name: "fourth", status: "VERIFIED", brandStatus: "SUSPENDED", numbers: [NUMBERS.suspended] },
      { name: "fifth", status: "SOMETHING_NEW", numbers: [NUMBERS.odd] },
    ],
    tollFree: [
      { number: TOLL_FREE.verified, status: "TWILIO_REJECTED", error: "An old refusal" },
      { number: TOLL_FREE.verified, status: "TWILIO_APPROVED" },
      { number: TOLL_FREE.review, status: "IN_REVIEW" },
      { number: TOLL_FREE.rejected, status: "TWILIO_REJECTED", error: "No opt-in image" },
    ],
    // Two numbers a page, so that paging decides.
    pageSizeMax: 2,
    ...changes,
  });

let fixture: SendingFixture;
let tenantId: string;
let recordedBy: string;
beforeAll(async () => {
  fixture = await openSendingFixture("postgres");
  fixture.carrier().registrations = account();
  const { sql, tenant } = fixture;
  tenantId = await tenant();
  const [user] = await sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  recordedBy = user!.id;
  await addNumbers(tenantId, Object.values(NUMBERS), "long-code");
  await addNumbers(tenantId, Object.values(TOLL_FREE), "toll-free");
  fixture.startOne();
  await fixture.until("the account was read", async () => {
    const [row] = await sql`select 1 from sending_numbers where carrier_registration_read_at is not null`;
    return row !== undefined;
  });
  await fixture.until("both lists were read", async () => (await unread()) === 0);
});
afterAll(() => fixture.close());

const unread = async () => {
  const [row] = await fixture.sql<{ n: number }[]>`
    select count(*)::int as n from sending_numbers
    where kind <> 'alphanumeric' and country = 'US' and carrier_registration_read_at is null`;
  return row!.n;
};

async function addNumbers(tenant: string, phones: readonly string[], kind: string, country = "US") {
  for (const phone of phones)
    await fixture.sql`
      insert into sending_numbers (tenant_id, phone_e164, kind, country, segments_per_second, tokens)
      values (${tenant}, ${phone}, ${kind}, ${country}, 1000, 1000)`;
}

const stateOf = async (phone: string) => {
  const [row] = await fixture.sql`
    select carrier_registration as state, carrier_registration_reason as reason, carrier_registration_failure as failure,
      carrier_registration_since as since from sending_numbers
    where phone_e164 = ${phone} order by id desc limit 1`;
  return row!;
};

/** A tenant with these senders, and one message to a person in a country. Returns the job once it was decided. */
async function textTo(
  country: "US" | "AU",
  senders: readonly [phone: string, kind: string, country: string][],
) {
  const { sql } = fixture;
  const to = country === "US" ? "+12125550100" : "+61491570006";
  const own = await fixture.tenant();
  await sql`delete from sending_numbers where tenant_id = ${own}`;
  for (const [phone, kind, at] of senders) {
    // A number moves as the platform's operator moves it: taken back, and assigned with what is known of it.
    await sql`update sending_numbers set status = 'retired', taken_back_at = now() where phone_e164 = ${phone}`;
    const registration = kind === "alphanumeric" ? "registered" : null;
    await sql`
      insert into sending_numbers (tenant_id, phone_e164, kind, country, segments_per_second, tokens, registration,
        carrier_registration, carrier_registration_read_at)
      select ${own}, ${phone}, ${kind}, ${at}, 1000, 1000, ${registration}::text, known.state, known.read_at
      from (select 1) one left join (
        select carrier_registration as state, carrier_registration_read_at as read_at from sending_numbers
        where phone_e164 = ${phone} order by id desc limit 1) known on true`;
  }
  await sql`
    insert into contacts (tenant_id, phone_e164, country, line_type, timezone, timezone_source, consent_basis)
    values (${own}, ${to}, ${country}, 'MOBILE', 'UTC', 'stated', 'express')`;
  await fixture.database.asTenant(own, (tx) =>
    addConsent(tx, own, to, {
      basis: "express",
      method: "Web form",
      wording: "I agree",
      evidence: {},
      recordedBy,
    }),
  );
  const campaignId = await fixture.campaign(own, {
    body: "Acme: sale. Reply STOP to opt out",
    quietHoursOverrideReason: "A test of registrations",
  });
  const [id] = await fixture.frozen(campaignId);
  await fixture.until("the message was decided", async () => {
    const [row] = await sql`select verdict from send_jobs where id = ${id!}`;
    return row!.verdict !== null;
  });
  const [job] = await sql<{ hold: string | null; verdict: { looked?: { fault?: string } } }[]>`
    select hold_reason as hold, verdict from send_jobs where id = ${id!}`;
  const asked = fixture
    .creates()
    .map(({ message }) => message as unknown as { to: string; from: string } | null);
  return {
    hold: job!.hold,
    fault: job!.verdict.looked?.fault ?? null,
    from: asked.filter((message) => message?.to === to).map((message) => message!.from),
    campaignId,
    own,
  };
}

describe("the account's registrations", () => {
  test("are read page by page for all numbers", async () => {
    expect(await stateOf(NUMBERS.registered)).toMatchObject({ state: "registered", reason: null });
    expect(await stateOf(NUMBERS.pending)).toMatchObject({
      state: "pending",
      since: new Date("2026-11-20T08:00:00Z"),
    });
    expect(await stateOf(NUMBERS.refused)).toMatchObject({
      state: "refused",
      reason: "The website has no privacy policy",
    });
    expect(await stateOf(NUMBERS.suspended)).toMatchObject({ state: "refused" });
    expect(await stateOf(NUMBERS.unlisted)).toMatchObject({ state: "not-registered" });
    expect(await stateOf(NUMBERS.odd)).toMatchObject({ state: null });
    expect(await stateOf(TOLL_FREE.verified)).toMatchObject({ state: "registered" });
    expect(await stateOf(TOLL_FREE.review)).toMatchObject({ state: "pending" });
    expect(await stateOf(TOLL_FREE.rejected)).toMatchObject({ state: "refused", reason: "No opt-in image" });
    const ofNumbers = fixture
      .carrier()
      .ledger.all()
      .filter(({ path }) => path.endsWith("/PhoneNumbers"));
    // Five services; the first has two pages. None is a request for a number.
    expect(ofNumbers).toHaveLength(6);
  });

  test.each([
    ["an unlisted number", NUMBERS.unlisted, "long-code", "number-not-registered"],
    ["one under review", NUMBERS.pending, "long-code", "number-pending"],
    ["a refused one", NUMBERS.refused, "long-code", "number-registration-refused"],
    ["an unverified toll-free number", TOLL_FREE.review, "toll-free", "number-pending"],
  ])("%s texts nobody in the USA", async (_, phone, kind, fault) => {
    expect(await textTo("US", [[phone, kind, "US"]])).toMatchObject({ hold: "No sender", fault, from: [] });
  });

  test("a sender is judged for whom it would text: a registered number serves what another may not", async () => {
    const all = [
      ["Acme", "alphanumeric", "AU"],
      [NUMBERS.suspended, "long-code", "US"],
      [NUMBERS.registered, "long-code", "US"],
    ] as const;
    const { from } = await textTo(
      "US",
      all.map((each) => [...each] as [string, string, string]),
    );
    await fixture.until("it was sent", () =>
      fixture.creates().some(({ message }) => message?.from === NUMBERS.registered),
    );
    expect(from.every((phone) => phone === NUMBERS.registered)).toBe(true);
    const abroad = await textTo("AU", [
      ["+61480009901", "long-code", "AU"],
      [NUMBERS.refused, "long-code", "US"],
    ]);
    expect(abroad.hold).toBeNull();
  });

  test("a state that nobody knows stops nothing", async () => {
    expect(await textTo("US", [[NUMBERS.odd, "long-code", "US"]])).toMatchObject({ hold: null, fault: null });
  });
});

describe("a carrier that tells nothing", () => {
  test.each([401, 403, 404, 429, 500])(
    "HTTP %i leaves what was known, and is asked later",
    async (status) => {
      fixture.carrier().registrations = account({ failsWith: status });
      await fixture.sql`
      update sending_numbers set carrier_registration_asked_at = clock_timestamp() where phone_e164 = ${TOLL_FREE.review}`;
      await fixture.sql`update sending_numbers set carrier_registration_failure = null`;
      await fixture.sql`update registration_checks set due_at = clock_timestamp(), failures = 3`;
      await fixture.until(
        "the failure is noted",
        async () => (await stateOf(TOLL_FREE.review)).failure !== null,
      );
      expect(await stateOf(TOLL_FREE.review)).toMatchObject({
        state: "pending",
        failure: expect.stringContaining(String(status)),
      });
      await fixture.until("the next try waits", async () => {
        const [row] = await fixture.sql<{ failures: number; waits: boolean }[]>`
        select failures, due_at > clock_timestamp() + interval '5 minutes' as waits from registration_checks`;
        return row!.failures === 4 && row!.waits;
      });
    },
  );

  test("a state that was read more than a week ago stops nothing", async () => {
    await fixture.sql`
      update sending_numbers set carrier_registration_read_at = clock_timestamp() - interval '8 days'
      where phone_e164 = ${NUMBERS.pending}`;
    expect(await textTo("US", [[NUMBERS.pending, "long-code", "US"]])).toMatchObject({ hold: null });
  });
});

test.each([30034, 30032])("error %i has the registrations read again, and is no strike", async (code) => {
  fixture.carrier().registrations = account();
  fixture.carrier().faults.clear();
  fixture.carrier().faults.add({ kind: "error-code", code, probability: 1, to: "+12125550100" });
  await fixture.sql`
    update sending_numbers set carrier_registration_asked_at = null, carrier_registration_read_at = clock_timestamp()`;
  const { own } = await textTo("US", [[NUMBERS.registered, "long-code", "US"]]);
  await fixture.until("the number is asked for", async () => {
    const [row] = await fixture.sql`
      select 1 from sending_numbers where phone_e164 = ${NUMBERS.registered} and carrier_registration_asked_at is not null`;
    return row !== undefined;
  });
  const [person] = await fixture.sql`
    select strikes, invalid_reason from contacts where tenant_id = ${own} and phone_e164 = '+12125550100'`;
  expect(person).toEqual({ strikes: 0, invalid_reason: null });
});
