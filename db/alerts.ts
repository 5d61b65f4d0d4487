import { type AlertReading, readingsOf } from "@smscrm/core/alerts/readings";
import { type AlertRuleName, alertRule, isEvent } from "@smscrm/core/alerts/rules";
import { nextStep, type Standing, type Transition } from "@smscrm/core/alerts/transition";
import { readAlertMeasurements } from "./alert-measurements.ts";
import { type Pipeline, type PipelineTransaction, transact } from "./connection.ts";

/** Only one worker judges at a time; the others find the work done. */
const JUDGE_LOCK = 7_364_006;

/** What a round of judging changed. */
export interface Judged {
  opened: number;
  resolved: number;
}

/**
 * Measures, judges every rule and writes what changed, in one transaction. Null when another worker is at it. `now` is
 * the database's clock unless a test sets it.
 */
export function judgeAlerts(sql: Pipeline, now?: Date): Promise<Judged | null> {
  return transact(sql, async (tx) => {
    const [lock] = await tx<{ held: boolean; at: Date }[]>`
      select pg_try_advisory_xact_lock(${JUDGE_LOCK}) as held, clock_timestamp() as at`;
    if (!lock!.held) return null;
    const at = now ?? lock!.at;
    const readings = readingsOf(await readAlertMeasurements(tx, at), at);
    return writeSteps(tx, readings, at);
  });
}

interface StandingRow extends Standing {
  id: string;
  rule: AlertRuleName;
  tenantId: string | null;
  object: string;
  summary: string;
  value: number;
}

interface Step {
  reading: AlertReading;
  before: StandingRow | null;
  step: Transition;
}

const keyOf = ({ rule, tenantId, object }: Pick<AlertReading, "rule" | "tenantId" | "object">) =>
  `${rule} ${tenantId} ${object}`;

async function writeSteps(tx: PipelineTransaction, readings: AlertReading[], now: Date): Promise<Judged> {
  const standing = await tx<StandingRow[]>`
    select id, rule, tenant_id as "tenantId", object, state, since, judged_at as "judgedAt", clear_since as "clearSince",
      summary, value
    from alerts where state <> 'resolved' for no key update`;
  const before = new Map(standing.map((row) => [keyOf(row), row]));
  const read = new Map(readings.map((reading) => [keyOf(reading), reading]));
  // What is not measured any more (a tenant that sends nothing, a budget that was raised) does not hold any more.
  for (const row of standing) if (!read.has(keyOf(row))) read.set(keyOf(row), { ...row, holds: false });
  const steps = [...read].map(([key, reading]): Step => {
    const row = before.get(key) ?? null;
    return { reading, before: row, step: nextStep(alertRule(reading.rule), row, reading.holds, now) };
  });
  await removeForgotten(tx, steps);
  await insertNew(tx, steps, now);
  await updateStanding(tx, steps, now);
  return {
    opened: steps.filter(({ step }) => step.to === "opened").length,
    resolved: steps.filter(({ step }) => step.to === "resolved").length,
  };
}

async function removeForgotten(tx: PipelineTransaction, steps: readonly Step[]): Promise<void> {
  const ids = steps.flatMap(({ step, before }) => (step.to === "forgotten" ? before!.id : []));
  if (ids.length > 0) await tx`delete from alerts where id = any(${ids}::uuid[]) and state = 'pending'`;
}

/** An event is over as soon as it is told: it opens resolved. */
async function insertNew(tx: PipelineTransaction, steps: readonly Step[], now: Date): Promise<void> {
  const rows = steps.flatMap(({ reading, before, step }) => {
    if (before || (step.to !== "pending" && step.to !== "opened")) return [];
    const over = isEvent(reading.rule);
    const { rule, tenantId, object, summary, value } = reading;
    const severity = alertRule(rule).severity;
    const opened = step.to === "opened";
    const state = over ? "resolved" : opened ? "open" : "pending";
    return {
      rule,
      tenant_id: tenantId,
      object,
      severity,
      summary,
      value,
      state,
      since: step.since,
      opened,
      over,
    };
  });
  if (rows.length === 0) return;
  await tx`
    insert into alerts (rule, tenant_id, object, severity, summary, value, state, since, judged_at, opened_at, tell_at,
      resolved_at, resolve_told_at)
    select rule, tenant_id, object, severity, summary, value, state, since, ${now}::timestamptz, case when opened then ${now}::timestamptz end,
      case when opened then ${now}::timestamptz end, case when over then ${now}::timestamptz end,
      case when over then ${now}::timestamptz end
    from jsonb_to_recordset(${tx.json(rows as never)}) as r (rule text, tenant_id uuid, object text, severity text,
      summary text, value float8, state text, since timestamptz, opened boolean, over boolean)`;
}

/** The sentence keeps the figures of the last time that the condition held: what it was about, also when it is over. */
async function updateStanding(tx: PipelineTransaction, steps: readonly Step[], now: Date): Promise<void> {
  const rows = steps.flatMap(({ reading, before, step }) => {
    if (!before || step.to === "none" || step.to === "forgotten") return [];
    const { summary, value } = reading.holds ? reading : before;
    return {
      id: before.id,
      summary,
      value,
      since: "since" in step ? step.since : before.since,
      clear_since: "clearSince" in step ? step.clearSince : null,
      state: step.to === "opened" ? "open" : step.to,
      opened: step.to === "opened",
      resolved: step.to === "resolved",
    };
  });
  if (rows.length === 0) return;
  await tx`
    update alerts a set summary = r.summary, value = r.value, since = r.since, clear_since = r.clear_since,
      state = r.state, judged_at = ${now},
      opened_at = case when r.opened then ${now}::timestamptz else a.opened_at end,
      resolved_at = case when r.resolved then ${now}::timestamptz else a.resolved_at end,
      -- Whoever is still to be told of the beginning is told of the end right after.
      tell_at = case when r.opened or r.resolved then coalesce(a.tell_at, ${now}::timestamptz) else a.tell_at end
    from jsonb_to_recordset(${tx.json(rows as never)}) as r (id uuid, summary text, value float8, since timestamptz,
      clear_since timestamptz, state text, opened boolean, resolved boolean)
    where a.id = r.id`;
}

/** How many are open, each severity once: also where there are none. */
export function countAlertsBySeverity(sql: Pipeline): Promise<{ severity: string; open: number }[]> {
  return sql<{ severity: string; open: number }[]>`
    select severity, (select count(*) from alerts a where a.state <> 'resolved' and a.state = 'open' and a.severity = s.severity)::int as open
    from unnest(array['critical', 'warning', 'info']) as s (severity)`;
}
