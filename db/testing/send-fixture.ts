import { randomUUID } from "node:crypto";
import type { AbTest } from "@smscrm/core/campaigns/ab-test/ab-test";
import type { Canary } from "@smscrm/core/campaigns/first-part/first-part";
import type { LocalTime } from "@smscrm/core/campaigns/timing/local-time";
import type { SendResult } from "@smscrm/core/send/submission-outcome";
import { ALWAYS_OPEN, type WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { freezeNextChunk } from "../campaigns/launch.ts";
import { openPipeline, openTenantDatabase } from "../postgres/connection.ts";
import { type Claim, claimForSending } from "../send/claim.ts";
import { type Lease, leaseDueJobs } from "../send/dispatch.ts";
import { settleSends } from "../send/settle.ts";
import { createTestDatabase } from "./test-database.ts";

/** Where the opt-out links of claims lead. */
const PUBLIC_URL = "https://texts.example.com";

export interface TenantGiven {
  timezone?: string;
  dailyBudgetCents?: number;
  monthlyBudgetCents?: number;
  quietHours?: WeekSchedule;
  segmentsPerSecond?: number;
  capPerDay?: number | null;
}

export interface CampaignGiven {
  body?: string;
  tags?: string[];
  status?: "launching" | "draft";
  expiresAt?: Date | null;
  quietHoursOverrideReason?: string | null;
  localTime?: LocalTime | null;
  spreadMinutes?: number | null;
  messagesPerMinute?: number | null;
  shortenLinks?: boolean;
  canary?: Canary | null;
  abTest?: AbTest | null;
}

export interface ContactsGiven {
  /** E.164 numbers, or how many ordinary ones to create. */
  phones: number | string[];
  timezone?: string | null;
  tags?: string[];
}

export type SendFixture = Awaited<ReturnType<typeof openSendFixture>>;

/**
 * A separate database (on `server`, or the tests') with functions that create tenants, numbers, contacts and
 * campaigns by SQL. `sql` is the worker's login, `database` the API's; `owner` may do everything.
 */
export async function openSendFixture(server?: string) {
  const { url, logins, drop } = await createTestDatabase(server);
  const sql = openPipeline(logins.DATABASE_WORKER_URL, { name: "send tests", max: 12 });
  const owner = openPipeline(url, { name: "send tests' owner", max: 2 });
  const database = openTenantDatabase(logins.DATABASE_API_URL, { name: "send tests", max: 4 });
  let lastNumber = 0;

  /** Creates a tenant without quiet hours, with a large budget and high rates. */
  async function tenant(given: TenantGiven = {}): Promise<string> {
    const { timezone = "Australia/Sydney", dailyBudgetCents = 1e9, monthlyBudgetCents = 1e9 } = given;
    const { quietHours = ALWAYS_OPEN, segmentsPerSecond = 100_000, capPerDay = null } = given;
    const [row] = await sql<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours,
        segments_per_second, cap_per_day)
      values ('Acme', ${timezone}, 'AU', ${dailyBudgetCents}, ${monthlyBudgetCents}, ${sql.json(quietHours as never)},
        ${segmentsPerSecond}, ${capPerDay}) returning id`;
    // Buckets start full, so that a test's first messages do not wait.
    await sql`update budgets set rate_tokens = ${segmentsPerSecond} where tenant_id = ${row!.id}`;
    await sql`update tenant_dispatch set tokens = ${segmentsPerSecond} where tenant_id = ${row!.id}`;
    return row!.id;
  }

  /** Creates an Australian sending number of the tenant, with a full bucket. */
  async function number(
    tenantId: string,
    given: { segmentsPerSecond?: number; warmUp?: { startedOn: string; schedule: number[] } } = {},
  ): Promise<{ id: string; phone: string }> {
    const { segmentsPerSecond = 100_000, warmUp } = given;
    const phone = `+6148000${String(1_000 + ++lastNumber)}`;
    const [row] = await sql<{ id: string }[]>`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens, warm_up_started_on,
        warm_up_schedule)
      values (${tenantId}, ${phone}, 'AU', ${segmentsPerSecond}, ${segmentsPerSecond}, ${warmUp?.startedOn ?? null},
        ${warmUp?.schedule ?? null}) returning id`;
    return { id: row!.id, phone };
  }

  /** Creates contacts with consent. For ordinary numbers the simulator does nothing special. */
  async function people(tenantId: string, given: ContactsGiven): Promise<string[]> {
    const { timezone = "Australia/Sydney", tags = [] } = given;
    const phones = Array.isArray(given.phones)
      ? given.phones
      : Array.from({ length: given.phones }, (_, at) => `+61401${String(at + 1).padStart(6, "0")}`);
    const rows = await sql<{ id: string }[]>`
      insert into contacts (tenant_id, phone_e164, country, line_type, first_name, timezone, timezone_source,
        consent_basis, tags)
      select ${tenantId}, phone, 'AU', 'MOBILE', 'Ann', ${timezone}, 'stated', 'express', ${tags}::text[]
      from unnest(${phones}::text[]) with ordinality as given (phone, n) order by n returning id`;
    return rows.map((row) => row.id);
  }

  /** Creates a launched campaign whose audience is not frozen yet. */
  async function campaign(tenantId: string, given: CampaignGiven = {}): Promise<string> {
    const { body = "Hello from Acme. Reply STOP to opt out", tags, status = "launching" } = given;
    const audience = tags ? { kind: "tags", tags } : { kind: "all" };
    const [row] = await sql<{ id: string }[]>`
      insert into campaigns (tenant_id, name, body, audience, status, launched_at, expires_at,
        quiet_hours_override_reason, local_time, spread_minutes, messages_per_minute, shorten_links, canary, ab_test)
      values (${tenantId}, 'News', ${body}, ${sql.json(audience)}, ${status}, clock_timestamp(),
        ${given.expiresAt ?? null}, ${given.quietHoursOverrideReason ?? null}, ${given.localTime ? sql.json(given.localTime) : null},
        ${given.spreadMinutes ?? null}, ${given.messagesPerMinute ?? null}, ${given.shortenLinks ?? false},
        ${given.canary ? sql.json(given.canary) : null}, ${given.abTest ? sql.json(planOf(given.abTest)) : null}) returning id`;
    for (const [at, text] of (given.abTest?.texts ?? []).entries())
      await sql`insert into campaign_texts (tenant_id, campaign_id, variant, body) values (${tenantId}, ${row!.id}, ${at + 2}, ${text})`;
    return row!.id;
  }

  /** Freezes the whole audience and returns the send jobs' ids. */
  async function frozen(campaignId: string): Promise<string[]> {
    // A running worker may be freezing it at this moment: then nothing is done here, and its rows come with its commit.
    const isOpen = async () =>
      (await sql`select 1 from campaigns where id = ${campaignId} and status = 'launching'`).length > 0;
    do await freezeNextChunk(sql, campaignId, 1);
    while (await isOpen());
    const rows = await sql<
      { id: string }[]
    >`select id from send_jobs where campaign_id = ${campaignId} order by id`;
    return rows.map((row) => row.id);
  }

  /** Creates a tenant with one number, these contacts and a running campaign to all of them. */
  async function running(phones: number | string[], given: TenantGiven & CampaignGiven = {}) {
    const tenantId = await tenant(given);
    const sender = await number(tenantId);
    await people(tenantId, { phones });
    const campaignId = await campaign(tenantId, given);
    return { tenantId, sender, campaignId, jobIds: await frozen(campaignId) };
  }

  /** Leases one ticket of up to `most` jobs; null when there is nothing to lease. */
  const lease = async (most = 100): Promise<Lease | null> => (await leaseDueJobs(sql, 1, most))[0] ?? null;

  const claim = (tenantId: string, jobIds: string[]): Promise<Claim> =>
    claimForSending(sql, tenantId, jobIds, PUBLIC_URL);

  /** Settles attempts as accepted, like the carrier's answer. */
  async function accept(attemptIds: string[], sidOf: (attemptId: string) => string = sidFor): Promise<void> {
    const results = attemptIds.map(
      (attemptId): SendResult => ({
        attemptId,
        state: "accepted",
        sid: sidOf(attemptId),
        carrierStatus: "queued",
        submittedAt: new Date(),
        code: null,
        httpStatus: 201,
      }),
    );
    await settleSends(sql, results);
  }

  const job = async (id: string) =>
    (await sql<JobShown[]>`select ${sql.unsafe(JOB)} from send_jobs where id = ${id}`)[0]!;
  const attempt = async (id: string) =>
    (await sql<AttemptShown[]>`select ${sql.unsafe(ATTEMPT)} from send_attempts where id = ${id}`)[0]!;

  async function close(): Promise<void> {
    await database.close();
    await sql.end({ timeout: 5 });
    await owner.end({ timeout: 5 });
    await drop();
  }

  return {
    url,
    logins,
    sql,
    owner,
    database,
    tenant,
    number,
    people,
    campaign,
    frozen,
    running,
    lease,
    claim,
    accept,
    job,
    attempt,
    close,
  };
}

const planOf = ({ texts: _, ...plan }: AbTest) => plan;

/** Returns a carrier's message id that is unique for the attempt. */
export function sidFor(attemptId: string): string {
  return `SM${attemptId.replaceAll("-", "")}`;
}

/** Returns the id of a message that is not ours. */
export function strangeSid(): string {
  return sidFor(randomUUID());
}

export interface JobShown {
  status: string;
  reason: string | null;
  holdReason: string | null;
  gate: string | null;
  code: number | null;
  notBefore: Date | null;
  dueAt: Date;
  attempts: number;
  lastAttemptId: string | null;
}
const JOB = `status, failure_reason as reason, hold_reason as "holdReason", gate, carrier_error_code as code,
  not_before as "notBefore", due_at as "dueAt", attempts, last_attempt_id as "lastAttemptId"`;

export interface AttemptShown {
  state: string;
  sid: string | null;
  carrierStatus: string | null;
  code: number | null;
  reserved: number;
  spent: number;
  validity: number;
  lookUpAt: Date | null;
}
const ATTEMPT = `state, carrier_sid as sid, carrier_status as "carrierStatus", carrier_error_code as code,
  reserved_micros::int as reserved, spent_micros::int as spent, validity_seconds as validity, look_up_at as "lookUpAt"`;
