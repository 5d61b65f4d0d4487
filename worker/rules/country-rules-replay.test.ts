import type { PartBodies, RulePart } from "@smscrm/core/law/rule-parts";
import { ALWAYS_OPEN, everyDay } from "@smscrm/core/time/quiet-hours";
import { addConsent } from "@smscrm/db/contacts/consents";
import { listVersions, writeVersions } from "@smscrm/db/law/country-rules";
import {
  activateDraft,
  cancelDraftReplay,
  draftRule,
  type RuleDraft,
  readDraft,
} from "@smscrm/db/law/rule-drafts";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { openTestClock, type TestClock } from "@smscrm/db/testing/test-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replayLoop } from "./replay-loop.ts";
import { claimAt, DAY_MS, decisionsByGate, dueJobs, outcomesOf, seeded } from "./testing/decided-days.ts";

const HOUR_MS = 3_600_000;
/** No rule begins before it is written, so the days of this test are yet to come. */
const FROM = new Date((Math.floor(Date.now() / DAY_MS) + 3) * DAY_MS);
const WINDOW = { from: FROM, until: new Date(FROM.getTime() + 30 * DAY_MS) };
const day = (n: number, hours = 0) => new Date(FROM.getTime() + n * DAY_MS + hours * HOUR_MS);

let fixture: SendFixture;
let clock: TestClock;
let recordedBy: string;
/** In whose audit log drafts stand. */
let platformId: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  clock = await openTestClock(fixture.owner, fixture.logins);
  const [user] = await fixture.owner<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  recordedBy = user!.id;
  platformId = await fixture.tenant();
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
  if (n === 12) await set({ consent: consent("required") }, day(12, 8));
  if (n === 18) await set({ states: { NBO: { name: "Nairobi", zones: ["Africa/Nairobi"] } } }, day(18, 2));
  // Entered later, it takes the place of the one before, which never begins.
  if (n === 20) await set({ hours: hours("12:00-13:00") }, day(27));
  if (n === 21) await set({ hours: null }, day(22, 12));
  if (n === 25) await set({ consent: null });
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
    const stored = await fixture.owner<{ id: string; law: number }[]>`
      select id, (verdict -> 'facts' ->> 'law')::int as law from send_jobs
      where tenant_id = ${tenants[1]!} and verdict is not null`;
    await fixture.owner`update send_jobs set verdict = verdict #- '{facts,law}' where tenant_id = ${tenants[1]!}`;
    const { tally } = await outcomesOf(fixture, tenants[1]!, {}, WINDOW);
    await fixture.owner`
      update send_jobs j set verdict = jsonb_set(verdict, '{facts,law}', to_jsonb(s.law))
      from jsonb_to_recordset(${fixture.owner.json(stored as never)}) as s (id uuid, law int) where s.id = j.id`;
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

const author = () => ({ by: "op@example.com", userId: recordedBy, tenantId: platformId });
const going = new AbortController().signal;
/** One round of the worker's loop. It returns how long to rest: long, where there was nothing to do. */
const replayOnce = (options: object = {}) =>
  replayLoop({ pipeline: fixture.sql, stop: going, page: 40, ...options }).run();
const lastRevision = async () => (await listVersions(fixture.owner, "KE", 1))[0]?.revision ?? 0;

/** Drafts a rule, to be replayed over the decisions of these days. */
async function draft<Part extends RulePart>(
  part: Part,
  body: PartBodies[Part] | null,
  days = WINDOW,
): Promise<string> {
  const about = body === null ? { source: null, checkedOn: null, note: "As shipped" } : read;
  const drafted = await draftRule(
    fixture.owner,
    author(),
    { country: "KE", part, body, ...about },
    { validFrom: null, seen: await lastRevision() },
  );
  if (drafted.kind !== "drafted") throw new Error(drafted.kind);
  await fixture.owner`
    update country_rule_changes set replay_from = ${days.from}, replay_until = ${days.until}, due_at = now()
    where id = ${drafted.id}`;
  return drafted.id;
}
const stored = async (id: string): Promise<RuleDraft> => (await readDraft(fixture.owner, id))!;
const toEnd = async (id: string): Promise<RuleDraft> => {
  for (let at = 0; at < 1_000 && (await stored(id)).replayState !== "done"; at += 1) await replayOnce();
  const row = await stored(id);
  expect(row.replayState).toBe("done");
  return row;
};
const close = async (id: string) => fixture.owner`
  update country_rule_changes set status = 'withdrawn', decided_at = now(), due_at = null where id = ${id}`;

describe("a draft of a country's rule", () => {
  let days = 40;
  beforeAll(async () => {
    await set({ hours: null, consent: null, states: null, holidays: null, price: price(31_400) });
  });

  interface Case {
    name: string;
    part: RulePart;
    before: Parts;
    body: PartBodies[RulePart] | null;
  }
  const cases: Case[] = [
    {
      name: "shorter hours",
      part: "hours",
      before: { hours: hours("09:00-20:00") },
      body: hours("15:00-16:00"),
    },
    {
      name: "longer hours",
      part: "hours",
      before: { hours: hours("15:00-16:00") },
      body: hours("09:00-20:00"),
    },
    { name: "a cap", part: "hours", before: { hours: hours("09:00-20:00") }, body: hours("09:00-20:00", 1) },
    { name: "a holiday", part: "holidays", before: { hours: hours("09:00-20:00") }, body: [] },
    { name: "a stricter consent", part: "consent", before: { hours: null }, body: consent("required") },
    { name: "a looser consent", part: "consent", before: { consent: consent("required") }, body: null },
    { name: "a higher price", part: "price", before: { consent: null }, body: price(50_000) },
    { name: "no price", part: "price", before: {}, body: null },
    { name: "a first price", part: "price", before: { price: null }, body: price(40_000) },
  ];
  test.each(cases)(
    "with $name says what the real claims do under it, over every organisation",
    async ({ part, before, body }) => {
      await set({ hours: null, holidays: null, ...before });
      days += 7;
      // A Wednesday, 11:00 in Nairobi.
      const n = days + ((10 - day(days).getUTCDay()) % 7);
      const noon = day(n, 8);
      const window = { from: day(n), until: day(n + 1) };
      const proposed =
        part === "holidays" ? [{ name: "A day of thanks", dates: [noon.toISOString().slice(0, 10)] }] : body;
      const [ours, twins] = [
        [await world(24), await world(12)],
        [await world(24), await world(12)],
      ];
      const claimed = async (tenantId: string, at: Date) => {
        const jobs = await fixture.frozen(await fixture.campaign(tenantId));
        await claimAt(clock, tenantId, at, jobs);
        return jobs;
      };
      // So that a cap of one is full for those who got it.
      for (const tenantId of [...ours, ...twins])
        await claimed(tenantId, new Date(day(n).getTime() - 14 * HOUR_MS));
      const [first, second] = [new Date(noon.getTime()), new Date(noon.getTime() + 600_000)];
      const old = [];
      for (const tenantId of ours) old.push(...(await claimed(tenantId, first)));
      const id = await draft(part, proposed as never, window);
      const { replay } = await toEnd(id);
      const { revision } = await stored(id);
      expect(
        await activateDraft(fixture.owner, author(), { id, revision }, { alone: true, detail: {} }),
      ).toBe("done");
      const next = [];
      for (const tenantId of twins) next.push(...(await claimed(tenantId, second)));
      const fateOf = (ids: readonly string[]) => fixture.owner<
        { at: number; sent: boolean; gate: string | null; reason: string | null; micros: number | null }[]
      >`
        select row_number() over (order by t.n, j.phone_e164)::int as at, verdict ->> 'kind' = 'send' as sent, gate,
          verdict ->> 'reason' as reason, price_micros::int as micros
        from send_jobs j join unnest(${[...ours, ...twins]}::uuid[]) with ordinality as t (id, n) on t.id = j.tenant_id
        where j.id = any(${ids as string[]}::uuid[]) and country = 'KE'`;
      const [were, would] = [await fateOf(old), await fateOf(next)];
      expect(were).toHaveLength(27);
      const pairs = were.map((was, at) => ({ was, is: would[at]! }));
      const held = pairs.filter(({ was, is }) => was.sent && !is.sent).length;
      const letThrough = pairs.filter(({ was, is }) => !was.sent && is.sent).length;
      expect(replay).toMatchObject({ held, letThrough, decisions: 27 });
      expect(replay!.unknown).toEqual({});
      expect(held + letThrough + replay!.cost.messages).toBeGreaterThan(5);
      expect(replay!.organisations.sort()).toEqual([...ours].sort());
      const both = pairs.filter(({ was, is }) => was.sent && is.sent);
      const sum = (of: "was" | "is") => both.reduce((all, pair) => all + pair[of].micros!, 0);
      if (part === "price")
        expect(replay!.cost).toEqual({ messages: both.length, fromMicros: sum("was"), toMicros: sum("is") });
      else expect(replay!.cost.messages).toBe(0);
    },
    60_000,
  );

  test("is counted once, page by page, also if a worker is killed, and each hour's decisions after it once", async () => {
    const id = await draft("hours", hours("12:00-13:00"));
    const killed = new AbortController();
    await replayOnce({ stop: killed.signal, onPage: async () => killed.abort() });
    expect(await stored(id)).toMatchObject({ replayState: "running", scanned: 40 });
    const whole = await toEnd(id);
    expect(whole.replay!.held).toBeGreaterThan(20);
    expect(whole.toScan).toBeGreaterThan(300);
    const again = await draft("hours", hours("12:00-13:00"));
    expect((await toEnd(again)).replay).toEqual(whole.replay);
    // Half of the time, and the rest in shadow mode: together the same.
    const half = new Date((WINDOW.from.getTime() + WINDOW.until.getTime()) / 2);
    const split = await draft("hours", hours("12:00-13:00"), { from: WINDOW.from, until: half });
    const first = (await toEnd(split)).replay!;
    await fixture.owner`
      update country_rule_changes set due_at = now(), pass_until = ${WINDOW.until} where id = ${split}`;
    await replayOnce();
    await replayOnce();
    const { shadow, shadowUntil } = await stored(split);
    expect(first.decisions + shadow!.decisions).toBe(whole.replay!.decisions);
    expect(shadowUntil).toEqual(WINDOW.until);
    for (const one of [id, again, split]) await close(one);
  });

  test("knows a rule that is saved while its replay runs, by which later messages were decided", async () => {
    const tenantId = await world(60);
    await set({ hours: hours("09:00-20:00"), holidays: null, price: price(31_400) });
    const n = 200 + ((10 - day(200).getUTCDay()) % 7);
    const noon = day(n, 9);
    const claimed = async (at: Date) =>
      claimAt(clock, tenantId, at, await fixture.frozen(await fixture.campaign(tenantId)));
    await claimed(noon);
    // From yesterday on, so that every rule of this file is among those of the time.
    const id = await draft("consent", consent("required"), {
      from: new Date(Date.now() - DAY_MS),
      until: day(n + 1),
    });
    let saved = false;
    await replayOnce({
      onPage: async () => {
        if (saved) return;
        saved = true;
        await set({ hours: hours("15:00-17:00") });
        await claimed(new Date(noon.getTime() + 60_000));
      },
    });
    const row = await toEnd(id);
    expect(row.replay!.unknown).toEqual({});
    expect(row.replay!.decisions).toBeGreaterThan(400);
    expect(row.isStale).toBe(true);
    // What was replayed against other rules can't be put in force.
    const seen = { id, revision: row.revision };
    expect(await activateDraft(fixture.owner, author(), seen, { alone: true, detail: {} })).toBe("overtaken");
    await close(id);
  });

  test("ends when it is canceled, and when its time is over", async () => {
    const canceled = await draft("hours", hours("12:00-13:00"));
    await replayOnce({
      onPage: async () => {
        const { revision } = await stored(canceled);
        await cancelDraftReplay(fixture.owner, author(), { id: canceled, revision });
      },
    });
    expect(await stored(canceled)).toMatchObject({ replayState: "canceled", scanned: 40 });
    const late = await draft("hours", hours("12:00-13:00"));
    await fixture.owner`
      update country_rule_changes set started_at = now() - interval '3 hours', replay_state = 'running' where id = ${late}`;
    await replayOnce();
    expect(await stored(late)).toMatchObject({ replayState: "timed-out" });
    expect(await replayOnce()).toBeGreaterThan(1_000);
    for (const one of [canceled, late]) await close(one);
  });

  test("of senders has no replay, and its figures name no message or person", async () => {
    const id = await draft("sender", {
      country: "KE",
      names: "refused",
      source: read.source,
      checkedOn: read.checkedOn,
    } as never);
    await fixture.owner`update country_rule_changes set due_at = null where id = ${id}`;
    expect(await stored(id)).toMatchObject({ replayState: "done", replay: null });
    const all = await fixture.owner<{ text: string }[]>`
      select coalesce(replay::text, '') || coalesce(shadow::text, '') as text from country_rule_changes`;
    const names = await fixture.owner<{ name: string }[]>`
      select phone_e164 as name from contacts union select id::text from send_jobs union select id::text from campaigns`;
    const text = all.map((row) => row.text).join();
    expect(names.filter(({ name }) => text.includes(name))).toEqual([]);
    await close(id);
  });
});
