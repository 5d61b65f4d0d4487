import nanp from "@smscrm/core/data/nanp-area-codes.json" with { type: "json" };
import rateCard from "@smscrm/core/data/rate-card.json" with { type: "json" };
import { locationByState } from "@smscrm/core/time/location";
import { publicHolidays } from "@smscrm/core/time/public-holidays";
import { ALWAYS_OPEN } from "@smscrm/core/time/quiet-hours";
import { type HoursRule, hoursRules, rulesAt } from "@smscrm/core/time/quiet-hours-presets";
import { zonesOf } from "@smscrm/core/time/time-zone";
import { windowsOf } from "@smscrm/core/time/week-schedule";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addConsent } from "../contacts/consents.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { openTestClock, type TestClock } from "../testing/test-clock.ts";
import { claimForSending } from "./claim.ts";

let fixture: SendFixture;
let clock: TestClock;
let recordedBy: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  const [user] = await fixture.owner<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  recordedBy = user!.id;
  clock = await openTestClock(fixture.owner, fixture.logins);
});
afterAll(async () => {
  await clock.close();
  await fixture.close();
});

const MINUTE_MS = 60_000;
/** A week without a public holiday anywhere in the tables. */
const MONDAY = "2026-11-30";

/** The instant when the wall clock of the zone shows that time, by Intl alone. */
function instant(zone: string, day: string, time: string): Date {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  let at = wanted;
  for (let round = 0; round < 3; round++) at += wanted - shownMs(zone, at);
  return new Date(at);
}

function shownMs(zone: string, at: number): number {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  return Date.parse(`${format.format(at).replace(" ", "T")}Z`);
}

const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** A person whose place the rule is about: known by the area code, or the address. */
function personOf({ country, region }: Pick<HoursRule, "country" | "region">) {
  const codes = Object.entries(nanp.areaCodes);
  const code = region && codes.find(([, place]) => place.country === country && place.region === region)?.[0];
  const state = region && region !== "unknown" ? region : null;
  const zones = state ? locationByState(country, state)!.zones : zonesOf(country);
  // No area code of North America is 999: such a number's state is not known.
  const phone = `+1${code ?? "999"}5550123`;
  return { country, phone, state, zone: zones[0]! };
}

const isPriced = (country: string) => rateCard.rates.some((rate) => rate.country === country);

interface Person {
  country: string;
  phone: string;
  state: string | null;
  /** Null: where the area code and the address say. */
  zone: string | null;
  addressCountry?: string;
}

/** Sends through the product's claim at that time: a file's contact, a launched campaign, a ticket. */
function textTo(person: Person, choice: "own" | "recommended" | null, home = "AU") {
  const made = (async () => {
    const tenantId = await fixture.tenant({ quietHours: ALWAYS_OPEN });
    const chosen = choice === null ? {} : { [person.country]: choice };
    await fixture.owner`
      update tenants set country = ${home}, destination_hours = ${fixture.owner.json(chosen)} where id = ${tenantId}`;
    await fixture.owner`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
      values (${tenantId}, ${`+${String(Date.now()).slice(-6)}${Math.floor(Math.random() * 1e6)}`.padEnd(12, "7")},
        ${person.country}, 100000, 100000)`;
    await fixture.owner`
      insert into contacts (tenant_id, phone_e164, country, line_type, first_name, timezone, timezone_source,
        consent_basis, state, address_country)
      values (${tenantId}, ${person.phone}, ${person.country}, 'MOBILE', 'Ann', ${person.zone}, ${person.zone ? "stated" : "unknown"}, 'express',
        ${person.state}, ${person.addressCountry ?? null})`;
    await fixture.database.asTenant(tenantId, (tx) =>
      addConsent(tx, tenantId, person.phone, {
        ...{ basis: "express", method: "Web form", wording: "I agree to texts", evidence: {}, recordedBy },
      }),
    );
    return tenantId;
  })();
  return async (at: Date) => {
    const tenantId = await made;
    const [jobId] = await fixture.frozen(await fixture.campaign(tenantId));
    await clock.set(at);
    const { messages } = await claimForSending(clock.sql, tenantId, [jobId!]);
    const [job] = await fixture.owner<
      { gate: string | null; reason: string | null; until: Date | null; looked: Record<string, unknown> }[]
    >`select gate, coalesce(hold_reason, failure_reason) as reason, not_before as until, verdict -> 'looked' as looked
      from send_jobs where id = ${jobId!}`;
    return { sent: messages.length, ...job! };
  };
}

/** A minute that the rule allows: it is sent, or, without a price for the country, refused for that alone. */
async function expectAllowed(outcome: Awaited<ReturnType<ReturnType<typeof textTo>>>, country: string) {
  if (isPriced(country)) expect(outcome).toMatchObject({ sent: 1, reason: null });
  else expect(outcome).toMatchObject({ sent: 0, gate: "budget", reason: "No price" });
}

const defaults = ["SG", "KR", "TH", "NG"].flatMap((country) => rulesAt(country));

describe("each rule of the table, through the claim", () => {
  const rules = [...hoursRules(), ...defaults];
  test.each(rules.map((rule) => [`${rule.basis} ${rule.jurisdiction}`, rule] as const))(
    "%s",
    async (_, rule) => {
      const person = personOf(rule);
      const send = textTo(person, rule.basis === "statute" ? "own" : "recommended");
      const held = async (at: Date) =>
        expect(await send(at), `${rule.jurisdiction} ${at.toISOString()}`).toMatchObject({
          sent: 0,
          gate: "quiet-hours",
          reason: "Quiet hours",
          looked: { rule: rule.jurisdiction },
        });
      // Wednesday, Saturday and Sunday.
      for (const weekday of [2, 5, 6]) {
        const day = dayAfter(MONDAY, weekday);
        const windows = windowsOf(rule.week[weekday]);
        if (windows.length === 0) await held(instant(person.zone, day, "12:00"));
        for (const { open, close } of windows) {
          const opens = instant(person.zone, day, open);
          await held(new Date(opens.getTime() - MINUTE_MS));
          await expectAllowed(await send(opens), rule.country);
          await held(instant(person.zone, day, close));
        }
      }
      if (rule.holidays === "as usual") return;
      const holiday = publicHolidays(rule.country, rule.region, 2026)!.findLast(
        ({ date }) => ![0, 6].includes(new Date(date).getUTCDay()),
      )!;
      await held(instant(person.zone, holiday.date, "12:00"));
    },
  );
});

describe("hours of a destination", () => {
  const singapore = { country: "SG", phone: "+6591234567", state: null, zone: "Asia/Singapore" };
  const sundayNoon = instant("Asia/Singapore", "2026-12-06", "12:00");

  test("are the recommended ones until an owner chooses otherwise", async () => {
    expect(await textTo(singapore, null)(sundayNoon)).toMatchObject({ sent: 0, looked: { rule: "SG" } });
    expect(await textTo(singapore, "own")(sundayNoon)).toMatchObject({ sent: 1 });
  });

  test("stay the organisation's own in its own country", async () => {
    expect(await textTo(singapore, null, "SG")(sundayNoon)).toMatchObject({ sent: 1 });
    expect(await textTo(singapore, "recommended", "SG")(sundayNoon)).toMatchObject({ sent: 0 });
  });

  test("keep the law, whatever an owner chose", async () => {
    const florida = personOf({ country: "US", region: "FL" });
    const evening = instant("America/New_York", "2026-12-02", "20:30");
    expect(await textTo(florida, "own", "US")(evening)).toMatchObject({ sent: 0, looked: { rule: "US-FL" } });
  });

  test("obey both states where the area code and the address differ", async () => {
    const texan = { ...personOf({ country: "US", region: "TX" }), state: "FL", zone: null };
    // 20:30 in New York is 19:30 in Chicago, and Florida has both zones; at 08:30 Texas is not open yet.
    const evening = instant("America/New_York", "2026-12-02", "20:30");
    const morning = instant("America/Chicago", "2026-12-02", "08:30");
    expect(await textTo(texan, "own")(evening)).toMatchObject({ sent: 0, looked: { rule: "US-FL" } });
    expect(await textTo(texan, "own")(morning)).toMatchObject({ sent: 0, looked: { rule: "US-TX" } });
  });

  test("obey the law of an address abroad", async () => {
    const abroad = { ...singapore, addressCountry: "ZA", zone: "Africa/Johannesburg" };
    const sunday = instant("Africa/Johannesburg", "2026-12-06", "12:00");
    expect(await textTo(abroad, "own")(sunday)).toMatchObject({ sent: 0, looked: { rule: "ZA" } });
  });
});

describe("the law's cap", () => {
  const noon = (zone: string, days: number) => instant(zone, dayAfter("2026-12-07", days), "12:00");

  test.each(["FL", "MD", "OK", "OR"])("is three in 24 hours over all campaigns in %s", async (region) => {
    const person = personOf({ country: "US", region });
    const send = textTo(person, "own");
    for (let sent = 0; sent < 3; sent++) expect(await send(noon(person.zone, 0))).toMatchObject({ sent: 1 });
    expect(await send(noon(person.zone, 0))).toMatchObject({
      sent: 0,
      gate: "frequency",
      reason: "Frequency cap",
      until: noon(person.zone, 1),
      looked: { law: `US-${region}`, lawPerDay: 3 },
    });
    expect(await send(noon(person.zone, 1))).toMatchObject({ sent: 1 });
  });

  test("does not hold elsewhere", async () => {
    const send = textTo(personOf({ country: "US", region: "GA" }), "own");
    for (let sent = 0; sent < 4; sent++) {
      expect(await send(noon("America/New_York", 0))).toMatchObject({ sent: 1 });
    }
  });

  test("holds for a number of one state with an address in another", async () => {
    const person = { ...personOf({ country: "US", region: "GA" }), state: "OR", zone: null };
    const send = textTo(person, "own");
    const at = instant("America/Los_Angeles", "2026-12-07", "12:00");
    for (let sent = 0; sent < 3; sent++) expect(await send(at)).toMatchObject({ sent: 1 });
    expect(await send(at)).toMatchObject({ sent: 0, looked: { law: "US-OR" } });
  });
});
