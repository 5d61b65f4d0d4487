import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openPipeline,
  openTenantDatabase,
  type Pipeline,
  type TenantDatabase,
} from "../postgres/connection.ts";
import { countRowsRead } from "../testing/rows-read.ts";
import { createTestDatabase } from "../testing/test-database.ts";
import { listContacts } from "./contacts.ts";

let sql: Pipeline;
let database: TenantDatabase;
let drop: () => Promise<void>;
let tenantId: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  sql = openPipeline(made.url, { name: "contact tests", max: 1 });
  database = openTenantDatabase(made.logins.DATABASE_API_URL, { name: "contact tests", max: 1 });
  const [tenant] = await sql<{ id: string }[]>`
    insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values ('Acme', 'Australia/Sydney', 'AU', 10000, 100000) returning id`;
  tenantId = tenant!.id;
  await sql`
    insert into contacts (tenant_id, phone_e164, first_name, last_name)
    select ${tenantId}, '+6149157' || lpad(n::text, 4, '0'), 'Person' || n, 'Of ' || n % 1000
    from generate_series(0, 9999) n`;
  await sql`
    insert into contacts (tenant_id, phone_e164, first_name, last_name) values
      (${tenantId}, '+61491500001', 'Mia', 'McDonald'), (${tenantId}, '+61491500002', 'MIA', 'Nguyen'),
      (${tenantId}, '+64211500003', 'mia', 'mcDonald'), (${tenantId}, '+12025550104', 'Mi%_a', null),
      (${tenantId}, '+61491510005', 'Zoë', ${"Kowal\u200bska"}), (${tenantId}, '+61491510006', 'ZOE', 'Łuk'),
      (${tenantId}, '+61491510007', ${"Zoe\u0308"}, 'Weiß'), (${tenantId}, '+61491510008', 'Ольга', 'O’Neill')`;
  await sql`analyze contacts`;
});
afterAll(async () => {
  await sql.end();
  await database.close();
  await drop();
});

/** The numbers that were found, and how many rows of contacts PostgreSQL read. */
function search(text: string) {
  return database.asTenant(tenantId, async (tx) => {
    const { rows, result } = await countRowsRead(
      (query) => tx.execute(query),
      ["contacts"],
      () => listContacts(tx, tenantId, { search: text, cursor: null, limit: 50 }),
    );
    return { phones: result.items.map((row) => row.phone).sort(), rows };
  });
}

test.each([
  ["mia", ["+61491500001", "+61491500002", "+64211500003"]],
  ["MIA MCD", ["+61491500001", "+64211500003"]],
  ["mcdonald", ["+61491500001", "+64211500003"]],
  ["mi%", ["+12025550104"]],
  ["0491 500", ["+61491500001", "+61491500002"]],
  ["+61 491 500 002", ["+61491500002"]],
  ["(0491) 50-0001", ["+61491500001"]],
  ["+64 211", ["+64211500003"]],
  ["person9999", ["+61491579999"]],
  ["zoe", ["+61491510005", "+61491510006", "+61491510007"]],
  ["ZOË", ["+61491510005", "+61491510006", "+61491510007"]],
  ["\u2068zo\u200be\u2069", ["+61491510005", "+61491510006", "+61491510007"]],
  ["kowalska", ["+61491510005"]],
  ["luk", ["+61491510006"]],
  ["WEISS", ["+61491510007"]],
  ["ольга", ["+61491510008"]],
  ["o'neill", ["+61491510008"]],
  ["\u202a+61 491 500 002\u202c", ["+61491500002"]],
  ["tel:+61491500002", ["+61491500002"]],
])("%s is found without reading the other contacts", async (text, phones) => {
  const found = await search(text);
  expect(found.phones).toEqual(phones);
  expect(found.rows).toBeLessThan(100);
});

test.each([
  ["onald", ["+61491500001", "+64211500003"]],
  ["walsk zo", ["+61491510005"]],
  ["mcdonald mia", ["+61491500001", "+64211500003"]],
  ["guyen", ["+61491500002"]],
  ["xyzzy", []],
  ["\u200b", []],
])("any part of a name is found where no name begins with %j", async (text, phones) => {
  expect((await search(text)).phones).toEqual(phones);
});

test("digits from the middle or the end of a number are found where no number begins so", async () => {
  expect((await search("500003")).phones).toEqual(["+64211500003"]);
  expect((await search("202 555")).phones).toEqual(["+12025550104"]);
  expect((await search("021 150")).phones).toEqual(["+64211500003"]);
});
