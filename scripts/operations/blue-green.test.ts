import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { violations } from "@smscrm/db/testing/ledger-checks";
import { openSendFixture, type SendFixture } from "@smscrm/db/testing/send-fixture";
import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { dyingWithParent } from "@smscrm/infra/embedded-postgres/run-as";
import { type RunningSimulator, startSimulator } from "@smscrm/infra/simulator/start";
import { hashToken } from "@smscrm/server/auth/session-token";
import { migrateQueue } from "@smscrm/worker/queue/migrate";
import { afterEach, describe, expect, test } from "vitest";
import { type DrillPart, startDrillPart } from "../drill/part.ts";
import { projectFolder } from "../start/runtime.ts";

const hasCaddy = spawnSync("caddy", ["version"]).status === 0;
const MESSAGES = 1_500;
const PER_SECOND = 100;
const SESSION = "the session of the operator who watches the deploy";

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

describe.skipIf(!hasCaddy)("a deploy while webhooks, calls and sends go on", () => {
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
      const load = startLoad();
      await until("sending has begun", async () => (await handedOver()) > 50);

      const green = await startAll(ports.green, count.workers);
      for (const part of blue) expect(await part.stop()).toBe(0);
      const atTheSwitch = await handedOver();
      expect(atTheSwitch).toBeLessThan(MESSAGES);

      await until("all has its receipt", async () => (await final(campaignId)) === MESSAGES, 90_000);
      const { calls, failures } = await load.stop();
      expect(failures).toEqual([]);
      expect(calls).toBeGreaterThan(100);
      expect(proxy.failures()).toEqual([]);
      expect(await handedOver()).toBe(MESSAGES);
      expect(await violations(fixture.sql)).toEqual([]);
      for (const part of green) expect(await part.stop()).toBe(0);
    },
    120_000,
  );
});

const environment = () => ({
  DATABASE_URL: fixture.url,
  PUBLIC_URL: proxy.url,
  SIMULATOR_PORT: new URL(carrier.url).port,
  LOG_LEVEL: "warn",
  LEAVE_SECONDS: "3",
});

/** As many APIs as ports, and workers; all of them well. */
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

/** A launched campaign that takes some fifteen seconds, and an operator who is signed in. */
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

const handedOver = async () =>
  carrier.simulator.ledger.all().filter((entry) => entry.kind === "create").length;

async function final(campaignId: string): Promise<number> {
  const [row] = await fixture.sql<{ jobs: number }[]>`
    select coalesce(sum(jobs), 0)::int as jobs from campaign_counters
    where campaign_id = ${campaignId} and status in ('delivered', 'failed')`;
  return row!.jobs;
}

/** Operators' calls by way of the proxy, reading and writing, each told when it fails. */
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
    if (response instanceof Error) failures.push(`${procedure}: ${response.message}`);
    else if (!response.ok) failures.push(`${procedure}: ${response.status} ${await response.text()}`);
    else await response.text();
  };
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    for (let round = 0; !stopped; round += 1) {
      if (lane % 2 === 0) await call("auth.me");
      else
        await call("doNotContact.add", {
          phone: `+6149157${String(1_000 + lane * 100 + (round % 90)).slice(-4)}`,
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
  /** Requests that it answered with a fault of the server's or of its own. */
  failures(): string[];
  stop(): Promise<void>;
}

/** Caddy with production's own file, but for the replicas: here they differ by port instead of by address. */
async function startProxy(ports: readonly number[]): Promise<Proxy> {
  const folder = mkdtempSync(path.join(tmpdir(), "smscrm-deploy-"));
  const port = await freePort();
  const production = readFileSync(path.join(projectFolder, "infra/docker/proxy.Caddyfile"), "utf8");
  const replicas = /dynamic a [^{]*\{\$API_HOST:api\} \{\$API_PORT:3000\} \{[^}]*\}/;
  expect(production).toMatch(replicas);
  const log = path.join(folder, "access.log");
  const file = path.join(folder, "Caddyfile");
  writeFileSync(
    file,
    production
      .replace(replicas, `to ${ports.map((each) => `127.0.0.1:${each}`).join(" ")}`)
      .replace(
        "{$SITE_ADDRESS} {",
        `http://127.0.0.1:${port} {\n\tlog {\n\t\toutput file ${log}\n\t\tformat json\n\t}`,
      ),
  );
  const [command, ...args] = [
    ...dyingWithParent("TERM"),
    "caddy",
    "run",
    "--adapter",
    "caddyfile",
    "--config",
    file,
  ];
  const child = spawn(command!, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HOME: folder },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const url = `http://127.0.0.1:${port}`;
  await until(`Caddy listens: ${said}`, () =>
    fetch(`${url}/metrics`).then(
      (response) => response.status === 404,
      () => false,
    ),
  );
  return {
    url,
    folder,
    failures: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as { status: number; request: { method: string; uri: string } })
        .filter(({ status }) => status === 0 || status >= 500)
        .map(
          ({ status, request }) => `${request.method} ${request.uri.replace(/[\w-]{20,}/g, "…")}: ${status}`,
        ),
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

async function until(what: string, holds: () => Promise<boolean>, limitMs = 30_000): Promise<void> {
  for (const deadline = Date.now() + limitMs; !(await holds()); ) {
    if (Date.now() > deadline) {
      const logs = parts.map((part) => part.output()).join("\n");
      throw new Error(`waited ${limitMs} ms for: ${what}\n${logs.slice(-3_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
