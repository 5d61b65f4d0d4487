import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { hashToken, newToken } from "@smscrm/db/users/secret-tokens";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { dyingWithParent } from "@smscrm/infra/embedded-postgres/run-as";
import { type RunningSimulator, startSimulator } from "@smscrm/infra/simulator/start";
import { migrateQueue } from "@smscrm/worker/dispatch/migrate-queue";
import { afterEach, describe, expect } from "vitest";
import { type DrillPart, startDrillPart } from "../drill/part.ts";
import { testWith } from "./programs.ts";

const test = testWith("haproxy");

const MESSAGES = 2_000;
const PER_SECOND = 100;
const CHECK_EVERY_MS = 500;
const SESSION = newToken();

let fixture: SendFixture;
let carrier: RunningSimulator;
let proxy: Proxy;
const parts: DrillPart[] = [];
afterEach(async () => {
  for (const part of parts.splice(0)) await part.kill();
  await proxy?.stop();
  await carrier?.close();
  await fixture?.close();
});

describe("a deploy during webhooks, calls and sends", () => {
  test.each([
    { apis: 1, workers: 1 },
    { apis: 3, workers: 2 },
  ])(
    "$apis APIs and $workers workers are replaced: no request fails, no message is lost or doubled",
    async (count) => {
      fixture = await openSendFixture();
      await migrateQueue(fixture.url);
      const ports = { blue: await freePorts(count.apis), green: await freePorts(count.apis) };
      proxy = await startProxy([...ports.blue, ...ports.green]);
      carrier = await startSimulator({
        port: await freePort(),
        sentDelayMs: [5, 40],
        receiptDelayMs: [10, 500],
        segmentsPerSecond: 1e9,
      });
      const { campaignId } = await campaignOf(MESSAGES);
      const blue = await startAll(ports.blue, count.workers);
      await until("the proxy has found them", () => proxy.answers());
      const load = startLoad();
      await until("sending has started", async () => (await submittedCount()) > 50);

      const green = await startAll(ports.green, count.workers);
      // Like a deploy, this waits until the proxy has checked the new ones, too.
      await new Promise((resolve) => setTimeout(resolve, 2 * CHECK_EVERY_MS));
      expect(await Promise.all(blue.map((part) => part.stop()))).toEqual(blue.map(() => 0));
      const atTheSwitch = await submittedCount();
      expect(atTheSwitch).toBeLessThan(MESSAGES);

      await until(
        "every message has its receipt",
        async () => (await final(campaignId)) === MESSAGES,
        240_000,
        () => missing(campaignId),
      );
      const { calls, failures } = await load.stop();
      expect(failures).toEqual([]);
      expect(calls).toBeGreaterThan(100);
      expect(proxy.failures()).toEqual([]);
      expect(await submittedCount()).toBe(MESSAGES);
      expect(await violations(fixture.sql)).toEqual([]);
      for (const part of green) expect(await part.stop()).toBe(0);
    },
    360_000,
  );
});

const environment = () => ({
  ...fixture.logins,
  PUBLIC_URL: proxy.url,
  SIMULATOR_PORT: new URL(carrier.url).port,
  LOG_LEVEL: "warn",
  LEAVE_SECONDS: "3",
});

/** Starts an API per port, and workers; resolves when all are healthy. */
async function startAll(ports: readonly number[], workers: number): Promise<DrillPart[]> {
  const started = await Promise.all([
    ...ports.map((port) =>
      startDrillPart("server/main.ts", `http://127.0.0.1:${port}/health`, {
        ...environment(),
        PORT: String(port),
        DATA_DIR: path.join(proxy.folder, String(port)),
      }),
    ),
    ...Array.from({ length: workers }, async () => {
      const port = await freePort();
      return startDrillPart("worker/main.ts", `http://127.0.0.1:${port}/metrics`, {
        ...environment(),
        WORKER_PORT: String(port),
      });
    }),
  ]);
  parts.push(...started);
  return started;
}

/** Launches a campaign that takes some fifteen seconds, and signs in an operator. */
async function campaignOf(messages: number) {
  const tenantId = await fixture.tenant({ segmentsPerSecond: PER_SECOND });
  await fixture.number(tenantId, { segmentsPerSecond: PER_SECOND });
  await fixture.people(tenantId, { phones: messages });
  const [user] = await fixture.sql<{ id: string }[]>`
    insert into users (email, name, password_hash) values ('owner@example.com', 'Owner', 'x') returning id`;
  await fixture.sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${user!.id}, 'owner')`;
  await fixture.sql`insert into sessions (token_hash, user_id, tenant_id, expires_at)
    values (${hashToken(SESSION)}, ${user!.id}, ${tenantId}, now() + interval '1 day')`;
  return { tenantId, campaignId: await fixture.campaign(tenantId) };
}

const submittedCount = async () =>
  carrier.simulator.ledger.all().filter((entry) => entry.kind === "create").length;

async function final(campaignId: string): Promise<number> {
  const [row] = await fixture.sql<{ jobs: number }[]>`
    select coalesce(sum(jobs), 0)::int as jobs from campaign_counters
    where campaign_id = ${campaignId} and status in ('delivered', 'failed')`;
  return row!.jobs;
}

/** Sends operators' calls through the proxy, reads and writes, and records each failure. */
function startLoad() {
  const failures: string[] = [];
  let calls = 0;
  let stopped = false;
  const call = async (procedure: string, input?: object) => {
    calls += 1;
    const url = `${proxy.url}/trpc/${procedure}`;
    const headers = {
      Cookie: `session_id=${SESSION}`,
      "Content-Type": "application/json",
      Origin: proxy.url,
    };
    const signal = AbortSignal.timeout(20_000);
    const response = await fetch(
      url,
      input ? { method: "POST", headers, signal, body: JSON.stringify(input) } : { headers, signal },
    ).catch((error: Error) => error);
    if (response instanceof Error) failures.push(`${procedure}: ${response.message} (${response.cause})`);
    else if (!response.ok) failures.push(`${procedure}: ${response.status} ${await response.text()}`);
    else await response.text();
  };
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    for (let round = 0; !stopped; round += 1) {
      if (lane % 2 === 0) await call("auth.me");
      else
        await call("doNotContact.add", {
          phone: `+6149157${String(1_000 + lane * 100 + (round % 90)).slice(-4)}`,
          note: "Asked for it on the phone",
        });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(lanes);
      return { calls, failures };
    },
  };
}

interface Proxy {
  url: string;
  folder: string;
  /** Whether it reaches any of them. */
  answers(): Promise<boolean>;
  /** Requests that it answered with a server's error or its own. */
  failures(): string[];
  stop(): Promise<void>;
}

/** Starts HAProxy with a typical configuration: it tries another replica only if one refuses the connection. */
async function startProxy(ports: readonly number[]): Promise<Proxy> {
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-deploy-"));
  const port = await freePort();
  const file = path.join(folder, "haproxy.cfg");
  const replicas = ports.map((each, at) => `  server api${at} 127.0.0.1:${each}`);
  writeFileSync(
    file,
    [
      "global",
      "  log stdout format raw local0",
      "defaults",
      "  mode http",
      "  log global",
      // The caller's status, and the request.
      '  log-format "%ST %HM %HP"',
      "  timeout connect 2s",
      "  timeout client 60s",
      "  timeout server 60s",
      "  option redispatch 1",
      "  retries 10",
      "  retry-on conn-failure",
      "frontend all",
      `  bind 127.0.0.1:${port}`,
      "  default_backend apis",
      "backend apis",
      // A replica that was told to stop answers 503, and gets no more requests.
      "  option httpchk GET /health",
      // By fewest connections it would choose the dead one each time.
      "  balance roundrobin",
      // Kept connections are closed sooner than a leaving replica ends (LEAVE_SECONDS).
      "  timeout check 5s",
      `  default-server check inter ${CHECK_EVERY_MS}ms fall 1 rise 1 pool-purge-delay 1s`,
      ...replicas,
      "",
    ].join("\n"),
  );
  const [command, ...args] = [...dyingWithParent("TERM"), "haproxy", "-f", file];
  const child = spawn(command!, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      said += text;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  await until("the proxy listens", () =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
  return {
    url,
    folder,
    answers: async () => {
      const found = await fetch(`${url}/health`).then(({ ok }) => ok);
      // Errors from before the first replica are not counted.
      if (found) said = "";
      return found;
    },
    failures: () =>
      said
        .split("\n")
        .filter((line) => /^(-1|0|5\d\d) /.test(line))
        .map((line) => line.replace(/[\w-]{20,}/g, "…")),
    stop: async () => {
      const gone = (child.exitCode ?? child.signalCode) ? null : once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let at = 0; at < count; at += 1) ports.push(await freePort());
  return ports;
}

/** What the messages without a receipt wait for, in one line. */
async function missing(campaignId: string): Promise<string> {
  const open = await fixture.sql`
    select status, hold_reason, gate, failure_reason, count(*)::int as jobs from send_jobs
    where campaign_id = ${campaignId} and status not in ('delivered', 'failed') group by 1, 2, 3, 4`;
  const lost = carrier.simulator.ledger
    .all()
    .flatMap((entry) => entry.callbacks ?? [])
    .filter(({ http }) => http < 200 || http > 299);
  return JSON.stringify({
    open,
    submitted: await submittedCount(),
    lostCallbacks: lost.slice(0, 3),
    proxy: proxy.failures().slice(0, 3),
  });
}

async function until(
  what: string,
  holds: () => Promise<boolean>,
  limitMs = 60_000,
  explain = async () => "",
): Promise<void> {
  for (const deadline = Date.now() + limitMs; !(await holds()); ) {
    if (Date.now() > deadline) {
      const logs = parts.map((part) => part.output()).join("\n");
      throw new Error(`waited ${limitMs} ms for: ${what} ${await explain()}\n${logs.slice(-3_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
