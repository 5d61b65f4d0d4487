import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SIMULATOR_AUTH_TOKEN } from "@smscrm/core/process/environment";
import { openPipeline, type Pipeline } from "@smscrm/db/postgres/connection";
import { createTestDatabase } from "@smscrm/db/testing/test-database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../infra/embedded-postgres/port.ts";
import { startCuttableProxy } from "../testing/cuttable-proxy.ts";

// The API as it runs in production: a process on Bun, with a database that goes away and comes back.

const OUR_NUMBER = "+61444000100";
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let proxy: Awaited<ReturnType<typeof startCuttableProxy>>;
let sql: Pipeline;
let folder: string;
let url: string;
let environment: Record<string, string>;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startCuttableProxy(database.logins.DATABASE_API_URL);
  sql = openPipeline(database.url, { name: "test", max: 2 });
  folder = await mkdtemp(path.join(tmpdir(), "smscrm-outage-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  environment = {
    PATH: process.env.PATH ?? "",
    DATABASE_URL: proxy.url,
    PORT: String(port),
    DATA_DIR: folder,
  };
  await sql`
    with tenant as (
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
      values ('Acme', 'Australia/Sydney', 'AU', 1000, 1000) returning id
    ) insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    select id, ${OUR_NUMBER}, 'AU', 10 from tenant`;
});

afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await sql.end({ timeout: 5 });
  await proxy.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited too long for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function startApi(): Promise<ChildProcess> {
  const bun = fileURLToPath(new URL("../../node_modules/.bin/bun", import.meta.url));
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const child = spawn(bun, [main], { env: environment, stdio: "ignore" });
  running.add(child);
  child.once("exit", () => running.delete(child));
  await until("the API answers", () =>
    fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  return child;
}

function post(route: string, params: Record<string, string>, signature?: string): Promise<Response> {
  const address = `${url}/webhooks/twilio/${route}`;
  const text = Object.keys(params)
    .sort()
    .reduce((all, name) => all + name + params[name], address);
  const signed = createHmac("sha1", SIMULATOR_AUTH_TOKEN).update(text).digest("base64");
  return fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature ?? signed,
    },
    body: new URLSearchParams(params).toString(),
  });
}

const newSid = () => `SM${randomUUID().replaceAll("-", "")}`;
const postStatus = (sid: string) =>
  post(`status/${randomUUID()}`, { MessageSid: sid, MessageStatus: "delivered" });
const postText = (sid: string, from: string, body: string) =>
  post("inbound", { MessageSid: sid, From: from, To: OUR_NUMBER, Body: body });
const stored = async (sids: string[]) =>
  (await sql`select 1 from webhook_events where message_sid = any(${sids})`).length;
const suppressed = async (phone: string) =>
  (await sql`select 1 from do_not_contact where phone_e164 = ${phone}`).length === 1;
const waiting = () => readdir(path.join(folder, "webhook-spool"));

describe("with its database away, the API", () => {
  it("answers signed webhooks, stores all of them once it is back, and keeps no forged ones", async () => {
    const api = await startApi();
    const before = newSid();
    expect((await postStatus(before)).status).toBe(204);
    proxy.setCut(true);
    const sids = Array.from({ length: 120 }, newSid);
    const answers = await Promise.all(sids.map(postStatus));
    expect(answers.map((answer) => answer.status)).toEqual(sids.map(() => 204));
    const stop = await postText(newSid(), "+61491570006", "STOP");
    expect(stop.status).toBe(200);
    expect(await stop.text()).toMatch(/<Response\/>/);
    const forged = newSid();
    const params = { MessageSid: forged, MessageStatus: "delivered" };
    expect((await post(`status/${randomUUID()}`, params, "WRONG")).status).toBe(403);
    expect(await stored(sids)).toBe(0);
    proxy.setCut(false);
    await until("all that was answered is stored", async () => (await stored(sids)) === sids.length);
    expect(await suppressed("+61491570006")).toBe(true);
    await until("the spool is empty", async () => (await waiting()).length === 0);
    expect(await stored([before, forged])).toBe(1);
    const after = newSid();
    expect((await postStatus(after)).status).toBe(204);
    expect(await stored([after])).toBe(1);
    api.kill("SIGTERM");
    await once(api, "exit");
  });

  it("loses no answered webhook when it is killed: the next process stores it", async () => {
    const api = await startApi();
    proxy.setCut(true);
    const sids = Array.from({ length: 80 }, newSid);
    const answers = await Promise.all(sids.map(postStatus));
    expect(answers.map((answer) => answer.status)).toEqual(sids.map(() => 204));
    expect((await postText(newSid(), "+61491570156", "please stop texting me")).status).toBe(200);
    api.kill("SIGKILL");
    await once(api, "exit");
    expect(await stored(sids)).toBe(0);
    proxy.setCut(false);
    const next = await startApi();
    await until("all that was answered is stored", async () => (await stored(sids)) === sids.length);
    expect(await suppressed("+61491570156")).toBe(true);
    next.kill("SIGTERM");
    await once(next, "exit");
  });

  it("stores what it kept before it ends, because the next process may have another disk", async () => {
    const api = await startApi();
    proxy.setCut(true);
    const sids = Array.from({ length: 80 }, newSid);
    const answers = await Promise.all(sids.map(postStatus));
    expect(answers.map((answer) => answer.status)).toEqual(sids.map(() => 204));
    const gone = once(api, "exit");
    api.kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 500));
    proxy.setCut(false);
    expect(await gone).toEqual([0, null]);
    expect(await stored(sids)).toBe(sids.length);
    expect(await waiting()).toEqual([]);
  });
});
