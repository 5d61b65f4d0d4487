import type { PartBodies, RulePart } from "@smscrm/core/law/rule-parts";
import { ALWAYS_OPEN, everyDay } from "@smscrm/core/time/quiet-hours";
import { addConsent } from "@smscrm/db/contacts/consents";
import { writeVersions } from "@smscrm/db/law/country-rules";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { openTestClock, type TestClock } from "@smscrm/db/testing/test-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimAt, DAY_MS, decisionsByGate, dueJobs, outcomesOf, seeded } from "./testing/decided-days.ts";

const HOUR_MS = 3_600_000;
/** No rule begins before it is written, so the days of this test are yet to come. */
const FROM = new Date((Math.floor(Date.now() / DAY_MS) + 3) * DAY_MS);
const WINDOW = { from: FROM, until: new Date(FROM.getTime() + 30 * DAY_MS) };
const day = (n: number, hours = 0) => new Date(FROM.getTime() + n * DAY_MS + hours * HOUR_MS);

let fixture: SendFixture;
let clock: TestClock;
let recordedBy: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  clock = await openTestClock(fixture.owner, fixture.logins);
  const [user] = await fixture.owner<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  recordedBy = user!.id;
});
afterAll(async () => {
  await clock.close();
  await fixture.close();
});

const read = { source: "https://ca.go.ke/rules", checkedOn: "2026-01-01", note: null };
const hours = (week: string, capPerDay?: number): PartBodies["hours"] => [
  {
    ...{ jurisdiction: "KE", name: "Kenya", country: "KE", region: null, basis: "statute" },
    ...{ hours: { "mon-sun": week }, holidays: "closed", law: "Rules of the authority" },
    ...{
      source: read.source,
      checked: read.checkedOn,
      confidence: "a test",
      ...(capPerDay && { capPerDay }),
    },
  },
];
const consent = (evidence: "kept" | "required"): PartBodies["consent"] => ({
  ...{ countries: ["KE"], rule: "express", evidence, events: null, law: "Data Protection Act" },
  ...{ source: read.source, checkedOn: read.checkedOn, confidence: "low" },
});
const price = (microsPerSegment: number): PartBodies["price"] => ({
  rates: [{ country: "KE", direction: "outbound", effectiveFrom: null, microsPerSegment }],
});

type Parts = { [Part in RulePart]?: PartBodies[Part] | null };
function set(parts: Parts, validFrom: Date | null = null) {
  const versions = Object.entries(parts).map(([part, body]) => ({
    ...{ country: "KE", part: part as RulePart, body },
    ...(body === null ? { source: null, checkedOn: null, note: "As shipped again" } : read),
  }));
  const actor = { by: "op@example.com", userId: null, tenantId: null };
  return writeVersions(fixture.owner, actor, versions, { validFrom, basedOn: {} });
}

let lastTenant = 0;
/** A tenant that texts Kenya and Australia. Every third person's consent has no evidence. */
async function world(people: number): Promise<string> {
  const { owner } = fixture;
  const tenantId = await fixture.tenant({ quietHours: ALWAYS_OPEN });
  lastTenant += 1;
  for (const country of ["KE", "AU"])
    await owner`insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
      values (${tenantId}, ${`+1555${lastTenant}${country === "KE" ? 1 : 2}00000`}, ${country}, 100000, 100000)`;
  for (let at = 0; at < people; at += 1) {
    const isKenya = at % 4 !== 3;
    const phone = isKenya ? `+2547${10_000_000 + at}` : `+61401${String(at).padStart(6, "0")}`;
    await owner`
      insert into contacts (tenant_id, phone_e164, country, line_type, first_name, state, consent_basis)
      values (${tenantId}, ${phone}, ${isKenya ? "KE" : "AU"}, 'MOBILE', 'Ann', ${at % 2 ? "NBO" : null}, 'express')`;
    if (at % 3 === 0) continue;
    await fixture.database.asTenant(tenantId, (tx) =>
      addConsent(tx, tenantId, phone, { basis: "express", method: "Web form", evidence: {}, recordedBy }),
    );
  }
  return tenantId;
}

/** What changes in these 30 days, each beside the sending: rules that begin at once, later, and end again. */
async function changeRules(n: number): Promise<void> {
  if (n === 0) await set({ price: price(31_400) });
  if (n === 4) await set({ hours: hours("10:00-16:00", 1) }, day(4, 3));
  if (n === 8)
    await set({ holidays: [{ name: "A day of thanks", dates: [day(10).toISOString().slice(0, 10)] }] });
  if (n === 11) await set({ hours: hours("06:00-20:00") }, day(13, 9.5));
  if (n === 12) await set({ consent: consent("required") }, day(15, 8));
  if (n === 18)
    await set({ states: { NBO: { name: "Nairobi", zones: ["Africa/Nairobi"] } }, consent: null }, day(18, 2));
  // Entered later, it takes the place of the one before, which never begins.
  if (n === 20) await set({ hours: hours("12:00-13:00") }, day(27));
  if (n === 21) await set({ hours: null }, day(22, 12));
  if (n === 25) await set({ hours: hours("15:00-17:00"), price: price(50_000) }, day(25, 13));
}

async function run(tenantIds: readonly string[]): Promise<void> {
  const random = seeded(11);
  for (let n = 0; n < 30; n += 1) {
    await changeRules(n);
    for (const tenantId of tenantIds) {
      if (n % 3 === 0 || n === 10) await fixture.frozen(await fixture.campaign(tenantId));
      for (const hour of [2 + random(6), 9 + random(5), 15 + random(8)]) {
        const at = new Date(day(n, hour).getTime() + random(3_500_000));
        const states = (index: number) => ["accepted", "rejected", "released"][(index + hour) % 3]!;
        await claimAt(clock, tenantId, at, await dueJobs(fixture, tenantId, at), states);
      }
    }
  }
}

const reasons = async (tenantId: string) =>
  (
    await fixture.owner<{ rule: string }[]>`
      select distinct coalesce(d -> 'looked' ->> 'ruleVersion', d -> 'looked' ->> 'law') as rule from send_jobs,
        lateral (select verdict as d union all select jsonb_array_elements(verdict -> 'earlier')) decisions
      where tenant_id = ${tenantId} and d -> 'looked' ? 'ruleVersion'`
  ).length;

describe("a replay of 30 days in which a country's rules change", () => {
  let tenants: string[];
  beforeAll(async () => {
    tenants = [await world(24), await world(16)];
    await fixture.owner`update tenants set cap_per_week = 3 where id = ${tenants[1]!}`;
    await run(tenants);
  }, 120_000);

  test("under unchanged rules equals what happened, decision by decision, for both organisations", async () => {
    for (const tenantId of tenants) {
      const { judged, tally } = await outcomesOf(fixture, tenantId, {}, WINDOW);
      const counts = decisionsByGate(judged);
      for (const gate of ["send", "quiet-hours", "frequency", "consent"])
        expect(counts[gate] ?? 0, gate).toBeGreaterThan(3);
      expect(await reasons(tenantId)).toBeGreaterThan(2);
      const changed = [...judged.values()].flat().filter(({ outcome }) => outcome !== "unchanged");
      expect(changed).toEqual([]);
      expect(tally).toMatchObject({ held: 0, letThrough: 0, otherwise: 0 });
      expect(tally.unknown).toEqual({});
    }
  });

  test("holds by an organisation's own change on top of the rules of the time", async () => {
    const { tally } = await outcomesOf(
      fixture,
      tenants[0]!,
      { quietHours: everyDay("11:00", "12:00") },
      WINDOW,
    );
    expect(tally.held).toBeGreaterThan(10);
    expect(tally.unknown).toEqual({});
    expect(tally.byCountry.KE!.held).toBeGreaterThan(5);
  });

  test("of decisions from before the revision was stored goes by their time", async () => {
    await fixture.owner`update send_jobs set verdict = verdict #- '{facts,law}' where tenant_id = ${tenants[1]!}`;
    const { tally } = await outcomesOf(fixture, tenants[1]!, {}, WINDOW);
    expect(tally).toMatchObject({ held: 0, letThrough: 0 });
    expect(tally.unknown).toEqual({});
  });
});

describe("a rule that is saved at the moment of a decision", () => {
  test("counts for the decisions that knew it, and for no others", async () => {
    await set({ hours: null, consent: null, states: null, holidays: null, price: price(31_400) });
    const tenantId = await world(12);
    // A Wednesday, noon in Nairobi.
    const n = 31 + ((10 - day(31).getUTCDay()) % 7);
    const noon = day(n, 9);
    const window = { from: day(n), until: day(n + 1) };
    const launched = async () => {
      const ids = await fixture.frozen(await fixture.campaign(tenantId));
      const rows = await fixture.owner<{ id: string }[]>`
        select id from send_jobs where country = 'KE' and id = any(${ids}::uuid[])`;
      return rows.map(({ id }) => id);
    };
    const first = await launched();
    // It begins before the claim and is committed after it, so the claim does not know it.
    await fixture.owner.begin(async (tx) => {
      await tx`
        insert into country_rules (country, part, body, source, checked_on, by, valid_from)
        values ('KE', 'hours', ${tx.json(hours("15:00-16:00") as never)}, ${read.source}, '2026-01-01', 'x', now())`;
      await claimAt(clock, tenantId, noon, first);
    });
    const second = await launched();
    await claimAt(clock, tenantId, new Date(noon.getTime() + 60_000), second);
    const { judged, tally } = await outcomesOf(fixture, tenantId, {}, window);
    const kindsOf = (ids: readonly string[]) => [...new Set(ids.map((id) => judged.get(id)!.at(-1)!.kind))];
    expect(kindsOf(first)).toEqual(["send"]);
    expect(kindsOf(second)).toEqual(["hold"]);
    expect(tally).toMatchObject({ held: 0, letThrough: 0, otherwise: 0 });
    expect(tally.unknown).toEqual({});
  });
});
