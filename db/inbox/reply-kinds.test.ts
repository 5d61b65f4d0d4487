import { expect, it } from "vitest";
import { migrateDatabase } from "../migrations.ts";
import { openPipeline } from "../postgres/connection.ts";
import { createOldDatabase } from "../testing/old-database.ts";

it("requests for help count as unread from the migration on, and older ones as read", async () => {
  const { url, drop } = await createOldDatabase("0026_more_roles");
  const sql = openPipeline(url, { name: "old kinds", max: 2 });
  try {
    const [tenant] = await sql<{ id: string }[]>`
      insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents, quiet_hours)
      values ('Old', 'Australia/Sydney', 'AU', 0, 0, '{}') returning id`;
    let sids = 0;
    const receive = (from: string, kind: string) => sql`
      insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, kind)
      values (${tenant!.id}, ${`SM${++sids}`}, ${from}, '+61444000100', 'text', ${kind})`;
    const open = () => sql`
      select phone_e164 as phone, unread, undecided from conversations where tenant_id = ${tenant!.id} order by 1`;
    const [asker, writer] = ["+61491570006", "+61491570156"];
    await receive(asker, "help");
    await receive(writer, "none");
    await receive(writer, "help");
    await receive(writer, "ask-a-person");
    const before = [
      { phone: asker, unread: 0, undecided: 0 },
      { phone: writer, unread: 2, undecided: 1 },
    ];
    expect(await open()).toEqual(before);
    await migrateDatabase(url);
    expect(await open()).toEqual(before);
    await receive(asker, "help");
    await receive(asker, "partial-opt-out");
    expect((await open())[0]).toEqual({ phone: asker, unread: 2, undecided: 1 });
    // What becomes read later is subtracted once: the figures still equal a recount.
    await sql`update inbound_messages set read_at = now() where tenant_id = ${tenant!.id} and read_at is null`;
    expect(await open()).toEqual([
      { phone: asker, unread: 0, undecided: 1 },
      { phone: writer, unread: 0, undecided: 1 },
    ]);
  } finally {
    await sql.end();
    await drop();
  }
});
