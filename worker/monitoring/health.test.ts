import { afterEach, expect, test } from "vitest";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";
import { healthApp } from "./health.ts";

let fixture: SendingFixture;
afterEach(() => fixture.close());

test("a worker says whether it is healthy, and the state of its queue, its alerts and the objectives", async () => {
  fixture = await openSendingFixture("postgres");
  const { sql, until } = fixture;
  await sql`insert into service_minutes (minute, service, instance, requests, requests_fast)
    select date_trunc('minute', now()) - make_interval(mins => m), 'api', 'a', 100, 98 from generate_series(7, 16) m`;
  const worker = fixture.startOne();
  const app = healthApp({ ...worker, carrier: "simulator", metricsToken: "for-prometheus-alone" });
  const from = (address: string, path: string, headers = {}) =>
    app.request(path, { headers }, { incoming: { socket: { remoteAddress: address } } });
  const metrics = async () => (await from("127.0.0.1", "/metrics")).text();
  await until("the first heartbeat", () => worker.vitals.beatAt !== null);
  const response = await from("127.0.0.1", "/health");
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    status: "ok",
    queue: { mode: "postgres", waiting: expect.any(Number) },
    lagSeconds: expect.any(Number),
  });
  // Strangers learn whether it is well and nothing else, unless they have the token.
  expect(await (await from("10.0.0.1", "/health")).json()).toEqual({ status: "ok" });
  expect((await from("10.0.0.1", "/metrics")).status).toBe(401);
  expect((await from("127.0.0.1", "/metrics", { "x-forwarded-for": "198.51.100.1" })).status).toBe(401);
  const bearer = { authorization: "Bearer for-prometheus-alone" };
  expect((await from("10.0.0.1", "/metrics", bearer)).status).toBe(200);
  await until(
    "all is shown",
    async () => /smscrm_alerts_open\{severity="info"\}/.test(await metrics()),
    60_000,
  );
  const minutes = () => sql`select 1 from service_minutes where service = 'worker'`;
  await until("the worker's minute is written", async () => (await minutes()).length > 0, 60_000);
  const text = await metrics();
  expect(text).toMatch(/^smscrm_objective_good_ratio\{objective="api-response"\} 0.98$/m);
  expect(text).toMatch(/^smscrm_objective_target_ratio\{objective="availability"\} 0.999$/m);
  expect(text).toMatch(
    /^smscrm_objective_error_budget_remaining_ratio\{objective="api-response"\} 0\.[56]\d*$/m,
  );
  expect(text).toMatch(/^smscrm_alerts_open\{severity="critical"\} 0$/m);
  expect(text).toMatch(/^smscrm_database_up 1$/m);
  expect(text).toMatch(/^smscrm_queue_waiting 0$/m);

  await fixture.stopOne(worker);
  worker.vitals.beatAt = new Date(Date.now() - 16_000);
  expect((await app.request("/health")).status).toBe(503);
  expect(await metrics()).toMatch(/^smscrm_database_up 0$/m);
}, 150_000);
