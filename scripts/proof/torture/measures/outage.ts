import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrateDatabase } from "@smscrm/db/migrations";
import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { makeTestLogins, testLogins } from "@smscrm/db/testing/test-database";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { callbackRequests } from "../../bench/webhook/callbacks.ts";
import { makeTaken, readTaken } from "../../bench/webhook/taken.ts";
import { startDrillPart } from "../../drill/part.ts";
import { machineClock } from "../environment/clock.ts";
import { newDatabase, startPostgres, type TorturedPostgres } from "../environment/postgres.ts";
import { pause } from "../faults/processes.ts";
import { type Measure, quantile } from "./measure.ts";

const AWAY_SECONDS = 60;
const BEFORE_AND_AFTER_MS = 5_000;
/** The carrier's own limit for an answer; it does not retry. */
const ANSWER_LIMIT_MS = 15_000;
const LANES = 16;
const PER_SECOND = 400;
const REPLAY_LIMIT_MS = 120_000;

/**
 * Stops the database under callbacks and keeps it away (`--trials` seconds, by default a minute). Every callback that
 * was answered with 2xx must be stored afterwards, because the carrier does not repeat it.
 */
export const outage: Measure = async (command, say) => {
  const awayMs = (command.trials ?? AWAY_SECONDS) * 1_000;
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-outage-"));
  const server = await startPostgres(path.join(folder, "postgres"), machineClock);
  try {
    const url = await newDatabase(server);
    await migrateDatabase(url);
    await makeTestLogins(url);
    const sql = openPipeline(url, { name: "outage", max: 2 });
    try {
      return await callThrough({ server, sql, url, folder, awayMs }, say);
    } finally {
      await sql.end({ timeout: 5 });
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Place {
  server: TorturedPostgres;
  sql: Pipeline;
  url: string;
  folder: string;
  awayMs: number;
}

async function callThrough({ server, sql, url, folder, awayMs }: Place, say: (line: string) => void) {
  const seconds = (awayMs + 2 * BEFORE_AND_AFTER_MS) / 1_000;
  await makeTaken(sql, Math.ceil((seconds * PER_SECOND) / 2));
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const env = { ...testLogins(url), PORT: String(port), DATA_DIR: folder, LOG_LEVEL: "error" };
  const api = await startDrillPart("server/main.ts", `${publicUrl}/health`, env);
  try {
    const requests = callbackRequests(await readTaken(sql), publicUrl);
    let away = false;
    const calls = postAll(requests, port, () => away);
    await pause(BEFORE_AND_AFTER_MS);
    away = true;
    say(`-- the database is away for ${awayMs / 1_000} s`);
    await server.restartImmediately(awayMs);
    const backMs = performance.now();
    away = false;
    const answers = await calls;
    const kept = answers.filter(({ status }) => status >= 200 && status < 300);
    const missing = await missingOf(sql, kept);
    const whileAway = kept.filter((answer) => answer.whileAway);
    const p99 = quantile(
      whileAway.map(({ ms }) => ms),
      0.99,
    );
    say(
      `outage: database away for ${awayMs / 1_000} s under ${answers.length} callbacks; ${kept.length} answered with 2xx, ${whileAway.length} of them while it was away (p99 ${Math.round(p99)} ms); all there ${((performance.now() - backMs) / 1_000).toFixed(1)} s after it was back; ${missing} missing`,
    );
    return missing === 0 && whileAway.length > 0;
  } finally {
    await api.stop();
  }
}

interface Answered {
  sid: string;
  told: string;
  /** 0: no answer in time. */
  status: number;
  ms: number;
  whileAway: boolean;
}

/** Posts all at their rate over several connections; each waits for its answer like the carrier. */
async function postAll(
  requests: readonly Buffer[],
  port: number,
  isAway: () => boolean,
): Promise<Answered[]> {
  const answers: Answered[] = [];
  const startedMs = performance.now();
  let next = 0;
  const lane = async () => {
    let socket: Socket | null = null;
    for (let at = next++; at < requests.length; at = next++) {
      await pause(startedMs + (at / PER_SECOND) * 1_000 - performance.now());
      const whileAway = isAway();
      const sentMs = performance.now();
      socket ??= await open(port);
      const status = await post(socket, requests[at]!);
      if (status === 0) {
        socket.destroy();
        socket = null;
      }
      const body = new URLSearchParams(requests[at]!.toString("latin1").split("\r\n\r\n")[1]);
      const told = { sid: body.get("MessageSid")!, told: body.get("MessageStatus")! };
      answers.push({ ...told, status, ms: performance.now() - sentMs, whileAway });
    }
    socket?.destroy();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return answers;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Returns the status of the answer; 0 without an answer in time. */
function post(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const done = (status: number) => {
      clearTimeout(timer);
      socket.removeAllListeners("data").removeAllListeners("close");
      resolve(status);
    };
    const timer = setTimeout(() => done(0), ANSWER_LIMIT_MS);
    socket.once("data", (answer: Buffer) => done(Number(answer.toString("latin1", 9, 12))));
    socket.once("close", () => done(0));
    socket.removeAllListeners("error").on("error", () => {});
    socket.write(request);
  });
}

/** Returns how many of the answered callbacks left no trace, once the spool is replayed. */
async function missingOf(sql: Pipeline, kept: readonly Answered[]): Promise<number> {
  const sids = kept.map(({ sid }) => sid);
  const told = kept.map((answer) => answer.told);
  for (const deadline = Date.now() + REPLAY_LIMIT_MS; ; ) {
    const [row] = await sql<{ missing: number }[]>`
      select count(*)::int as missing from unnest(${sids}::text[], ${told}::text[]) as call (sid, told)
      where not exists (
        select 1 from send_attempts a where a.carrier_sid = call.sid and a.carrier_status in (call.told, 'delivered'))`;
    if (row!.missing === 0 || Date.now() > deadline) return row!.missing;
    await pause(250);
  }
}
