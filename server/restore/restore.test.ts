import { ROLES } from "@smscrm/core/process/roles";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTenant, startTestServer, type TestServer } from "../testing/test-api.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme", ROLES);
  await createTenant(server.sql, "other", ["owner"]);
});
afterAll(() => server.close());

it("after a restore an owner sees what was missing, and unlocks their own tenant once the carrier was compared", async () => {
  const { sql } = server;
  const owner = await server.signIn("owner@acme.example.com");
  const viewer = await server.signIn("viewer@acme.example.com");
  expect((await owner.query("restore.status")).data).toBeNull();

  const [lock] = await sql<
    { id: string }[]
  >`select lock_after_restore(clock_timestamp() - interval '1 hour', 'a file') as id`;
  const restoreId = lock!.id;
  await sql`
    insert into restore_differences (restore_id, tenant_id, kind, carrier_sid, phone_e164, body, at)
    select ${restoreId}, id, kind, kind || id, '+61491570006', 'a text', clock_timestamp()
    from tenants cross join unnest(array['sent', 'sent-elsewhere', 'opt-out']) kind`;
  const status = await viewer.query<{ counts: unknown; elsewhere: unknown }>("restore.status");
  expect(status.data).toMatchObject({
    source: "a file",
    checkedUntil: null,
    counts: [
      { kind: "opt-out", messages: 1 },
      { kind: "sent", messages: 1 },
      { kind: "sent-elsewhere", messages: 1 },
    ],
    elsewhere: [{ body: "a text", messages: 1 }],
  });
  expect(await viewer.mutate("restore.unlock", { restoreId })).toMatchObject({ code: "FORBIDDEN" });
  const early = await owner.mutate("restore.unlock", { restoreId });
  expect(early).toMatchObject({ code: "PRECONDITION_FAILED" });
  expect(early.message).toMatch(/has not been asked yet/);

  await sql`update restores set checked_until = clock_timestamp() - interval '10 minutes'`;
  expect((await owner.mutate("restore.unlock", { restoreId })).message).toMatch(/older than five minutes/);
  await sql`update restores set checked_until = clock_timestamp()`;
  const stale = "01a214b5-4243-7c2a-b302-a4f94dd35f87";
  expect((await owner.mutate("restore.unlock", { restoreId: stale })).message).toMatch(/restored again/);
  const page = await owner.query<{ rows: unknown[] }>("restore.differences", { kind: "opt-out" });
  expect(page.data.rows).toMatchObject([{ kind: "opt-out", phone: "+61491570006" }]);
  expect(await owner.mutate("restore.unlock", { restoreId })).toMatchObject({ status: 200 });

  expect((await owner.query("restore.status")).data).toBeNull();
  expect((await owner.mutate("restore.unlock", { restoreId })).message).toMatch(/not locked/);
  const locked = await sql`select name from tenants where restore_locked_at is not null`;
  expect(locked).toHaveLength(1);
  const [entry] = await sql`select u.email, a.detail from audit_log a join users u on u.id = a.actor_id
    where action = 'restore.unlock'`;
  expect(entry).toMatchObject({ email: "owner@acme.example.com", detail: { differences: { sent: 1 } } });
});
