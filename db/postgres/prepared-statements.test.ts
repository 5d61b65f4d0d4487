import { sql as text } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "../testing/test-database.ts";
import { openTenantDatabase } from "./connection.ts";
import { createStatementBook } from "./statement-book.ts";

describe("statements worth preparing", () => {
  it("are those that come a second time", () => {
    const isWorthPreparing = createStatementBook();
    expect(["a", "a", "b", "a", "b"].map(isWorthPreparing)).toEqual([false, true, false, true, true]);
  });

  it("are limited in number, and what is seen once is forgotten, whatever is asked", () => {
    const isWorthPreparing = createStatementBook({ preparedMax: 2, seenMax: 2 });
    const twice = (statement: string) => [isWorthPreparing(statement), isWorthPreparing(statement)];
    expect(["a", "b", "c"].map(twice)).toEqual([
      [false, true],
      [false, true],
      [false, false],
    ]);
    expect(isWorthPreparing("a")).toBe(true);
  });
});

describe("a tenant's transaction", () => {
  let made: Awaited<ReturnType<typeof createTestDatabase>>;
  let admin: postgres.Sql;
  beforeAll(async () => {
    made = await createTestDatabase();
    admin = postgres(made.url, { max: 1, onnotice: () => {} });
  });
  afterAll(async () => {
    await admin.end();
    await made.drop();
  });

  it("prepares what it asks again, and plans it for its values each time", async () => {
    const database = openTenantDatabase(made.logins.DATABASE_API_URL, { name: "prepared tests", max: 1 });
    try {
      const [{ id }] = await admin<[{ id: string }]>`
        insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
        values ('Acme', 'Australia/Sydney', 'AU', 1, 1) returning id`;
      const count = () =>
        database.asTenant(id, async (tx) => {
          await tx.execute(text`select 1 from contacts where tenant_id = ${id} limit 1`);
          return (await tx.execute<{ generic: string; custom: string; statement: string }>(
            text`select statement, generic_plans::text as generic, custom_plans::text as custom
              from pg_prepared_statements where statement like ${"select 1 from contacts%"}`,
          )) as unknown as { generic: string; custom: string }[];
        });
      expect(await count()).toEqual([]);
      for (let nth = 0; nth < 8; nth += 1) await count();
      expect(await count()).toEqual([expect.objectContaining({ generic: "0", custom: "9" })]);
    } finally {
      await database.close();
    }
  });

  it("reports why its settings failed, and runs nothing of its work", async () => {
    const database = openTenantDatabase(made.logins.DATABASE_API_URL, { name: "prepared tests", max: 1 });
    try {
      const asked = database.asTenant("a", (tx) => tx.execute(text`select 1`), Number.NaN);
      await expect(asked).rejects.toMatchObject({ message: expect.stringContaining("statement_timeout") });
      await expect(database.asSignIn((tx) => tx.execute(text`select 1`))).resolves.toHaveLength(1);
    } finally {
      await database.close();
    }
  });
});
