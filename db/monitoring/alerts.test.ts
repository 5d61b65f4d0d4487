import { ALERT_RULE_NAMES, alertRule, CLEAR_AFTER_SECONDS } from "@smscrm/core/alerts/rules";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { transact } from "../postgres/connection.ts";
import { type AlertFixture, openAlertFixture, START } from "../testing/alert-fixture.ts";
import { readAlertMeasurements } from "./alert-measurements.ts";
import { evaluateAlerts } from "./alerts.ts";

let fixture: AlertFixture;
let tenantId: string;
beforeEach(async () => {
  fixture = await openAlertFixture();
  tenantId = await fixture.tenant({ segmentsPerSecond: 10 });
  // The tenant is created at the test clock's start, so that no backup is overdue.
  await fixture.sql`update tenants set created_at = ${START}`;
});
afterEach(() => fixture.close());

/** Rows for a rule's condition just beyond its threshold, and exactly at it. */
interface Scene {
  beyond: () => Promise<unknown>;
  at: () => Promise<unknown>;
  about?: () => Promise<string | null>;
  object?: () => Promise<string>;
}

const outcomes = (delivered: number, failed: number) => () => onlyMinute({ delivered, failed });

async function onlyMinute(counts: Record<string, number>): Promise<void> {
  await fixture.sql`delete from send_minutes`;
  await fixture.minute(tenantId, 0, counts);
}

async function waiting(messages: number): Promise<void> {
  const { sql } = fixture;
  await sql`delete from send_jobs`;
  const campaignId = await onlyCampaign();
  const contacts = await sql<{ id: string }[]>`select id from contacts`;
  if (contacts.length < messages) await fixture.people(tenantId, { phones: messages });
  await sql`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, due_at)
    select tenant_id, ${campaignId}, id, phone_e164, ${START} from contacts order by id limit ${messages}`;
}

async function onlyCampaign(): Promise<string> {
  const [found] = await fixture.sql<{ id: string }[]>`select id from campaigns where status = 'running'`;
  if (found) return found.id;
  const campaignId = await fixture.campaign(tenantId);
  await fixture.sql`update campaigns set status = 'running'`;
  return campaignId;
}

const wordsLate = (seconds: number) => () => onlyMinute({ heard: 10, heard_seconds: seconds * 10 });

const service = (failures: number) => async () => {
  const { sql, now } = fixture;
  await sql`delete from service_minutes`;
  if (failures === 0) return;
  await sql`insert into service_minutes (minute, service, instance, database_failures)
    values (date_trunc('minute', ${now()}::timestamptz), 'api', 'a', ${failures})`;
};

const spent = (cents: number) => () =>
  fixture.sql`
  update budgets set daily_spent_cents = ${cents} * 0.6, daily_reserved_cents = ${cents} * 0.4, local_day = '2026-11-25'`;

const warmedUp = (messages: number) => async () => {
  const { sql, number } = fixture;
  const [found] = await sql`select 1 from sending_numbers`;
  if (!found) await number(tenantId, { warmUp: { startedOn: "2026-11-25", schedule: [100] } });
  await sql`update sending_numbers set sent_on = '2026-11-25', sent_today = ${messages}`;
};

const optedOut = (people: number) => () =>
  fixture.minute(tenantId, 2, { handed_over: 100, opted_out: people });

const withheld = (minutes: number) => () =>
  fixture.sql`
    insert into automatic_answer_fuses (tenant_id, minute, in_minute, day, in_day, refused_at, refused)
    values (${tenantId}, now(), 60, current_date, 60, ${fixture.ago(minutes)}, 9)
    on conflict (tenant_id) do update set refused_at = excluded.refused_at`;

/** A list that ends some hours after the test's clock. */
const listEnding = (hours: number) => async () => {
  const { owner, ago } = fixture;
  await owner`delete from suppression_lists`;
  await owner`delete from suppression_versions`;
  await owner`
    with v as (
      insert into suppression_versions (tenant_id, list_id, file_name, downloaded_on, expires_at, active_at)
      values (${tenantId}, '00000000-0000-4000-8000-000000000001', 'a.txt', '2026-11-01', ${ago(-60 * hours)}, now()) returning id)
    insert into suppression_lists (id, tenant_id, name, register, country, version_id)
    select '00000000-0000-4000-8000-000000000001', ${tenantId}, 'List', 'OTHER', 'AU', id from v`;
};

const PARTED = "00000000-0000-4000-8000-000000000002";
const firstPart = (state: "held" | "watching") => async () => {
  const { owner } = fixture;
  await owner`
    insert into campaigns (id, tenant_id, name, body, audience, status)
    values (${PARTED}, ${tenantId}, 'In parts', 'Hi', '{"kind":"all"}', 'running') on conflict (id) do nothing`;
  await owner`
    insert into first_parts (tenant_id, campaign_id, step, state, size, rest, up_to_draw, watch_minutes, send_by, sentence)
    values (${tenantId}, ${PARTED}, 'canary', ${state}, 50, 100, 7, 30, now(), 'Held.')
    on conflict (tenant_id, campaign_id, step) do update set state = excluded.state`;
};

const drifted = (minutesAgo: number) => async () => {
  await fixture.owner`delete from report_drifts`;
  await fixture.owner`
    insert into report_drifts (tenant_id, day, dimension, key, created_at)
    values (${tenantId}, '2026-11-01', 'total', '', ${fixture.ago(minutesAgo)})`;
};

const system = async () => null;
const SCENES: Record<Exclude<(typeof ALERT_RULE_NAMES)[number], "import-completed">, Scene> = {
  "delivery-rate-critical": { beyond: outcomes(899, 101), at: outcomes(900, 100) },
  "delivery-rate-low": { beyond: outcomes(949, 51), at: outcomes(950, 50) },
  "failure-rate": { beyond: outcomes(949, 51), at: outcomes(950, 50) },
  "queue-depth": { beyond: () => waiting(10_001), at: () => waiting(10_000), about: system },
  "opt-out-rate": { beyond: optedOut(4), at: optedOut(3) },
  "webhook-lag": { beyond: wordsLate(31), at: wordsLate(30), about: system },
  "database-connection": { beyond: service(1), at: service(0), about: system },
  "backup-age": {
    beyond: () => fixture.sql`update tenants set created_at = ${fixture.ago(26 * 60 + 1)}`,
    at: () => fixture.sql`update tenants set created_at = ${fixture.ago(26 * 60)}`,
    about: system,
  },
  "automatic-answers": { beyond: withheld(1), at: withheld(16) },
  "suppression-list": {
    beyond: listEnding(7 * 24),
    at: listEnding(7 * 24 + 1),
    object: async () => (await fixture.sql<{ id: string }[]>`select id from suppression_lists`)[0]!.id,
  },
  "first-part": {
    beyond: firstPart("held"),
    at: firstPart("watching"),
    object: async () =>
      (await fixture.sql<{ id: string }[]>`select campaign_id as id from first_parts`)[0]!.id,
  },
  "report-drift": { beyond: drifted(0), at: drifted(25 * 60) },
  budget: { beyond: spent(0.9e9), at: spent(0.9e9 - 1) },
  "warm-up-limit": {
    beyond: warmedUp(100),
    at: warmedUp(99),
    object: async () => (await fixture.sql<{ id: string }[]>`select id from sending_numbers`)[0]!.id,
  },
};

describe.each(Object.entries(SCENES))(
  "%s",
  (name, { beyond, at, about = async () => tenantId, object = async () => "" }) => {
    const rule = name as keyof typeof SCENES;
    const { holdsForSeconds, severity } = alertRule(rule);

    test("does not open at its threshold", async () => {
      await at();
      await fixture.pass(holdsForSeconds + 60, rule === "queue-depth" ? undefined : at);
      expect(await fixture.alerts(rule)).toEqual([]);
    });

    test("opens beyond it, exactly at its time, and resolves after exactly five good minutes", async () => {
      const { pass, alerts } = fixture;
      await beyond();
      const hold = rule === "queue-depth" ? undefined : beyond;
      if (holdsForSeconds > 0) {
        await pass(holdsForSeconds - 15, hold);
        expect(await alerts(rule)).toMatchObject([{ state: "pending", openedAt: null }]);
        await pass(15, hold);
      } else await pass(0, hold);
      const opened = {
        tenantId: await about(),
        object: await object(),
        severity,
        state: "open",
        openedAt: fixture.now(),
      };
      expect(await alerts(rule)).toMatchObject([opened]);

      await at();
      const clear = rule === "queue-depth" ? undefined : at;
      await pass(60, clear);
      // A relapse shorter than five minutes is the same alert.
      await beyond();
      await pass(30, hold);
      await at();
      await pass(CLEAR_AFTER_SECONDS - 15, clear);
      expect(await alerts(rule)).toMatchObject([opened]);
      await pass(15, clear);
      expect(await alerts(rule)).toMatchObject([{ ...opened, state: "resolved", resolvedAt: fixture.now() }]);
    });
  },
);

test("every rule has a case here, except the event of a finished import", () => {
  expect([...Object.keys(SCENES), "import-completed"].sort()).toEqual([...ALERT_RULE_NAMES].sort());
});

test("a finished import is notified once, and resolved at once", async () => {
  const { sql, pass, alerts, now } = fixture;
  const insert = (status: string) => sql`
    insert into imports (tenant_id, file_name, status, rows_done, rejected, finished_at)
    values (${tenantId}, 'people.csv', ${status}, 500, 3, ${now()}) returning id`;
  const [done] = await insert("completed");
  await insert("failed");
  await pass(60);
  expect(await alerts("import-completed")).toMatchObject([
    { object: done!.id, state: "resolved", severity: "info", summary: "people.csv: 500 rows, 3 rejected." },
  ]);
});

test("the newest backup counts", async () => {
  const { sql, pass, alerts, ago } = fixture;
  await sql`update tenants set created_at = ${ago(30 * 24 * 60)}`;
  const backUp = (
    minutes: number,
  ) => sql`insert into backups (file, size_bytes, sha256, taken_at, finished_at)
    values ('a', 1, 'b', ${ago(minutes)}, ${ago(minutes)})`;
  await backUp(27 * 60);
  await pass(0);
  expect(await alerts("backup-age")).toMatchObject([{ state: "open" }]);
  await backUp(1);
  await pass(CLEAR_AFTER_SECONDS + 15);
  expect(await alerts("backup-age")).toMatchObject([{ state: "resolved" }]);
});

test("a campaign at full rate is not a backlog; one that stands still is", async () => {
  const { pass, alerts, minute, number } = fixture;
  await number(tenantId, { segmentsPerSecond: 10 });
  await waiting(10_001);
  const onPace = async () => {
    for (let minutes = 0; minutes <= 5; minutes += 1) await minute(tenantId, minutes, { handed_over: 300 });
  };
  await pass(360, onPace);
  expect(await alerts("queue-depth")).toEqual([]);
  await fixture.sql`delete from send_minutes`;
  await pass(315);
  expect(await alerts("queue-depth")).toMatchObject([{ state: "open" }]);
});

test("a number that rests adds nothing to what should be sent per second", async () => {
  const { sql, number } = fixture;
  const rests = await number(tenantId, { segmentsPerSecond: 10 });
  await number(tenantId, { segmentsPerSecond: 3 });
  await waiting(10);
  await sql`update sending_numbers set rested_until = now() + interval '1 hour' where id = ${rests.id}`;
  const { backlog } = await transact(sql, (tx) => readAlertMeasurements(tx, fixture.now()));
  expect(backlog).toMatchObject([{ perSecond: 3 }]);
});

test("a paused tenant's messages are no backlog", async () => {
  await fixture.sql`update tenants set sending_paused_at = now()`;
  await waiting(10_001);
  await fixture.pass(330);
  expect(await fixture.alerts("queue-depth")).toEqual([]);
});

test("silence counts as not delivered after five minutes", async () => {
  const { pass, alerts, minute } = fixture;
  const silent = async () => {
    await minute(tenantId, 3, { handed_over: 500 });
    await minute(tenantId, 6, { handed_over: 200, answered: 50 });
    await minute(tenantId, 2, { delivered: 800 });
  };
  await pass(600, silent);
  expect(await alerts("delivery-rate-critical")).toMatchObject([
    {
      state: "open",
      summary: expect.stringMatching(/without a status for over five minutes/),
    },
  ]);
  expect(await alerts("failure-rate")).toEqual([]);
});

test("a message without any callback is a lag", async () => {
  const { sql, running, claim, accept, pass, alerts, now } = fixture;
  const { tenantId: sender, jobIds } = await running(1);
  const { messages } = await claim(sender, jobIds);
  await accept([messages[0]!.attemptId]);
  await sql`delete from send_minutes`;
  const since = new Date(now().getTime() - 20_000);
  await sql`update send_attempts set handed_over_at = ${since}, look_up_at = ${since}::timestamptz + interval '30 minutes'`;
  await pass(420);
  expect(await alerts("webhook-lag")).toMatchObject([
    { state: "open", summary: expect.stringMatching(/^The carrier has sent no status for \d+ seconds/) },
  ]);
});

test("tenants have their own alerts, and see only these and the system's", async () => {
  const { sql, database, pass, tenant } = fixture;
  const other = await tenant();
  await sql`update tenants set created_at = ${START}`;
  await pass(0, async () => {
    await fixture.minute(tenantId, 1, { handed_over: 100, opted_out: 4 });
    await fixture.minute(other, 1, { handed_over: 200, opted_out: 9 });
    await service(2)();
  });
  const seen = (id: string) =>
    database.asTenant(id, (tx) => tx.execute<{ rule: string }>("select rule from alerts order by rule"));
  expect((await fixture.alerts("opt-out-rate")).map((alert) => alert.tenantId).sort()).toEqual(
    [tenantId, other].sort(),
  );
  expect((await seen(tenantId)).map(({ rule }) => rule)).toEqual(["database-connection", "opt-out-rate"]);
  await expect(
    database.asTenant(tenantId, (tx) => tx.execute("update alerts set summary = ''")),
  ).rejects.toThrow();
});

test("two workers that evaluate at once open one alert", async () => {
  const { sql, now } = fixture;
  await service(1)();
  const rounds = await Promise.all(Array.from({ length: 8 }, () => evaluateAlerts(sql, now())));
  expect(rounds.filter((round) => round?.opened === 1)).toHaveLength(1);
  expect(await fixture.alerts("database-connection")).toHaveLength(1);
});
