import { type CampaignRules, compileCampaign, type TenantRules } from "@smscrm/core/gates/message-facts";
import { allowancesToday } from "@smscrm/core/preflight/allowances";
import { createAudienceCheck } from "@smscrm/core/preflight/audience-check";
import type { BudgetStatus } from "@smscrm/core/price/budget";
import { exampleCampaign, exampleTenant } from "@smscrm/core/testing/example-contact";
import { audiencePages } from "@smscrm/db/campaigns/preflight";
import {
  openPipeline,
  openTenantDatabase,
  type Pipeline,
  type TenantDatabase,
} from "@smscrm/db/postgres/connection";
import type { Audience } from "@smscrm/db/schema/campaigns";
import { listNumbers } from "@smscrm/db/senders/numbers";
import { readBudget } from "@smscrm/db/tenants/settings";
import { createTestDatabase, type TestDatabase } from "@smscrm/db/testing/test-database";
import { fillVariedAudience } from "@smscrm/db/testing/varied-audience";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkAudience } from "./audience.ts";

const TENANT = "00000000-0000-0000-0000-00000000000d";
const CONTACTS = 100_000;
const ZONE = "Australia/Sydney";
const LINK = "https://texts.example.com/o/abcdefghijklmnopqrstuvwxyz0123456";
const ALL: Audience = { kind: "all" };
const FIFTH: Audience = { kind: "tags", tags: ["fifth"] };

let rows: TestDatabase;
let sql: Pipeline;
let database: TenantDatabase;
beforeAll(async () => {
  rows = await createTestDatabase();
  sql = openPipeline(rows.url, { name: "test", max: 1 });
  await sql`
    insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values (${TENANT}, 'Acme', ${ZONE}, 'AU', 1e9, 1e9)`;
  await sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
    select ${TENANT}, phone, country, 50 from (values ('+61480000101', 'AU'), ('+61480000102', 'AU'), ('+12025550101', 'US'),
      ('+447700900101', 'GB'), ('+64210000101', 'NZ')) v (phone, country)`;
  await fillVariedAudience(sql, { tenantId: TENANT, contacts: CONTACTS });
  database = openTenantDatabase(rows.logins.DATABASE_API_URL, { name: "test", max: 2 });
});
afterAll(async () => {
  await database.close();
  await sql.end();
  await rows.drop();
});

interface Case {
  /** Absent: a fifth of the people, which is quicker. */
  audience?: Audience;
  campaign?: Partial<CampaignRules>;
  tenant?: Partial<TenantRules>;
  budget?: Partial<BudgetStatus>;
  /** Warm-up of the first Australian number. */
  warmUpLeft?: number;
  laterHours?: number;
}

const CASES: Record<string, Case> = {
  "one text, no caps": { tenant: { capPerDay: null, capPerWeek: null } },
  "all, with caps of one a day and two a week": { audience: ALL, tenant: { capPerDay: 1, capPerWeek: 2 } },
  "first names": { campaign: { body: "Hi {{first_name}}, sale today. Acme. Reply STOP to opt out" } },
  "all, with names, a field and a link, with smart encoding": {
    audience: ALL,
    campaign: {
      body: "Hi {{first_name|there}} {{last_name|}}: {{member_no}}. Acme “sale” {{opt_out_link}} or reply STOP to opt out",
      smartEncoding: true,
    },
  },
  "place and number": {
    campaign: { body: "{{state|}} {{postcode|}} {{phone}} Acme. Reply STOP to opt out" },
  },
  "all, with a budget that ends among them": { audience: ALL, budget: { dailyBudgetMicros: 1_234_567_890 } },
  "all, with a warm-up that ends among them": {
    audience: ALL,
    warmUpLeft: 4_321,
    tenant: { capPerDay: 3, capPerWeek: null },
  },
  "a text that expires, tomorrow": {
    laterHours: 20,
    campaign: { expiresAt: new Date(Date.now() + 30 * 3_600_000) },
  },
  "an appointment, outside the hours": {
    campaign: { purpose: "transactional", quietHoursOverrideReason: "A test" },
    tenant: { capPerDay: 2, capPerWeek: 2 },
  },
};

test.each(Object.entries(CASES))(
  "people are evaluated by classes as one by one: %s",
  async (_, {
    campaign = {},
    tenant = {},
    budget: money = {},
    audience = FIFTH,
    warmUpLeft,
    laterHours = 0,
  }) => {
    const rules = exampleTenant({ timezone: ZONE, country: "AU", capPerDay: 3, capPerWeek: 5, ...tenant });
    const draft = exampleCampaign({ body: "Acme: sale. Reply STOP to opt out", ...campaign });
    const now = new Date(Date.now() + laterHours * 3_600_000);
    const [one, other] = await database.asTenant(TENANT, async (tx) => {
      const budget = { ...(await readBudget(tx, TENANT)), ...money };
      const numbers = (await listNumbers(tx, TENANT, ZONE)).map((number, at) => ({
        ...number,
        ...(at === 0 && warmUpLeft !== undefined && { warmUpLimitToday: warmUpLeft, sentToday: 0 }),
      }));
      const open = () =>
        createAudienceCheck({
          campaign: compileCampaign(draft),
          rules,
          allowances: allowancesToday(numbers, budget, { segmentsPerSecond: 100 }),
          now,
          viewerZone: ZONE,
          optOutLink: LINK,
        });
      const byClass = open();
      const examples = await checkAudience(tx, {
        tenantId: TENANT,
        campaign: { ...draft, audience },
        rules,
        numbers,
        now,
        check: byClass,
        breathe: Object.assign(async () => {}, { partDone: async () => {} }),
      });
      const oneByOne = open();
      const mergeFields = compileCampaign(draft).template.fields.map(({ name }) => name);
      for await (const page of audiencePages(tx, TENANT, audience, mergeFields))
        for (const candidate of page) oneByOne.addPerson(candidate);
      return [byClass.result(examples), oneByOne.result()];
    });
    expect(one.audience).toBeGreaterThan(audience === ALL ? 90_000 : 15_000);
    expect(one).toEqual(other);
  },
);
