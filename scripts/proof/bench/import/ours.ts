import { randomBytes } from "node:crypto";
import { insertTenantWithOwner } from "@smscrm/db/tenants/seed";
import { testLogins } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { hashPassword } from "@smscrm/server/users/passwords/passwords";
import postgres from "postgres";
import { callOverTrpc, type Session } from "../../../demo/session.ts";
import { watchProcessors } from "../processor-time.ts";
import { costliestStatements, forgetStatements } from "../profile.ts";
import { startProgram } from "../program.ts";
import type { Sample } from "../rounds.ts";
import type { BenchServers } from "../servers.ts";
import { contactFile } from "./contact-file.ts";

/** Rows that are imported before the measurement. */
export const WARM_UP = 4_000;
export const ACCOUNT = { email: "owner@example.com", password: randomBytes(15).toString("base64url") };
const LIMIT_MS = 120_000;

export async function makeOwner(sql: postgres.Sql): Promise<void> {
  const tenant = {
    id: "00000000-0000-0000-0000-000000000001",
    name: "Acme",
    timezone: "Australia/Sydney",
    country: "AU",
    dailyBudgetCents: 1e6,
    monthlyBudgetCents: 1e7,
    capPerDay: 20,
    capPerWeek: 100,
    segmentsPerSecond: 400,
  };
  const owner = {
    email: ACCOUNT.email,
    name: "Owner",
    passwordHash: await hashPassword(ACCOUNT.password, "bench"),
  };
  await insertTenantWithOwner(sql, tenant, owner, []);
}

/**
 * Measures the real API and the real worker, from the upload's first byte to the last contact. Only the wait for
 * "Start" is left out: a person's mapping has no speed, and a worker polls twice a second.
 */
export async function importOurs(
  servers: BenchServers,
  url: string,
  rows: number,
  profile: boolean,
): Promise<Sample> {
  const ports = { PORT: String(await freePort()), WORKER_PORT: String(await freePort()) };
  const env = { ...testLogins(url), REDIS_URL: servers.redis.url, LOG_LEVEL: "info", ...ports };
  const api = await startProgram("server/main.ts", [], env, (line) => line.includes("The API listens"));
  const worker = await startProgram("worker/main.ts", [], env, (line) => line.includes('"started"'));
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const session = await callOverTrpc(`http://127.0.0.1:${ports.PORT}`, ACCOUNT);
    await importFile(session, sql, contactFile(WARM_UP, 0));
    const file = contactFile(rows, WARM_UP);
    if (profile) await forgetStatements(servers.admin);
    const processors = watchProcessors({ api: api.pid, worker: worker.pid, postgres: servers.postgres.pid });
    const { uploadSeconds, importSeconds, created } = await importFile(session, sql, file);
    const used = processors(rows);
    if (profile) console.error(await costliestStatements(servers.admin, rows));
    if (created !== rows) throw new Error(`Only ${created} of ${rows} rows became contacts.`);
    const seconds = uploadSeconds + importSeconds;
    return { perSecond: rows / seconds, seconds, uploadSeconds, importSeconds, ...used };
  } finally {
    await sql.end();
    await worker.stop();
    await api.stop();
  }
}

async function importFile({ api, url, cookie }: Session, sql: postgres.Sql, body: string) {
  const startedMs = performance.now();
  const upload = await fetch(`${url}/uploads/imports?fileName=contacts.csv`, {
    method: "POST",
    headers: { Cookie: cookie(), "Content-Type": "text/csv" },
    body,
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const answer = (await upload.json()) as { id?: string; error?: string };
  if (!answer.id) throw new Error(`The upload was refused: ${answer.error}`);
  const uploadSeconds = (performance.now() - startedMs) / 1_000;
  const { id } = answer;
  const { guessedMapping, mapping } = await api.imports.get.query({ id });
  await api.imports.start.mutate({
    id,
    mapping: mapping ?? guessedMapping,
    consentBasis: "express",
    consentEvidence: "All contacts signed up on the web form",
    tags: ["imported"],
  });
  return { uploadSeconds, ...(await untilImported(sql, id)) };
}

async function untilImported(sql: postgres.Sql, id: string) {
  const limit = performance.now() + LIMIT_MS;
  for (;;) {
    const [row] = await sql<{ status: string; created: number; seconds: number; error: string | null }[]>`
      select status, created, error, extract(epoch from finished_at - started_at)::float8 as seconds
      from imports where id = ${id}`;
    if (row?.status === "completed") return { importSeconds: row.seconds, created: row.created };
    if (row?.status === "failed" || performance.now() > limit) {
      throw new Error(`The import did not end: ${row?.status} ${row?.error ?? ""}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
