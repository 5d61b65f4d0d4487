import { randomUUID } from "node:crypto";
import type { PartBodies, RulePart } from "@smscrm/core/law/rule-parts";
import { ALWAYS_OPEN } from "@smscrm/core/time/quiet-hours";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { addConsent } from "../contacts/consents.ts";
import { claimForSending } from "../send/claim.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { openTestClock, type TestClock } from "../testing/test-clock.ts";
import { listCurrent, listVersions, writeVersions } from "./country-rules.ts";
import { readRuleBook } from "./rule-book.ts";

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

const DAY_MS = 86_400_000;
const SOURCE = "https://ca.go.ke/rules";
const read = { source: SOURCE, checkedOn: "2026-01-01", note: null };
const actor = () => ({ by: "op@example.com", userId: null, tenantId: null });

/** The wall clock of Kenya, which is three hours ahead of UTC all year: a Monday next week, and days after it. */
function nairobi(dayOfWeek: number, time: string): Date {
  const today = Math.floor((Date.now() + 3 * 3_600_000) / DAY_MS);
  // Day 0 was a Thursday: day 4 a Monday.
  const monday = today + 7 - ((today - 4) % 7);
  return new Date((monday + dayOfWeek) * DAY_MS + Date.parse(`1970-01-01T${time}:00+03:00`));
}
const dateOf = (dayOfWeek: number) => nairobi(dayOfWeek, "12:00").toISOString().slice(0, 10);

const HOURS: PartBodies["hours"] = [
  {
    ...{ jurisdiction: "KE", name: "Kenya", country: "KE", region: null, basis: "statute" },
    ...{ hours: { "mon-fri": "10:00-16:00" }, holidays: "closed", law: "Rules of the authority" },
    ...{ source: SOURCE, checked: "2026-01-01", confidence: "a test" },
  },
];
const CONSENT: PartBodies["consent"] = {
  ...{ countries: ["KE"], rule: "express", evidence: "required", events: null, law: "Data Protection Act" },
  ...{ source: SOURCE, checkedOn: "2026-01-01", confidence: "low" },
};
const PRICE: PartBodies["price"] = {
  rates: [{ country: "KE", direction: "outbound", effectiveFrom: null, microsPerSegment: 31_400 }],
};

function set(parts: { [Part in RulePart]?: PartBodies[Part] | null }, validFrom: Date | null = null) {
  const versions = Object.entries(parts).map(([part, body]) => ({
    ...{ country: "KE", part: part as RulePart, body },
    ...(body === null ? { source: null, checkedOn: null, note: "As shipped again" } : read),
  }));
  return writeVersions(fixture.owner, actor(), versions, { validFrom, basedOn: {} });
}
const withdrawAll = () =>
  set({ hours: null, consent: null, price: null, holidays: null, sender: null, states: null, replies: null });
beforeEach(withdrawAll);

let lastPerson = 0;
/** Claims a campaign's message to a person in Kenya at that time, and returns what became of it. */
async function text(at: Date, { proof = true, claim = claimForSending } = {}) {
  lastPerson += 1;
  const tenantId = await fixture.tenant({ quietHours: ALWAYS_OPEN });
  const phone = `+2547${String(10_000_000 + lastPerson)}`;
  await fixture.owner`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, ${`+2541${String(10_000_000 + lastPerson)}`}, 'KE', 100000, 100000)`;
  await fixture.owner`
    insert into contacts (tenant_id, phone_e164, country, line_type, first_name, consent_basis)
    values (${tenantId}, ${phone}, 'KE', 'MOBILE', 'Ann', 'express')`;
  // A basis that was written by SQL has no evidence.
  if (proof)
    await fixture.database.asTenant(tenantId, (tx) =>
      addConsent(tx, tenantId, phone, { basis: "express", method: "Web form", evidence: {}, recordedBy }),
    );
  const [jobId] = await fixture.frozen(await fixture.campaign(tenantId));
  await clock.set(at);
  const { messages } = await claim(clock.sql, tenantId, [jobId!]);
  const [job] = await fixture.owner<
    { reason: string | null; until: Date | null; micros: number | null; looked: Record<string, unknown> }[]
  >`select coalesce(hold_reason, failure_reason) as reason, not_before as until, verdict -> 'looked' as looked,
      (select reserved_micros::int from send_attempts a where a.send_job_id = j.id) as micros
    from send_jobs j where id = ${jobId!}`;
  return { sent: messages.length, ...job! };
}

describe("a country that has only the baseline", () => {
  test("is held outside of new hours and texted inside them, at the new price, until they are withdrawn", async () => {
    expect(await text(nairobi(0, "09:30"))).toMatchObject({ sent: 0, reason: "No price" });
    await set({
      ...{ hours: HOURS, consent: CONSENT, price: PRICE },
      holidays: [{ name: "A day of thanks", dates: [dateOf(2)] }],
    });
    expect(await text(nairobi(0, "09:59"))).toMatchObject({
      ...{ sent: 0, reason: "Quiet hours", until: nairobi(0, "10:00") },
      looked: { ruleName: "Kenya", ruleLaw: "Rules of the authority", ruleSource: SOURCE },
    });
    expect(await text(nairobi(0, "10:00"))).toMatchObject({ sent: 1, reason: null, micros: 31_400 });
    expect(await text(nairobi(0, "16:00"))).toMatchObject({
      reason: "Quiet hours",
      until: nairobi(1, "10:00"),
    });
    expect(await text(nairobi(2, "12:00"))).toMatchObject({
      ...{ sent: 0, reason: "Quiet hours", until: nairobi(3, "10:00") },
      looked: { publicHoliday: true, ruleSource: SOURCE },
    });
    expect(await text(nairobi(0, "12:00"), { proof: false })).toMatchObject({
      ...{ sent: 0, reason: "Consent" },
      looked: { fault: "no-evidence", country: "KE", law: "Data Protection Act", ruleSource: SOURCE },
    });
    await withdrawAll();
    expect(await text(nairobi(2, "09:30"), { proof: false })).toMatchObject({ sent: 0, reason: "No price" });
    await set({ price: PRICE });
    expect(await text(nairobi(2, "09:30"), { proof: false })).toMatchObject({ sent: 1, micros: 31_400 });
  });

  test("has a rule that begins later from that moment on, without anything being written then", async () => {
    await set({ price: PRICE });
    await set({ price: { rates: [{ ...PRICE.rates[0]!, microsPerSegment: 50_000 }] } }, nairobi(1, "00:00"));
    expect(await text(nairobi(0, "12:00"))).toMatchObject({ sent: 1, micros: 31_400 });
    expect(await text(nairobi(1, "12:00"))).toMatchObject({ sent: 1, micros: 50_000 });
    expect(await text(nairobi(0, "12:00"))).toMatchObject({ sent: 1, micros: 31_400 });
    // Entered after it, so it takes its place, too.
    await set({ price: { rates: [{ ...PRICE.rates[0]!, microsPerSegment: 40_000 }] } });
    expect(await text(nairobi(1, "12:00"))).toMatchObject({ sent: 1, micros: 40_000 });
  });

  test("has them in every process at its next claim", async () => {
    vi.resetModules();
    const { claimForSending: claim } = await import("../send/claim.ts");
    expect(claim).not.toBe(claimForSending);
    for (const micros of [20_000, 25_000]) {
      await set({ price: { rates: [{ ...PRICE.rates[0]!, microsPerSegment: micros }] } });
      expect(await text(nairobi(0, "12:00"), { claim })).toMatchObject({ micros });
      expect(await text(nairobi(0, "12:00"))).toMatchObject({ micros });
    }
  });

  test("has states of its own: a person there is in their zone", async () => {
    await set({ price: PRICE, states: { NBO: { name: "Nairobi", zones: ["Africa/Nairobi"] } } });
    await fixture.database.asTenant(await fixture.tenant(), async (tx) => {
      const { states } = await readRuleBook(tx);
      expect(states.byName.get("KE/NAIROBI")).toEqual({ region: "NBO", zones: ["Africa/Nairobi"] });
      expect(states.byName.get("AU/NSW")).toBeDefined();
    });
  });
});

describe("versions", () => {
  test("are numbered in order, dated, and never changed or deleted", async () => {
    const before = (await listVersions(fixture.owner, "KE", 1))[0]!;
    await set({ price: PRICE }, new Date(0));
    const [version] = await listVersions(fixture.owner, "KE", 1);
    expect(version).toMatchObject({ revision: before.revision + 1, part: "price", body: PRICE, ...read });
    // No rule begins before it was written.
    expect(version!.validFrom.getTime()).toBeGreaterThan(before.createdAt.getTime());
    const change = fixture.owner`update country_rules set note = 'x'`;
    await expect(change).rejects.toThrow(/append-only/);
    await expect(fixture.owner`delete from country_rules`).rejects.toThrow(/append-only/);
    expect((await listCurrent(fixture.owner, "KE")).filter(({ body }) => body !== null)).toHaveLength(1);
  });

  test("are written by the platform's pages alone, and read by everybody", async () => {
    const insert = (sql: typeof fixture.sql) => sql`
      insert into country_rules (country, part, body, source, checked_on, by, valid_from)
      values ('KE', 'price', '{}', ${SOURCE}, '2026-01-01', 'x', now())`;
    await expect(insert(fixture.sql)).rejects.toThrow(/permission denied/);
    const tenantId = await fixture.tenant();
    const asTenant = fixture.database.asTenant(tenantId, async (tx) => {
      await tx.execute("update country_rules_state set token = gen_random_uuid()");
    });
    await expect(asTenant).rejects.toThrow();
    await set({ price: PRICE });
    const micros = (id: string) =>
      fixture.database.asTenant(id, async (tx) => (await readRuleBook(tx)).own.price.size);
    expect(await Promise.all([micros(tenantId), micros(await fixture.tenant())])).toEqual([1, 1]);
  });

  test("are all written or none, and never over a change that their author has not seen", async () => {
    const { revision } = (await listVersions(fixture.owner, "KE", 1))[0]!;
    const write = (country: string, seen: number) =>
      writeVersions(fixture.owner, actor(), [{ ...read, country, part: "price", body: PRICE }], {
        ...{ validFrom: null, basedOn: { KE: seen } },
      });
    const both = await Promise.all([write("KE", revision), write("KE", revision)]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(["changed", "written"]);
    expect(both.find(({ outcome }) => outcome === "changed")).toMatchObject({ by: "op@example.com" });
    const half = writeVersions(
      fixture.owner,
      actor(),
      [
        { ...read, country: "KE", part: "hours", body: HOURS },
        { ...read, country: "KE", part: "price", body: PRICE, source: null },
      ],
      { validFrom: null, basedOn: {} },
    );
    await expect(half).rejects.toThrow(/country_rules_sourced/);
    expect((await listVersions(fixture.owner, "KE", 1))[0]!.revision).toBe(revision + 1);
  });

  test("stand in the platform's audit log", async () => {
    const tenantId = await fixture.tenant();
    const by = `op-${randomUUID()}@example.com`;
    const versions = [{ ...read, country: "KE", part: "price" as const, body: PRICE }];
    await writeVersions(fixture.owner, { by, userId: null, tenantId }, versions, {
      validFrom: null,
      basedOn: {},
    });
    const [entry] = await fixture.owner`
      select action, object_id as country, detail from audit_log where tenant_id = ${tenantId} order by id desc limit 1`;
    expect(entry).toMatchObject({
      action: "law.change",
      country: "KE",
      detail: { part: "price", source: SOURCE, by },
    });
  });
});
