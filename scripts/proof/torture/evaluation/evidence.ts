import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { LedgerEntry } from "../environment/carrier.ts";
import type { Environment } from "../environment/environment.ts";
import { numbersOf, type TestTenant } from "../plan/tenants.ts";

/** A request to send, as the carrier received it. */
export interface Submission {
  at: number;
  attemptId: string;
  to: string;
  from: string;
  body: string;
  validitySeconds: number | null;
  entry: LedgerEntry;
  /** The tenant of the sending number; null: not one of our numbers. */
  tenant: TestTenant | null;
}

export interface Attempt {
  id: string;
  jobId: string;
  campaignId: string;
  tenantId: string;
  state: string;
  sid: string | null;
  carrierStatus: string | null;
  to: string;
  budgetDay: string;
  reservedMicros: number;
  spentMicros: number;
  /** When its request began, as the sender recorded it; null without a record. */
  startedAt: number | null;
  claimedAt: number;
  /** When its claim was committed. */
  bornAt: number;
  jobStatus: string;
  isLast: boolean;
}

/** A time span in which a gate was closed; both ends are commits. */
export interface Closed {
  kind: string;
  tenantId: string;
  subject: string;
  from: number;
  until: number;
}

/** The evidence: the carrier's ledger, the actions of the run, and the database at rest. */
export interface Evidence {
  environment: Environment;
  sql: Pipeline;
  submissions: Submission[];
  attempts: Map<string, Attempt>;
  /** One-message campaigns of the program itself: automatic answers, and confirmations of opt-outs. */
  answers: ReadonlyMap<string, "answer" | "confirmation">;
  closed: Closed[];
  /** Findings of db/testing/ledger-checks, by kind. */
  violations: { what: string; text: string }[];
}

export async function gather(
  environment: Environment,
  sql: Pipeline,
  violations: readonly string[],
): Promise<Evidence> {
  const ledger = await environment.carrier.ledger();
  const byNumber = new Map(
    environment.tenants.flatMap((tenant) => numbersOf(tenant).map((phone) => [phone, tenant] as const)),
  );
  return {
    environment,
    sql,
    submissions: ledger.filter(({ form }) => form !== null).map((entry) => submissionOf(entry, byNumber)),
    attempts: await readAttempts(sql),
    answers: await readAnswers(sql),
    closed: await readClosed(sql),
    violations: violations.map((text) => ({ what: (JSON.parse(text) as { what: string }).what, text })),
  };
}

/** Returns the attempt's id in a callback's address. */
export function attemptIdIn(statusCallback: string): string {
  return statusCallback.split("#")[0]!.split("/").at(-1)!;
}

function submissionOf(entry: LedgerEntry, byNumber: ReadonlyMap<string, TestTenant>): Submission {
  const field = (name: string) => String(entry.form?.[name] ?? "");
  return {
    at: entry.receivedAt,
    attemptId: attemptIdIn(field("StatusCallback")),
    to: field("To"),
    from: field("From"),
    body: field("Body"),
    validitySeconds: entry.form?.ValidityPeriod === undefined ? null : Number(field("ValidityPeriod")),
    entry,
    tenant: byNumber.get(field("From")) ?? null,
  };
}

async function readAttempts(sql: Pipeline): Promise<Map<string, Attempt>> {
  const attempts = new Map<string, Attempt>();
  const rows = sql<Attempt[]>`
    select a.id, a.send_job_id as "jobId", a.campaign_id as "campaignId", a.tenant_id as "tenantId", a.state,
      a.carrier_sid as sid, a.carrier_status as "carrierStatus", a.to_phone as "to",
      a.budget_day::text as "budgetDay", a.reserved_micros::float8 as "reservedMicros",
      a.spent_micros::float8 as "spentMicros",
      extract(epoch from a.handed_over_at)::float8 * 1000 as "startedAt",
      extract(epoch from c.claimed_at)::float8 * 1000 as "claimedAt",
      extract(epoch from pg_xact_commit_timestamp(c.xmin))::float8 * 1000 as "bornAt",
      j.status as "jobStatus", j.last_attempt_id = a.id as "isLast"
    from send_attempts a join torture.claims c on c.attempt_id = a.id join send_jobs j on j.id = a.send_job_id`;
  await rows.cursor(5_000, (some) => {
    for (const row of some) attempts.set(row.id, row);
  });
  return attempts;
}

async function readAnswers(sql: Pipeline): Promise<Evidence["answers"]> {
  const rows = await sql<{ id: string; kind: "answer" | "confirmation" }[]>`
    select id, kind from campaigns where kind in ('answer', 'confirmation')`;
  return new Map(rows.map(({ id, kind }) => [id, kind]));
}

async function readClosed(sql: Pipeline): Promise<Closed[]> {
  const rows = await sql<{ kind: string; tenantId: string; subject: string; closed: boolean; at: number }[]>`
    select kind, tenant_id as "tenantId", subject, closed,
      extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
    from torture.gates order by seq`;
  const open = new Map<string, Closed>();
  const spans: Closed[] = [];
  for (const { kind, tenantId, subject, closed, at } of rows) {
    const key = `${kind} ${tenantId} ${subject}`;
    const span = open.get(key);
    if (closed && !span) {
      const begun = { kind, tenantId, subject, from: at, until: Number.POSITIVE_INFINITY };
      open.set(key, begun);
      spans.push(begun);
    } else if (!closed && span) {
      span.until = at;
      open.delete(key);
    }
  }
  return spans;
}
