import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { countAudience } from "../audiences/members.ts";
import {
  openPipeline,
  openTenantDatabase,
  type Pipeline,
  type TenantDatabase,
} from "../postgres/connection.ts";
import { violations } from "../testing/ledger-checks.ts";
import { createTestDatabase } from "../testing/test-database.ts";
import { countTags } from "./audience.ts";

let sql: Pipeline;
let database: TenantDatabase;
let drop: () => Promise<void>;
beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  sql = openPipeline(made.url, { name: "audience tests", max: 6 });
  database = openTenantDatabase(made.logins.DATABASE_API_URL, { name: "audience tests", max: 1 });
});
afterAll(async () => {
  await sql.end();
  await database.close();
  await drop();
});
beforeEach(() => sql`delete from contacts`);

async function addTenant(): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values ('Acme', 'Australia/Sydney', 'AU', 10000, 100000) returning id`;
  return row!.id;
}

const phone = (n: number) => `+6149157${String(n).padStart(4, "0")}`;

/** Like an import's statement: existing contacts get the tags, new ones are added. */
function write(tenantId: string, people: { n: number; tags: string[] }[]) {
  const rows = sql(people.map(({ n, tags }) => ({ tenant_id: tenantId, phone_e164: phone(n), tags })));
  return sql`
    insert into contacts ${rows} on conflict (tenant_id, phone_e164) do update set tags = excluded.tags`;
}

test("tags and audiences are counted from the triggers' counters", async () => {
  const [ours, others] = [await addTenant(), await addTenant()];
  await write(ours, [
    { n: 1, tags: ["vip", "may"] },
    { n: 2, tags: ["may"] },
    { n: 3, tags: [] },
  ]);
  await write(others, [{ n: 1, tags: ["vip", "theirs"] }]);
  await sql`update contacts set tags = '{old}' where tenant_id = ${ours} and phone_e164 = ${phone(2)}`;
  await sql`update contacts set city = 'Perth' where tenant_id = ${ours}`;
  await sql`delete from contacts where tenant_id = ${ours} and phone_e164 = ${phone(3)}`;

  await database.asTenant(ours, async (tx) => {
    expect(await countTags(tx, ours)).toEqual([
      { tag: "may", contacts: 1 },
      { tag: "old", contacts: 1 },
      { tag: "vip", contacts: 1 },
    ]);
    const counted = (...tags: string[]) => countAudience(tx, ours, { kind: "tags", tags });
    expect(await countAudience(tx, ours, { kind: "all" })).toBe(2);
    expect(await counted("vip")).toBe(1);
    expect(await counted("vip", "vip")).toBe(1);
    expect(await counted("vip", "may")).toBe(1);
    expect(await counted("vip", "old")).toBe(2);
    expect(await counted("theirs")).toBe(0);
    expect(await counted("nobody")).toBe(0);
    expect(await countTags(tx, others)).toEqual([]);
    expect(await countAudience(tx, others, { kind: "all" })).toBe(0);
  });
});

test("counters equal a recount after any statements, parallel or in sequence", async () => {
  const tenants = [await addTenant(), await addTenant()];
  const person = fc.record({
    n: fc.integer({ min: 0, max: 15 }),
    tags: fc.uniqueArray(fc.constantFrom("a", "b", "c", ""), { maxLength: 3 }),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(person, { minLength: 1, maxLength: 10, selector: ({ n }) => n }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 15 }) },
  );
  const take = (each: { n: number; tags: string[] }[] | number, tenantId: string) =>
    Array.isArray(each)
      ? // Ordered like imports: statements that lock rows in different orders could deadlock, which is not tested here.
        write(
          tenantId,
          each.toSorted((left, right) => left.n - right.n),
        )
      : sql`delete from contacts where tenant_id = ${tenantId} and phone_e164 = ${phone(each)}`;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await Promise.all(steps.map((each, at) => take(each, tenants[at % 2]!)));
      expect(await violations(sql)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
