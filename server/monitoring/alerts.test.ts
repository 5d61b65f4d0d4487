import { ALERT_RULE_NAMES, alertRule } from "@smscrm/core/alerts/rules";
import { evaluateAlerts } from "@smscrm/db/monitoring/alerts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
const tenants: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer();
  for (const name of ["acme", "beta"]) tenants[name] = await createTenant(server.sql, name, ["viewer"]);
});
afterAll(() => server.close());

type Listed = { title: string; severity: string; systemWide: boolean; advice: string; section: string };

it("shows a tenant its own open alerts and the whole system's, the most severe first, with what to do", async () => {
  const { sql } = server;
  await sql`insert into send_minutes (minute, tenant_id, shard, handed_over, opted_out)
    values (date_trunc('minute', now()), ${tenants.acme!}, 0, 100, 5)`;
  await sql`insert into service_minutes (minute, service, instance, database_failures)
    values (date_trunc('minute', now()), 'api', 'a', 1)`;
  await evaluateAlerts(sql);
  const acme = await server.signIn("viewer@acme.example.com");
  const beta = await server.signIn("viewer@beta.example.com");
  const { data } = await acme.query<Listed[]>("alerts.open");
  expect(data.map(({ title, severity, systemWide }) => [title, severity, systemWide])).toEqual([
    ["Database connection failures", "critical", true],
    ["Opt-out rate above 3 %", "warning", false],
  ]);
  expect(data[1]).toMatchObject({ summary: "5 of the last 100 people who were texted opted out (5.0 %)." });
  for (const { advice, section } of data)
    expect([advice, section].every((text) => text.length > 5)).toBe(true);
  expect((await beta.query<Listed[]>("alerts.open")).data).toHaveLength(1);
  expect((await acme.query("alerts.count")).data).toEqual({ critical: 1, warning: 1 });
  expect((await beta.query("alerts.count")).data).toEqual({ critical: 1, warning: 0 });
});

it("shows resolved alerts, page by page", async () => {
  await server.sql`update alerts set clear_since = now() - interval '301 seconds'`;
  await server.sql`delete from send_minutes`;
  await server.sql`delete from service_minutes`;
  await evaluateAlerts(server.sql);
  const acme = await server.signIn("viewer@acme.example.com");
  expect((await acme.query<Listed[]>("alerts.open")).data).toEqual([]);
  type Past = { items: Listed[]; nextCursor: string | null };
  const first = (await acme.query<Past>("alerts.past", { limit: 1 })).data;
  const second = (await acme.query<Past>("alerts.past", { limit: 1, cursor: first.nextCursor })).data;
  expect([...first.items, ...second.items].map(({ title }) => title).sort()).toEqual([
    "Database connection failures",
    "Opt-out rate above 3 %",
  ]);
  expect(second.nextCursor).toBeNull();
});

it("links every alert to its section of the runbook, which is served unchanged", async () => {
  const response = await server.app.request("/runbook.md", {}, { remoteAddress: "127.0.0.1" });
  expect(response.status).toBe(200);
  const headings = [...(await response.text()).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  for (const name of ALERT_RULE_NAMES) expect(headings, name).toContain(alertRule(name).section);
});
