import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { PlatformRole } from "@smscrm/core/platform/roles";
import type { Role } from "@smscrm/core/process/roles";
import { reportsFromDatabase } from "@smscrm/db/monitoring/reports";
import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { createTestDatabase } from "@smscrm/db/testing/test-database";
import { createApp } from "../app.ts";
import { openDatabases } from "../databases.ts";
import type { Dependencies } from "../dependencies.ts";
import type { WorkLimits } from "../fair-use/work-limiter.ts";
import { createClickBuffer } from "../links/click-buffer.ts";
import { createLog } from "../log.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { hashPassword } from "../users/passwords/passwords.ts";
import { openSingleSignOn } from "../users/single-sign-on/setup.ts";
import { createIntake } from "../webhooks/intake.ts";
import { openSpool } from "../webhooks/spool/spool.ts";

export const PUBLIC_URL = "https://texts.example.com";
export const TOKEN = "0123456789abcdef0123456789abcdef";
export const PASSWORD = "correct horse battery staple";

/** The response to a call over HTTP. */
interface Answer<T = unknown> {
  status: number;
  data: T;
  /** The refusal's code and sentence, if it was one. */
  code?: string;
  message?: string;
}

export interface Caller {
  cookie: string;
  query<T = unknown>(path: string, input?: unknown): Promise<Answer<T>>;
  mutate<T = unknown>(path: string, input?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

const unlimited: WorkLimits = {
  ...{ atOnce: 1_000, atOnceWhenBusy: 1_000, msPerSecond: 1e9, savedMsMax: 1e9, owedMsMax: 0 },
  ...{ waitingMax: 1_000, waitLimitMs: 60_000 },
};
/** For tests of something else, which call more than people do. */
const UNLIMITED = { person: unlimited, network: unlimited, strangers: unlimited, stops: unlimited };

/** Starts the whole server on a database of its own, reached over HTTP. */
export async function startTestServer(change: Partial<Dependencies> = {}) {
  const test = await createTestDatabase();
  const owner = openPipeline(test.url, { name: "test-owner", max: 5 });
  const { close: closeDatabases, ...databases } = openDatabases(test.logins.DATABASE_API_URL);
  const { database, pipeline } = databases;
  const closing = new AbortController();
  const logged: string[] = [];
  const log = createLog("debug", { write: (line) => void logged.push(line) });
  const metrics = createMetrics();
  const spoolFolder = await mkdtemp(path.join(tmpdir(), "smscrm-spool-"));
  const spool = openSpool(spoolFolder);
  const dependencies: Dependencies = {
    ...databases,
    reports: reportsFromDatabase(database),
    intake: createIntake({ pipeline, spool, log, metrics, closing: closing.signal }),
    clicks: createClickBuffer(pipeline, log),
    mailer: null,
    fairUse: UNLIMITED,
    log,
    metrics,
    carrier: "simulator",
    handsetUrl: null,
    publicUrl: PUBLIC_URL,
    trustedProxies: ["10.0.0.0/8"],
    metricsToken: undefined,
    publicStatusPage: false,
    singleSignOn: openSingleSignOn({
      keys: { current: randomBytes(32), previous: null },
      network: { isProduction: false, allowedRanges: [] },
    }),
    webhookTokens: [TOKEN],
    clientFolder: null,
    dataFolder: ".",
    version: "test",
    startedAt: new Date(),
    leaving: new AbortController().signal,
    closing: closing.signal,
    ...change,
  };
  const app = createApp(dependencies);
  return {
    app,
    dependencies,
    /** The owner's connection, for creating rows and reading them; the server itself has the API's logins. */
    sql: owner,
    url: test.url,
    /** Every line of the log, to check that it contains nothing private. */
    logged,
    closing,
    spoolFolder,
    caller: (cookie = "") => callerOf(app, cookie),
    signIn: async (email: string, password = PASSWORD) => callerOf(app, await signIn(app, email, password)),
    close: async () => {
      closing.abort();
      await closeDatabases();
      await owner.end({ timeout: 5 });
      await test.drop();
      await rm(spoolFolder, { recursive: true, force: true });
    },
  };
}

type App = ReturnType<typeof createApp>;

/** Like a browser it keeps the session's cookie that an answer renews. */
function callerOf(app: App, first: string): Caller {
  let cookie = first;
  const keepCookie = (response: Response) => {
    const [name] = cookie.split("=");
    const set = response.headers.getSetCookie().map((line) => line.split(";")[0]!);
    cookie = set.find((pair) => name && pair.startsWith(`${name}=`) && !pair.endsWith("=")) ?? cookie;
    return response;
  };
  return {
    get cookie() {
      return cookie;
    },
    query: async (path, input) => {
      const search = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      return answerOf(await app.request(`/trpc/${path}${search}`, { headers: { cookie } }));
    },
    mutate: async (path, input, headers = {}) =>
      answerOf(
        keepCookie(
          await app.request(`/trpc/${path}`, {
            method: "POST",
            headers: { cookie, "content-type": "application/json", ...headers },
            body: input === undefined ? undefined : JSON.stringify(input),
          }),
        ),
      ),
  };
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const body = (await response.json()) as {
    result?: { data: T };
    error?: { message: string; data: { code: string } };
  };
  const { status } = response;
  if (body.error)
    return { status, data: undefined as T, code: body.error.data.code, message: body.error.message };
  return { status, data: body.result?.data as T };
}

async function signIn(app: App, email: string, password: string): Promise<string> {
  const response = await app.request("/trpc/auth.signIn", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const cookie = response.headers.get("set-cookie")?.split(";")[0];
  if (!response.ok || !cookie) throw new Error(`Sign-in failed: ${response.status} ${await response.text()}`);
  return cookie;
}

let passwordHash: Promise<string> | undefined;

/** Creates a tenant with one user of each given role, named `<role>@<name>.example.com`. */
export async function createTenant(
  sql: Pipeline,
  name: string,
  roles: readonly Role[] = ["owner"],
): Promise<string> {
  passwordHash ??= hashPassword(PASSWORD, "test");
  const hash = await passwordHash;
  const [tenant] = await sql<{ id: string }[]>`
    insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values (${name}, 'Australia/Sydney', 'AU', 100000, 1000000) returning id`;
  for (const role of roles) {
    const [user] = await sql<{ id: string }[]>`
      insert into users (email, name, password_hash) values (${`${role}@${name}.example.com`}, ${`${name} ${role}`}, ${hash})
      returning id`;
    await sql`insert into memberships (tenant_id, user_id, role) values (${tenant!.id}, ${user!.id}, ${role})`;
  }
  return tenant!.id;
}

/** Creates the platform's own organisation with one user of each role: `<role>@platform.example.com`. They need a second factor. */
export async function createPlatform(sql: Pipeline, roles: readonly PlatformRole[]): Promise<string> {
  const id = await createTenant(sql, "platform", roles);
  await sql`update tenants set is_platform = true, second_factor_policy = 'everybody' where id = ${id}`;
  return id;
}

/** Numbers set aside for fiction in Australia. */
export const FICTION = [
  "+61491570006",
  "+61491570156",
  "+61491570157",
  "+61491570158",
  "+61491570159",
] as const;

/** Adds contacts in Sydney with consent, so that only the hour can hold a text. */
export async function addContacts(
  sql: Pipeline,
  tenantId: string,
  phones: readonly string[],
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    insert into contacts (tenant_id, phone_e164, country, line_type, first_name, timezone, timezone_source, consent_basis)
    select ${tenantId}, phone, 'AU', 'MOBILE', 'Mia', 'Australia/Sydney', 'stated', 'express'
    from unnest(${phones as string[]}::text[]) as phone returning id`;
  return rows.map((row) => row.id);
}

export const DRAFT = {
  name: "Sale",
  body: "Hi {{first_name|there}}, 20% off today at Acme. Reply STOP to opt out.",
  audience: { kind: "all" },
  quietHours: null,
  smartEncoding: false,
  expiresAt: null,
} as const;
