import type { AudienceGroup, AudienceRule } from "@smscrm/core/audiences/definition";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  openPipeline,
  openTenantDatabase,
  type Pipeline,
  type TenantDatabase,
} from "../postgres/connection.ts";
import { createTestDatabase } from "../testing/test-database.ts";
import { fillVariedAudience } from "../testing/varied-audience.ts";
import { viewDefinition } from "./members.ts";

const CONTACTS = 60_000;

let sql: Pipeline;
let database: TenantDatabase;
let drop: () => Promise<void>;
let tenantId: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  sql = openPipeline(made.url, { name: "audience estimates", max: 1 });
  database = openTenantDatabase(made.logins.DATABASE_API_URL, { name: "audience estimates", max: 1 });
  // The first tenant's contacts stand before the other's in the table, and must not count.
  await addTenant(20_000);
  tenantId = await addTenant(CONTACTS);
});
afterAll(async () => {
  await sql.end();
  await database.close();
  await drop();
});

async function addTenant(contacts: number): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values ('Acme', 'Australia/Sydney', 'AU', 10000, 100000) returning id`;
  await fillVariedAudience(sql, { tenantId: row!.id, contacts });
  return row!.id;
}

const all = (...rules: AudienceRule[]): AudienceGroup => ({ match: "all", rules });
const fromAustralia: AudienceRule = { about: "country", countries: ["AU"] };
const member = (is: "at-least" | "at-most", number: string): AudienceRule => ({
  ...{ about: "field", field: "member_no", test: { is, number } },
});

const DEFINITIONS: Record<string, AudienceGroup> = {
  "a country": all(fromAustralia),
  "a tag": all({ about: "tag", tags: ["fifth"] }),
  "numbers in a field, which are all in the same pages": all(member("at-most", "9000")),
  "a few": all({ about: "detail", detail: "state", test: { is: "one-of", values: ["Oregon"] } }),
  "everybody but a few": all({ about: "do-not-contact", not: true }),
  "several at once": all(fromAustralia, { about: "do-not-contact", not: true }, member("at-least", "1000")),
  "one or the other": { match: "any", rules: [fromAustralia, { about: "tag", tags: ["fifth"] }] },
  nobody: all({ about: "detail", detail: "city", test: { is: "filled" } }),
};

describe("the estimated count of an audience", () => {
  it.each(Object.entries(DEFINITIONS))("has the exact one between its bounds: %s", async (_, definition) => {
    const [estimated, exact] = await database.asTenant(tenantId, async (tx) => [
      await viewDefinition(tx, tenantId, definition, { mayEstimate: true }),
      await viewDefinition(tx, tenantId, definition),
    ]);
    const { low, high } = estimated.estimate!;
    expect(exact.estimate).toBeNull();
    expect(low).toBeLessThanOrEqual(exact.contacts);
    expect(high).toBeGreaterThanOrEqual(exact.contacts);
    // An estimate that may be anything would be no help.
    expect(high - low).toBeLessThan(CONTACTS / 4);
    expect(estimated.samples).toHaveLength(Math.min(10, exact.contacts));
  });

  it("shows contacts of the own organisation that are in it, and leaves the transaction's settings as they were", async () => {
    await database.asTenant(tenantId, async (tx) => {
      const definition = all(fromAustralia, member("at-least", "1000"));
      const { samples } = await viewDefinition(tx, tenantId, definition, { mayEstimate: true });
      const [known] = await sql<{ contacts: number }[]>`
        select count(*)::int as contacts from contacts where tenant_id = ${tenantId} and country = 'AU'
          and (custom ->> 'member_no')::int >= 1000 and id = any(${samples.map(({ id }) => id)}::uuid[])`;
      expect(known!.contacts).toBe(10);
      const [joins] = await tx.execute("select current_setting('enable_hashjoin') as hash");
      expect(joins).toEqual({ hash: "on" });
    });
  });

  it("is exact where no condition is left to estimate", async () => {
    const everyone = await database.asTenant(tenantId, (tx) =>
      viewDefinition(tx, tenantId, all(), { mayEstimate: true }),
    );
    expect(everyone).toMatchObject({ estimate: null });
    expect(everyone.contacts).toBeGreaterThan(CONTACTS * 0.9);
  });
});
