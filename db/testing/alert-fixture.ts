import { evaluateAlerts } from "../monitoring/alerts.ts";
import { openSendFixture } from "./send-fixture.ts";

/** Ten minutes past an hour, and not near midnight in any zone of the tests. */
export const START = new Date("2026-11-25T02:10:00.000Z");
/** As rare as the rules allow without a gap, so that a test needs few evaluations per hour. */
const EVALUATE_EVERY_SECONDS = 60;

export interface AlertShown {
  rule: string;
  tenantId: string | null;
  object: string;
  severity: string;
  state: string;
  summary: string;
  openedAt: Date | null;
  resolvedAt: Date | null;
}

export type AlertFixture = Awaited<ReturnType<typeof openAlertFixture>>;

/** Real PostgreSQL and a clock that only `pass` moves: rules are evaluated every minute. */
export async function openAlertFixture() {
  const rows = await openSendFixture();
  const { sql } = rows;
  let seconds = 0;

  const now = () => new Date(START.getTime() + seconds * 1_000);
  const ago = (minutes: number) => new Date(now().getTime() - minutes * 60_000);

  /** Evaluates the rules until `forSeconds` from now; `each` prepares every evaluation. */
  async function pass(forSeconds: number, each: () => Promise<unknown> = async () => {}): Promise<void> {
    const end = seconds + forSeconds;
    for (; seconds < end; seconds = Math.min(end, seconds + EVALUATE_EVERY_SECONDS)) {
      await each();
      await evaluateAlerts(sql, now());
    }
    await each();
    await evaluateAlerts(sql, now());
  }

  /** Replaces the counters of one minute. */
  async function minute(tenantId: string, minutesAgo: number, counts: Record<string, number>): Promise<void> {
    const at = new Date(Math.floor(ago(minutesAgo).getTime() / 60_000) * 60_000);
    const row = { minute: at, tenant_id: tenantId, shard: 0, ...counts };
    await sql`delete from send_minutes where minute = ${at} and tenant_id = ${tenantId}`;
    await sql`insert into send_minutes ${sql(row)}`;
  }

  const alerts = (rule: string) =>
    sql<AlertShown[]>`
      select rule, tenant_id as "tenantId", object, severity, state, summary, opened_at as "openedAt",
        resolved_at as "resolvedAt"
      from alerts where rule = ${rule} order by id`;

  return { ...rows, now, ago, pass, minute, alerts };
}
