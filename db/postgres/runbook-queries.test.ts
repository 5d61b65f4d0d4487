import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "../testing/test-database.ts";

const TENANT = "00000000-0000-0000-0000-000000000001";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql.unsafe(`
    insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values ('${TENANT}', 'Demo', 'Australia/Sydney', 'AU', 200000, 2000000);
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    values ('${TENANT}', '+61491570006', 'AU', 10);
    insert into contacts (tenant_id, phone_e164, country, timezone)
    values ('${TENANT}', '+61491570156', 'AU', 'Australia/Perth'), ('${TENANT}', '+61491570157', 'AU', null);
    insert into campaigns (tenant_id, name, body, audience) values ('${TENANT}', 'c', 'b', '{"kind":"all"}');
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, status, failure_reason)
    select c.tenant_id, p.id, c.id, c.phone_e164, case when c.timezone is null then 'failed' else 'delivered' end,
      case when c.timezone is null then 'Invalid phone' end from contacts c cross join campaigns p;
    update budgets set daily_spent_cents = 515, monthly_spent_cents = 1030.5;`);
});

afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

/** The statements of the operators' runbook as an operator types them, with values in place of its "…". */
describe("the operators' runbook", () => {
  const contactId = () => sql<{ id: string }[]>`select id from contacts where timezone is not null`;

  it("shows the receiving numbers", async () => {
    expect(await sql.unsafe("SELECT * FROM sending_numbers;")).toHaveLength(1);
  });

  it("takes a hand-written do-not-contact entry and finds it", async () => {
    await sql.unsafe(
      `INSERT INTO do_not_contact (tenant_id, phone_e164) VALUES ('${TENANT}', '+61491570158')`,
    );
    const rows = await sql.unsafe("SELECT * FROM do_not_contact WHERE phone_e164 = '+61491570158';");
    expect(rows).toMatchObject([{ source: "sql" }]);
  });

  it("refuses a do-not-contact entry that would block nobody", async () => {
    const entry = `INSERT INTO do_not_contact (tenant_id, phone_e164) VALUES ('${TENANT}', '0491 570 158')`;
    await expect(sql.unsafe(entry)).rejects.toThrow(/do_not_contact_e164/);
  });

  it("shows and changes budgets", async () => {
    const spent = await sql.unsafe(`SELECT * FROM budgets WHERE tenant_id = '${TENANT}';`);
    expect(spent).toMatchObject([{ daily_spent_cents: "515.0000" }]);
    await sql.unsafe(`UPDATE tenants SET daily_budget_cents = 12345 WHERE id = '${TENANT}';`);
    const limit = await sql.unsafe(`SELECT daily_budget_cents FROM tenants WHERE id = '${TENANT}';`);
    expect(Number(limit[0]?.daily_budget_cents)).toBe(12_345);
  });

  it("shows what was spent in whole units", async () => {
    const rows = await sql.unsafe(`
      SELECT
        t.name,
        b.daily_spent_cents / 100.0 as daily_spent,
        t.daily_budget_cents / 100.0 as daily_budget,
        b.monthly_spent_cents / 100.0 as monthly_spent,
        t.monthly_budget_cents / 100.0 as monthly_budget
      FROM tenants t
      JOIN budgets b ON b.tenant_id = t.id;`);
    expect(rows.map((row) => [row.name, Number(row.daily_spent), Number(row.monthly_spent)])).toEqual([
      ["Demo", 5.15, 10.305],
    ]);
  });

  it("resets what was spent today", async () => {
    await sql.unsafe(`UPDATE budgets SET daily_spent_cents = 0 WHERE tenant_id = '${TENANT}';`);
    const [row] = await sql`select daily_spent_cents from budgets`;
    expect(Number(row?.daily_spent_cents)).toBe(0);
  });

  it("groups failures by reason", async () => {
    const rows = await sql.unsafe(
      "SELECT failure_reason, COUNT(*) FROM send_jobs WHERE status='failed' GROUP BY failure_reason;",
    );
    expect(rows).toEqual([{ failure_reason: "Invalid phone", count: "1" }]);
  });

  it("shows the delivery rate", async () => {
    const rows = await sql.unsafe(`
      SELECT
        status,
        COUNT(*) * 100.0 / SUM(COUNT(*)) OVER() as percentage
      FROM send_jobs
      WHERE created_at > NOW() - INTERVAL '1 hour'
      GROUP BY status;`);
    expect(rows.map((row) => [row.status, Number(row.percentage)]).sort()).toEqual([
      ["delivered", 50],
      ["failed", 50],
    ]);
  });

  it("shows the time zones of a tenant and of a contact", async () => {
    const [contact] = await contactId();
    expect(await sql.unsafe(`SELECT timezone FROM tenants WHERE id = '${TENANT}';`)).toEqual([
      { timezone: "Australia/Sydney" },
    ]);
    expect(await sql.unsafe(`SELECT timezone FROM contacts WHERE id = '${contact?.id}';`)).toEqual([
      { timezone: "Australia/Perth" },
    ]);
  });

  it("works for an owner without superuser rights, although row-level security is forced", async () => {
    const role = `operator_${Math.trunc(Math.random() * 1e9)}`;
    await sql.unsafe(`create role ${role} nologin; grant smscrm_pipeline to ${role}`);
    try {
      const seen = await sql.begin(async (tx) => {
        await tx.unsafe(`set local role ${role}`);
        return tx.unsafe("SELECT * FROM sending_numbers;");
      });
      expect(seen).toHaveLength(1);
    } finally {
      await sql.unsafe(`drop role ${role}`);
    }
  });
});
