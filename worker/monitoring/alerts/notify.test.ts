import { ALERT_RULES } from "@smscrm/core/alerts/rules";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSendingFixture, type SendingFixture } from "../../testing/sending-fixture.ts";
import { startStandIn } from "../../testing/stand-ins.ts";

const LIMIT_MS = 60_000;

let fixture: SendingFixture;
let standIn: Awaited<ReturnType<typeof startStandIn>>;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
  standIn = await startStandIn();
});
afterEach(async () => {
  await fixture.close();
  await standIn.close();
});

/**
 * Causes two alerts, one page and one warning: a worker could not reach the database, and four of a hundred people
 * opted out.
 */
async function plant(): Promise<void> {
  const { sql, tenant } = fixture;
  const tenantId = await tenant();
  await sql`update tenants set name = '<!channel> & Sons' where id = ${tenantId}`;
  await sql`insert into service_minutes (minute, service, instance, database_failures)
    select date_trunc('minute', now()) + m * interval '1 minute', 'worker', 'w', 1 from generate_series(0, 3) m`;
  await sql`insert into send_minutes (minute, tenant_id, shard, handed_over, opted_out)
    values (date_trunc('minute', now()), ${tenantId}, 0, 100, 4)`;
}

/** Removes the causes. */
async function mend(): Promise<void> {
  const { sql } = fixture;
  await sql`delete from service_minutes where instance = 'w'`;
  await sql`delete from send_minutes`;
}

/**
 * Makes five minutes pass for all alerts. It is repeated, because an evaluation in progress may still see the causes,
 * and on a busy machine the worker has failures of its own.
 */
async function letMinutesPass(): Promise<void> {
  await fixture.sql`update service_minutes set database_failures = 0 where database_failures > 0`;
  await fixture.sql`update alerts set clear_since = now() - interval '301 seconds'
    where state = 'open' and (clear_since is null or clear_since > now() - interval '300 seconds')`;
}

/** Describes the alerts when a wait has failed. */
const alertsNow = async () =>
  JSON.stringify(
    await fixture.sql`select rule, object, state, clear_since, tell_at, tries, tell_problem, open_told_at,
    resolve_told_at from alerts`,
  );

const sent = (column: "open_told_at" | "resolve_told_at", alerts: number) =>
  fixture.until(
    `${alerts} alerts with ${column}`,
    async () => {
      if (column === "resolve_told_at") await letMinutesPass();
      return (
        (await fixture.sql`select 1 from alerts where ${fixture.sql(column)} is not null`).length === alerts
      );
    },
    LIMIT_MS,
  );

test("two workers: PagerDuty and Slack each get every alert's opening once and its resolution once", async () => {
  await plant();
  fixture.startOne(standIn.environment);
  fixture.startOne(standIn.environment);
  await sent("open_told_at", 2);
  await mend();
  await sent("resolve_told_at", 2);

  const events = standIn.toPagerDuty();
  expect(events.map((event) => event.event_action)).toEqual(["trigger", "resolve"]);
  expect(events[0]!.dedup_key).toBe(events[1]!.dedup_key);
  expect(events[0]).toMatchObject({
    routing_key: standIn.environment.PAGERDUTY_ROUTING_KEY,
    payload: { severity: "critical", class: "database-connection", group: "system" },
  });
  const texts = standIn.toSlack();
  expect(texts).toHaveLength(2);
  expect(texts[0]).toContain(`*${ALERT_RULES["opt-out-rate"].title}* · &lt;!channel&gt; &amp; Sons`);
  expect(texts[0]).toContain("4 of the last 100 people who were texted opted out (4.0 %).");
  expect(texts[0]).toContain(ALERT_RULES["opt-out-rate"].section);
  expect(texts[1]).toMatch(/^Resolved: \*Opt-out rate above 3 %\*/);
  const secrets = Object.values(standIn.environment);
  expect(fixture.logged.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
}, 150_000);

test("a busy channel is retried in order: the opening first, then the resolution", async () => {
  await plant();
  await fixture.sql`delete from send_minutes`;
  standIn.answerNext(503, "What was sent: 4 of 100");
  standIn.answerNext(429, "slow", { "retry-after": "1" });
  fixture.startOne(standIn.environment);
  const problems = () =>
    fixture.sql`select tell_problem as problem from alerts where tell_problem is not null`;
  await fixture.until("the first try", async () => (await problems()).length === 1, LIMIT_MS);
  expect(await problems()).toEqual([{ problem: "pagerduty: HTTP 503" }]);
  await mend();
  // The retries are due at once instead of after their seconds.
  await fixture
    .until(
      "the resolution is sent",
      async () => {
        await letMinutesPass();
        await fixture.sql`update alerts set tell_at = now() where tell_problem is not null and tell_at > now()`;
        return (await fixture.sql`select 1 from alerts where resolve_told_at is not null`).length > 0;
      },
      LIMIT_MS,
    )
    .catch(async (error) => {
      throw new Error(`${await alertsNow()} ${fixture.logged.slice(-5).join(" ")}`, { cause: error });
    });
  expect(standIn.toPagerDuty().map((event) => event.event_action)).toEqual([
    "trigger",
    "trigger",
    "trigger",
    "resolve",
  ]);
  expect(new Set(standIn.toPagerDuty().map((event) => event.dedup_key)).size).toBe(1);
  expect(standIn.toSlack()).toEqual([]);
}, 150_000);

test("if PagerDuty refuses for good, Slack gets the alert, and its resolution as well", async () => {
  await plant();
  await fixture.sql`delete from send_minutes`;
  standIn.answerNext(400, '{"status":"invalid event"}');
  fixture.startOne(standIn.environment);
  await sent("open_told_at", 1);
  await mend();
  await sent("resolve_told_at", 1);
  expect(standIn.toPagerDuty()).toHaveLength(1);
  expect(standIn.toSlack().map((text) => text.split("\n")[0])).toEqual([
    "*Database connection failures* · the whole system",
    "Resolved: *Database connection failures* · the whole system",
  ]);
}, 150_000);

test("without a channel, the alert is in the log", async () => {
  await plant();
  const worker = fixture.startOne();
  await sent("open_told_at", 2);
  const lines = fixture.logged.map((line) => JSON.parse(line)).filter((line) => line.alertId);
  expect(lines.map((line) => [line.rule, line.level, line.msg]).sort()).toEqual([
    ["database-connection", 50, "alert"],
    ["opt-out-rate", 40, "alert"],
  ]);
  expect(await worker.metrics.registry.metrics()).toContain(
    'smscrm_alert_notices_total{channel="log",outcome="told"} 2',
  );
}, 150_000);
