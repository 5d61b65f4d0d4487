import { type AlertReading, readingsOf } from "@smscrm/core/alerts/readings";
import { type AlertRuleName, alertRule, isEvent } from "@smscrm/core/alerts/rules";
import { type ActiveAlert, nextStep, type Transition } from "@smscrm/core/alerts/transition";
import { type Pipeline, type PipelineTransaction, transact } from "../postgres/connection.ts";
import { LOCK_KEYS } from "../postgres/lock-keys.ts";
import { readAlertMeasurements } from "./alert-measurements.ts";

/** The changes of one evaluation. */
export interface AlertChanges {
  opened: number;
  resolved: number;
}

/**
 * Measures, evaluates every rule and writes the changes, in one transaction. Null when another worker does it. `now`
 * is the database's clock unless a test sets it.
 */
export function evaluateAlerts(sql: Pipeline, now?: Date): Promise<AlertChanges | null> {
  return transact(sql, async (tx) => {
    const [lock] = await tx<{ held: boolean; at: Date }[]>`
      select pg_try_advisory_xact_lock(${LOCK_KEYS.alertRules}) as held, clock_timestamp() as at`;
    if (!lock!.held) return null;
    const at = now ?? lock!.at;
    const readings = readingsOf(await readAlertMeasurements(tx, at), at);
    return writeSteps(tx, readings, at);
  });
}

interface ActiveAlertRow extends ActiveAlert {
  id: string;
  rule: AlertRuleName;
  tenantId: string | null;
  object: string;
  summary: string;
  value: number;
}

interface Step {
  reading: AlertReading;
  before: ActiveAlertRow | null;
  step: Transition;
}

const keyOf = ({ rule, tenantId, object }: Pick<AlertReading, "rule" | "tenantId" | "object">) =>
  `${rule} ${tenantId} ${object}`;

async function writeSteps(
  tx: PipelineTransaction,
  readings: AlertReading[],
  now: Date,
): Promise<AlertChanges> {
  const active = await tx<ActiveAlertRow[]>`
    select id, rule, tenant_id as "tenantId", object, state, since, judged_at as "evaluatedAt", clear_since as "clearSince",
      summary, value
    from alerts where state <> 'resolved' for no key update`;
  const before = new Map(active.map((row) => [keyOf(row), row]));
  const read = new Map(readings.map((reading) => [keyOf(reading), reading]));
  // A condition without a measurement (a tenant that stopped sending, a raised budget) no longer holds.
  for (const row of active) if (!read.has(keyOf(row))) read.set(keyOf(row), { ...row, holds: false });
  const steps = [...read].map(([key, reading]): Step => {
    const row = before.get(key) ?? null;
    return { reading, before: row, step: nextStep(alertRule(reading.rule), row, reading.holds, now) };
  });
  await removeForgotten(tx, steps);
  await insertNew(tx, steps, now);
  await updateActive(tx, steps, now);
  return {
    opened: steps.filter(({ step }) => step.to === "opened").length,
    resolved: steps.filter(({ step }) => step.to === "resolved").length,
  };
}

async function removeForgotten(tx: PipelineTransaction, steps: readonly Step[]): Promise<void> {
  const ids = steps.flatMap(({ step, before }) => (step.to === "forgotten" ? before!.id : []));
  if (ids.length > 0) await tx`delete from alerts where id = any(${ids}::uuid[]) and state = 'pending'`;
}

/** An event needs only one notice: it is resolved when it opens. */
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

/** The summary keeps the figures of the last time when the condition held, also after the alert is resolved. */
async function updateActive(tx: PipelineTransaction, steps: readonly Step[], now: Date): Promise<void> {
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
      -- If the opening notice is still due, the resolve notice follows right after it.
      tell_at = case when r.opened or r.resolved then coalesce(a.tell_at, ${now}::timestamptz) else a.tell_at end
    from jsonb_to_recordset(${tx.json(rows as never)}) as r (id uuid, summary text, value float8, since timestamptz,
      clear_since timestamptz, state text, opened boolean, resolved boolean)
    where a.id = r.id`;
}

/** Counts open alerts for each severity, also those with none. */
export function countAlertsBySeverity(sql: Pipeline): Promise<{ severity: string; open: number }[]> {
  return sql<{ severity: string; open: number }[]>`
    select severity, (select count(*) from alerts a where a.state <> 'resolved' and a.state = 'open' and a.severity = s.severity)::int as open
    from unnest(array['critical', 'warning', 'info']) as s (severity)`;
}
