import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SendResult } from "@smscrm/core/send/submission-outcome";
import { freezeNextChunk } from "@smscrm/db/campaigns/launch";
import { migrateDatabase } from "@smscrm/db/migrations";
import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { claimForSending } from "@smscrm/db/send/claim";
import { settleSends } from "@smscrm/db/send/settle";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { seededRandom } from "../../../sample/random.ts";
import { machineClock } from "../environment/clock.ts";
import { fill } from "../environment/fill.ts";
import { observe } from "../environment/observation.ts";
import { newDatabase, startPostgres } from "../environment/postgres.ts";
import { makeTenants, PRICE_CENTS } from "../plan/tenants.ts";
import { type Measure, progressOf } from "./measure.ts";

const PEOPLE = 20_000;
const AFFORDABLE = 5_000;
const AT_ONCE = 12;
const PER_CLAIM = 100;

/**
 * Reserves more money than there is, from many connections at once. Most of it is released again, so that the limit
 * is reached all the time. The budget is never exceeded, and in the end used up.
 */
export const reservations: Measure = async (command, say) => {
  const asks = command.trials ?? 1_000_000;
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-reservations-"));
  const server = await startPostgres(path.join(folder, "postgres"), machineClock);
  try {
    const url = await newDatabase(server);
    await migrateDatabase(url);
    const sql = openPipeline(url, { name: "reservations", max: AT_ONCE + 2 });
    try {
      return await compete(sql, asks, command.seed, say);
    } finally {
      await sql.end({ timeout: 5 });
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function compete(
  sql: Pipeline,
  asks: number,
  seed: number,
  say: (line: string) => void,
): Promise<boolean> {
  const [tenant] = makeTenants({ plain: 1, people: PEOPLE, tightTenants: 0, crowd: 0 }, Date.now(), 0);
  tenant!.dailyBudgetCents = AFFORDABLE * PRICE_CENTS;
  await observe(sql);
  await fill(sql, [tenant!]);
  const jobIds = await freeze(sql, tenant!.id);
  const random = seededRandom(seed);
  const from = performance.now();
  const tell = progressOf("reservations asked for", asks, say);
  let asked = 0;
  let reserved = 0;
  /** Reserves for a random hundred; releases three in four of the granted ones, until the last tenth of all. */
  const client = async () => {
    while (asked < asks) {
      asked += PER_CLAIM;
      tell(asked);
      const at = random.below(jobIds.length - PER_CLAIM);
      const { messages } = await claimForSending(sql, tenant!.id, jobIds.slice(at, at + PER_CLAIM));
      reserved += messages.length;
      const ending = asked > asks * 0.9;
      const results = messages.map(({ attemptId }) => resultOf(attemptId, !ending && random.chance(0.75)));
      await settleSends(sql, results);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const seconds = (performance.now() - from) / 1_000;
  const [row] = await sql<{ used: number; budget: number; over: number }[]>`
    select (b.daily_spent_cents + b.daily_reserved_cents)::float8 as used, t.daily_budget_cents::float8 as budget,
      (select count(*)::int from torture.overruns) as over
    from budgets b join tenants t on t.id = b.tenant_id where t.id = ${tenant!.id}`;
  const share = (row!.used / row!.budget) * 100;
  const wrong = await violations(sql);
  say(
    `reservations: ${asked} asked by ${AT_ONCE} at once in ${seconds.toFixed(0)} s, ${reserved} granted; over the budget: ${row!.over} times; ` +
      `used in the end: ${share.toFixed(3)} % of ${row!.budget} cents; recount: ${wrong.length} differences`,
  );
  return row!.over === 0 && share >= 99.9 && share <= 100 && wrong.length === 0;
}

async function freeze(sql: Pipeline, tenantId: string): Promise<string[]> {
  const [campaign] = await sql<{ id: string }[]>`
    insert into campaigns (tenant_id, name, body, audience, status, launched_at)
    values (${tenantId}, 'News', 'News. Reply STOP to opt out', '{"kind":"all"}', 'launching', clock_timestamp())
    returning id`;
  while (!(await freezeNextChunk(sql, campaign!.id, 1)).done);
  const rows = await sql<{ id: string }[]>`select id from send_jobs order by id`;
  return rows.map(({ id }) => id);
}

function resultOf(attemptId: string, givenBack: boolean): SendResult {
  const base = { attemptId, code: null, httpStatus: null };
  if (givenBack) return { ...base, state: "released", holdReason: null, retryAt: null };
  const sid = `SM${attemptId.replaceAll("-", "")}`;
  return { ...base, state: "accepted", sid, carrierStatus: "queued", submittedAt: new Date() };
}
