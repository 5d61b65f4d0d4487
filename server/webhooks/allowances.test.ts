import { allowUnsigned, revokeSignatureExceptions } from "@smscrm/db/carrier/signature-exceptions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const tenantId = await createTenant(server.sql, "acme");
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    values (${tenantId}, '+61444000100', 'AU', 10)`;
});
afterAll(() => server.close());

let sids = 0;
async function textFrom(remoteAddress: string, headers: Record<string, string> = {}): Promise<number> {
  const MessageSid = `SM${String(++sids).padStart(32, "0")}`;
  const body = new URLSearchParams({ MessageSid, From: "+61491570006", To: "+61444000100", Body: "STOP" });
  const init = {
    method: "POST",
    body: body.toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  };
  const response = await server.app.request("/webhooks/twilio/inbound", init, { remoteAddress });
  return response.status;
}

const events = () => server.sql`
  select outcome, signature_valid as signed, payload->>'address' as address from webhook_events
  where outcome like '%unsigned%' order by id`;

it("an unsigned request is let in only from an allowed network, only for the allowed time, and each is recorded", async () => {
  const { sql } = server;
  const allowance = { network: "203.0.113.0/24", hours: 1, reason: "rotated", by: "root@here" };
  await allowUnsigned(sql, allowance);
  expect(await textFrom("198.51.100.1")).toBe(403);
  expect(await textFrom("unknown")).toBe(403);
  // A header that the caller wrote is not trusted.
  expect(await textFrom("198.51.100.1", { "x-forwarded-for": "203.0.113.7" })).toBe(403);
  expect(await textFrom("203.0.113.7")).toBe(200);
  expect(await textFrom("::ffff:203.0.113.9")).toBe(200);
  // Behind the proxy, which has a private address.
  expect(await textFrom("10.0.0.2", { "x-forwarded-for": "198.51.100.1, 203.0.113.8" })).toBe(200);
  expect((await events()).map((row) => `${row.outcome} ${row.signed} ${row.address}`)).toEqual([
    "allowed-unsigned false 203.0.113.7",
    "allowed-unsigned false 203.0.113.9",
    "allowed-unsigned false 203.0.113.8",
  ]);
  const [stop] = await sql`select source from do_not_contact where phone_e164 = '+61491570006'`;
  expect(stop).toEqual({ source: "reply" });
  const [row] = await sql`select times_used as used from webhook_allowances`;
  expect(row).toEqual({ used: 3 });

  await sql`update webhook_allowances set expires_at = clock_timestamp()`;
  expect(await textFrom("203.0.113.7")).toBe(403);
  await allowUnsigned(sql, allowance);
  expect(await revokeSignatureExceptions(sql, "root@here")).toBe(1);
  expect(await textFrom("203.0.113.7")).toBe(403);
  const noted =
    await sql`select action, detail->>'by' as by from audit_log where action like 'webhook.%' order by id`;
  expect(noted.map((one) => `${one.action} ${one.by}`)).toEqual([
    "webhook.allow-unsigned root@here",
    "webhook.allow-unsigned root@here",
    "webhook.revoke-unsigned root@here",
  ]);
});
