import { emptyTally, type Tally } from "@smscrm/core/replay/tally";
import { ALWAYS_OPEN, everyDay } from "@smscrm/core/time/quiet-hours";
import { addConsent } from "@smscrm/db/contacts/consents";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { openTestClock, type TestClock } from "@smscrm/db/testing/test-clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replayLoop } from "./replay-loop.ts";
import {
  claimAt as claim,
  DAY_MS,
  decisionsByGate,
  dueJobs,
  outcomesOf,
  seeded,
} from "./testing/decided-days.ts";

const HOUR_MS = 3_600_000;
const FROM = new Date("2026-05-01T00:00:00Z");
const UNTIL = new Date(FROM.getTime() + 30 * DAY_MS);
const going = new AbortController().signal;
/** One round of the worker's loop. It returns how long to rest: long, where there was nothing to do. */
const replayOnce = (options: Parameters<typeof replayLoop>[0]) => replayLoop(options).run();

let fixture: SendFixture;
let clock: TestClock;
let userId: string;
beforeAll(async () => {
  fixture = await openSendFixture();
  clock = await openTestClock(fixture.owner, fixture.logins);
  const [user] = await fixture.owner<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', 'ann@example.com', 'x') returning id`;
  userId = user!.id;
});
afterAll(async () => {
  await clock.close();
  await fixture.close();
});

let lastTenant = 0;
const COUNTRIES = ["AU", "US", "SG"] as const;
type Country = (typeof COUNTRIES)[number];

/** A tenant that texts three countries: known and unknown zones, states with their own law, refusals of each kind. */
async function world(people: number): Promise<string> {
  const { owner } = fixture;
  const tenantId = await fixture.tenant({ quietHours: ALWAYS_OPEN });
  const prefix = 10 + ++lastTenant;
  for (const [at, country] of COUNTRIES.entries()) {
    await owner`insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
      values (${tenantId}, ${`+1555${prefix}${at}0000`}, ${country}, 100000, 100000)`;
  }
  const rows = Array.from({ length: people }, (_, at) => person(at));
  await owner`
    insert into contacts (tenant_id, phone_e164, country, line_type, first_name, timezone, timezone_source, state,
      postcode, consent_basis)
    select ${tenantId}, phone, country, 'MOBILE', 'Ann', zone, case when zone is null then 'unknown' else 'stated' end,
      state, postcode, basis
    from jsonb_to_recordset(${owner.json(rows as never)}) as r (
      phone text, country text, zone text, state text, postcode text, basis text)`;
  for (const { phone, country, basis } of rows) {
    if (country !== "US" || basis !== "express") continue;
    await fixture.database.asTenant(tenantId, (tx) =>
      addConsent(tx, tenantId, phone, {
        ...{
          basis: "express",
          method: "Web form",
          wording: "I agree to texts",
          evidence: {},
          recordedBy: userId,
        },
      }),
    );
  }
  return tenantId;
}

const PHONES: Record<Country, (at: number) => string> = {
  AU: (at) => `+61401${String(at).padStart(6, "0")}`,
  US: (at) => `+1305555${String(at).padStart(4, "0")}`,
  SG: (at) => `+659${String(at).padStart(7, "0")}`,
};

function person(at: number) {
  const country = COUNTRIES[at % 3]!;
  const zones = ["Australia/Perth", null, "Australia/Sydney", null];
  return {
    ...{ phone: PHONES[country](at), country, basis: at % 17 === 5 ? "withdrawn" : "express" },
    zone: country === "AU" ? zones[at % 4] : null,
    state: country === "US" && at % 2 === 0 ? "FL" : null,
    postcode: country === "AU" && at % 4 === 3 ? "6000" : null,
  };
}

async function draft(tenantId: string, after: object, from = FROM, until = UNTIL): Promise<string> {
  const [row] = await fixture.owner<{ id: string }[]>`
    insert into rule_changes (tenant_id, note, base_revision, rules_before, rules_after, drafted_by, replay_from, replay_until)
    values (${tenantId}, 'A test', 1, '{}', ${fixture.owner.json(after as never)}, ${userId}, ${from}, ${until}) returning id`;
  return row!.id;
}

const change = async (id: string) =>
  (
    await fixture.owner<
      { state: string; replay: Tally; shadow: Tally; scanned: number; toScan: number; dueAt: Date | null }[]
    >`select replay_state as state, replay, shadow, scanned, to_scan as "toScan", due_at as "dueAt"
      from rule_changes where id = ${id}`
  )[0]!;

/** Replays a draft to its end by the worker's own loop, and returns its tally. */
async function replayed(tenantId: string, after: object): Promise<Tally> {
  const id = await draft(tenantId, after);
  while ((await change(id)).state !== "done")
    await replayOnce({ pipeline: fixture.sql, stop: going, page: 40 });
  await fixture.owner`update rule_changes set due_at = null where id = ${id}`;
  return (await change(id)).replay;
}

const claimAt = (tenantId: string, at: Date, jobIds: string[], stateOf?: (index: number) => string) =>
  claim(clock, tenantId, at, jobIds, stateOf);
const outcomes = (tenantId: string, proposed: object) =>
  outcomesOf(fixture, tenantId, proposed, { from: FROM, until: UNTIL });

describe("a replay of 30 days", () => {
  let tenantId: string;
  beforeAll(async () => {
    tenantId = await world(60);
    const { owner } = fixture;
    const random = seeded(7);
    const rules = async (change: object) => owner`
      update tenants set ${owner(change as never)} where id = ${tenantId}`;
    const hours = (open: string, close: string) => owner.json(everyDay(open, close) as never);
    await rules({ quiet_hours: hours("08:00", "20:00"), cap_per_day: 1, cap_per_week: 4 });
    for (let day = 0; day < 30; day += 1) {
      const start = FROM.getTime() + day * DAY_MS;
      if (day === 10) await rules({ quiet_hours: hours("06:30", "22:00"), trust_tenant_zone: true });
      if (day === 20) await rules({ cap_per_day: 3, destination_hours: owner.json({ SG: "own" }) });
      // Two campaigns in one day meet the cap.
      for (let n = 0; n < (day % 5 === 0 || day === 28 ? 2 : 0); n += 1) {
        const id = await fixture.campaign(tenantId, {
          ...(day % 10 === 5 && { expiresAt: new Date(start + 30 * HOUR_MS) }),
          ...(day === 25 && { quietHoursOverrideReason: "An emergency" }),
        });
        if (day === 15)
          await owner`update campaigns set quiet_hours = ${hours("12:00", "13:00")} where id = ${id}`;
        if (day === 20) await owner`update campaigns set purpose = 'transactional' where id = ${id}`;
        await fixture.frozen(id);
      }
      if (day === 12) {
        await owner`insert into do_not_contact (tenant_id, phone_e164, source)
          select tenant_id, phone_e164, 'operator' from contacts where tenant_id = ${tenantId} and phone_e164 like '%7'`;
      }
      // Somebody moves, and their earlier decisions keep the place of their time.
      if (day === 16)
        await owner`update contacts set timezone = 'Australia/Perth' where tenant_id = ${tenantId} and timezone = 'Australia/Sydney'`;
      const budget = day === 8 || day >= 28 ? 20 : 1e9;
      await owner`update tenants set daily_budget_cents = ${budget} where id = ${tenantId}`;
      // The last claim is by day, where the budget holds what the hours let pass.
      const claimHours = [1 + random(5), 8 + random(5), 16 + random(7)];
      for (const hour of day === 29 ? [3] : claimHours) {
        const at = new Date(start + hour * HOUR_MS + random(3_500_000));
        const jobs = await dueJobs(fixture, tenantId, at);
        // Tickets of one moment follow each other, as they do in a worker.
        for (let first = 0; first < jobs.length; first += 25) {
          const states = (index: number) =>
            ["accepted", "accepted", "rejected", "released"][(index + hour) % 4]!;
          await claimAt(tenantId, new Date(at.getTime() + first * 10), jobs.slice(first, first + 25), states);
        }
      }
    }
  });

  test("under unchanged rules equals what happened, decision by decision", async () => {
    const { judged, tally } = await outcomes(tenantId, {});
    const counts = decisionsByGate(judged);
    for (const gate of [
      "send",
      "quiet-hours",
      "frequency",
      "consent",
      "do-not-contact",
      "expiry",
      "budget",
    ]) {
      expect(counts[gate] ?? 0, gate).toBeGreaterThan(5);
    }
    const changed = [...judged.values()].flat().filter(({ outcome }) => outcome !== "unchanged");
    expect(changed).toEqual([]);
    expect(tally).toMatchObject({ held: 0, letThrough: 0, otherwise: 0 });
    expect(tally.unknown).toEqual({});
  });

  test("by the worker's loop counts each decision once, page by page, also if a worker is killed", async () => {
    const { judged } = await outcomes(tenantId, {});
    const decisions = [...judged.values()].flat().length;
    const proposed = { quietHours: everyDay("10:00", "18:00"), capPerDay: null };
    const { tally } = await outcomes(tenantId, proposed);
    expect(tally.held).toBeGreaterThan(20);
    expect(tally.letThrough).toBeGreaterThan(5);
    const id = await draft(tenantId, proposed);
    const killed = new AbortController();
    await replayOnce({
      ...{ pipeline: fixture.sql, stop: killed.signal, page: 40 },
      onPage: async () => killed.abort(),
    });
    const half = await change(id);
    expect(half).toMatchObject({ state: "running", scanned: 40 });
    expect(half.toScan).toBeGreaterThan(200);
    while ((await change(id)).state !== "done")
      await replayOnce({ pipeline: fixture.sql, stop: going, page: 40 });
    const whole = await change(id);
    expect(whole.replay).toEqual(tally);
    expect(whole.replay.decisions).toBe(decisions);
    expect(whole.scanned).toBe(whole.toScan);
    await fixture.owner`update rule_changes set due_at = null where id = ${id}`;
  });

  test("ends at once when it is canceled, and stores nothing more", async () => {
    const id = await draft(tenantId, { capPerDay: 1 });
    await replayOnce({
      ...{ pipeline: fixture.sql, stop: going, page: 40 },
      onPage: async () => {
        await fixture.owner`
          update rule_changes set replay_state = 'canceled', leased_by = null, due_at = null where id = ${id}`;
      },
    });
    expect(await change(id)).toMatchObject({ state: "canceled", scanned: 40 });
    expect(await replayOnce({ pipeline: fixture.sql, stop: going })).toBeGreaterThan(1_000);
  });

  test("says how many decisions it can't replay, and why", async () => {
    const { owner } = fixture;
    const sent = await owner<{ id: string; phone: string }[]>`
      select id, phone_e164 as phone from send_jobs where tenant_id = ${tenantId} and status = 'sent' order by id limit 4`;
    const [old, erased, differs] = sent.map(({ id }) => id);
    await owner`update send_jobs set verdict = verdict - 'facts' where id = ${old!}`;
    await owner`update send_jobs set verdict = null, phone_e164 = 'erased:1' where id = ${erased!}`;
    await owner`
      update send_jobs set verdict = jsonb_set(verdict, '{facts,zone}', '"Pacific/Honolulu"') || '{"kind": "hold"}'
        || '{"gate": "quiet-hours", "reason": "Quiet hours", "until": "2026-06-01T00:00:00Z"}' where id = ${differs!}`;
    const last = await owner<{ id: string }[]>`
      update send_jobs set verdict = jsonb_set(verdict, '{facts,recent}', '9') where id = (
        select id from send_jobs where tenant_id = ${tenantId} and status = 'sent' order by id desc limit 1) returning id`;
    expect(last).toHaveLength(1);
    const tally = await replayed(tenantId, {});
    expect(tally.unknown).toEqual({ before: 1, erased: 1, differs: 1, history: 1 });
    expect(tally).toMatchObject({ held: 0, letThrough: 0 });
  });
});

describe("a change of rules", () => {
  const cases = [
    {
      name: "hours",
      change: { quietHours: everyDay("10:00", "17:00") },
      sql: { quiet_hours: everyDay("10:00", "17:00") },
    },
    { name: "a cap", change: { capPerDay: 1 }, sql: { cap_per_day: 1 } },
  ];
  test.each(cases)(
    "of $name holds what the real claim holds under the new rules, at each message's first decision",
    async ({ change: proposed, sql }) => {
      const { owner } = fixture;
      const [ours, theirs] = [await world(48), await world(48)];
      await owner`update tenants set quiet_hours = ${owner.json(everyDay("08:00", "21:00") as never)} where id = any(${[ours, theirs]}::uuid[])`;
      const first = new Date("2026-05-05T02:00:00Z");
      const second = new Date("2026-05-05T08:30:00Z");
      const run = async (tenantId: string) => {
        const campaignId = await fixture.campaign(tenantId);
        await fixture.frozen(campaignId);
        const jobs = await owner<{ id: string }[]>`
        select id from send_jobs where campaign_id = ${campaignId} order by phone_e164 limit 30`;
        await claimAt(
          tenantId,
          first,
          jobs.map(({ id }) => id),
        );
        return fixture.frozen(await fixture.campaign(tenantId));
      };
      const [oursJobs, theirJobs] = [await run(ours), await run(theirs)];
      const stored = Object.fromEntries(
        Object.entries(sql).map(([column, value]) => [
          column,
          typeof value === "object" ? owner.json(value as never) : value,
        ]),
      );
      await owner`update tenants set ${owner(stored)} where id = ${theirs}`;
      await claimAt(ours, second, oursJobs);
      await claimAt(theirs, second, theirJobs);
      const { judged } = await outcomes(ours, proposed);
      const real = await owner<{ id: string; phone: string; gate: string | null; until: Date | null }[]>`
      select id, phone_e164 as phone, gate, not_before as until from send_jobs
      where id = any(${[...oursJobs, ...theirJobs]}::uuid[])`;
      const ofTheirs = new Map(
        real.filter(({ id }) => theirJobs.includes(id)).map((job) => [job.phone, job]),
      );
      const byRules = ["quiet-hours", "frequency"];
      let held = 0;
      for (const { id, phone, gate } of real.filter(({ id }) => oursJobs.includes(id))) {
        const under = ofTheirs.get(phone)!;
        const heldByNew = gate === null && under.gate !== null && byRules.includes(under.gate);
        const outcome = judged.get(id)!.at(-1)!;
        expect([phone, outcome.outcome === "held"]).toEqual([phone, heldByNew]);
        if (heldByNew) expect(outcome.until).toEqual(under.until);
        held += heldByNew ? 1 : 0;
      }
      expect(held).toBeGreaterThan(5);
      // The other organisation's decisions count for nobody else.
      expect((await replayed(ours, proposed)).decisions).toBe([...judged.values()].flat().length);
    },
  );

  test("looser hours let through what was held, once for each message, and shadow mode counts only what is new", async () => {
    const { owner } = fixture;
    const tenantId = await world(12);
    await owner`update tenants set quiet_hours = ${owner.json(everyDay("12:00", "13:00") as never)} where id = ${tenantId}`;
    const jobs = await fixture.frozen(await fixture.campaign(tenantId));
    const night = new Date("2026-05-20T00:30:00Z");
    await claimAt(tenantId, night, jobs);
    // Held twice more: still one message.
    for (const hours of [4, 6]) await claimAt(tenantId, new Date(night.getTime() + hours * 60_000), jobs);
    const proposed = { quietHours: ALWAYS_OPEN };
    const tally = await replayed(tenantId, proposed);
    expect(tally.letThrough).toBeGreaterThan(2);
    expect(tally.byReason).toEqual({ "Quiet hours": { held: 0, letThrough: tally.letThrough } });
    expect(tally.decisions).toBeGreaterThan(tally.letThrough * 2);
    const id = await draft(tenantId, proposed, FROM, new Date(night.getTime() + 60_000));
    while ((await change(id)).state !== "done") await replayOnce({ pipeline: fixture.sql, stop: going });
    expect((await change(id)).shadow).toEqual(emptyTally());
    await owner`update rule_changes set due_at = now() where id = ${id}`;
    await replayOnce({ pipeline: fixture.sql, stop: going });
    const { shadow, replay, dueAt } = await change(id);
    expect(replay.letThrough).toBe(tally.letThrough);
    expect(shadow.letThrough).toBe(tally.letThrough);
    expect(dueAt).not.toBeNull();
    // The next hour has no new decision.
    await owner`update rule_changes set due_at = now() where id = ${id}`;
    await replayOnce({ pipeline: fixture.sql, stop: going });
    expect((await change(id)).shadow).toEqual(shadow);
    await owner`update rule_changes set due_at = null where id = ${id}`;
  });
});
