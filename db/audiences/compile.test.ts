import { type AudienceGroup, type AudienceRule, audienceGroup } from "@smscrm/core/audiences/definition";
import { type AudienceFacts, isInAudience } from "@smscrm/core/testing/is-in-audience";
import { sql as query } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openPipeline,
  openTenantDatabase,
  type Pipeline,
  type TenantDatabase,
} from "../postgres/connection.ts";
import { createTestDatabase } from "../testing/test-database.ts";
import { compileAudience } from "./compile.ts";

/** SMSCRM_AUDIENCE_CONTACTS=100000 holds core and the database against each other on as many contacts. */
const CONTACTS = Number(process.env.SMSCRM_AUDIENCE_CONTACTS ?? 2_000);
const DEFINITIONS = 60;

let sql: Pipeline;
let database: TenantDatabase;
let drop: () => Promise<void>;
let tenantId: string;
let facts: Map<string, AudienceFacts>;
const campaignIds: string[] = [];
const importIds = ["0190a0a0-0000-7000-8000-000000000001", "0190a0a0-0000-7000-8000-000000000002"];

/** Around it days begin and end in every zone, and a clock changes. */
const NOW = new Date("2026-04-04T15:30:00.500Z");

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  sql = openPipeline(made.url, { name: "audience agreement", max: 2 });
  database = openTenantDatabase(made.logins.DATABASE_API_URL, { name: "audience agreement", max: 1 });
  tenantId = await addTenant();
  await fill(tenantId, CONTACTS);
  // Another tenant's contacts and facts must not count.
  await fill(await addTenant(), 50);
  // As an import does: of 100,000 contacts without statistics the planner looks up each in vain.
  await sql`analyze contacts, do_not_contact, texted_numbers, conversations, send_jobs`;
  facts = await readFacts();
});
afterAll(async () => {
  await sql.end();
  await database.close();
  await drop();
});

async function addTenant(): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into tenants (name, timezone, country, daily_budget_cents, monthly_budget_cents)
    values ('Acme', 'Australia/Sydney', 'AU', 10000, 100000) returning id`;
  return row!.id;
}

const MOMENT =
  "timestamptz '2026-04-04 15:30:00.5+00' + (h % 97 - 48) * interval '7 hours 13 minutes 0.25 seconds'";

/** Contacts from a hash of their number, with every kind of blank; the same ones in each run. */
async function fill(tenant: string, count: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(
      `insert into contacts (tenant_id, phone_e164, country, line_type, first_name, email, city, state, postcode, custom,
        tags, timezone, timezone_source, consent_basis, consent_at, consent_expires_at, last_import_id, created_at)
      select $1::uuid, '+614' || lpad(n::text, 8, '0'), (array['AU', 'NZ', null, 'US'])[1 + h % 4], 'MOBILE',
        (array['Mia', 'Zoë', 'ZOË', '', null, 'İpek', 'O''Brien "x"', 'Straße'])[1 + h / 3 % 8],
        (array['a@x.org', null])[1 + h % 2], (array['Perth', 'PERTH', null])[1 + h / 5 % 3],
        (array['VIC', 'vic', 'Victoria', null, ''])[1 + h / 7 % 5], (array['3000', null])[1 + h / 2 % 2],
        jsonb_strip_nulls(jsonb_build_object(
          'points', (array['7', '-7', '7.5', '12 apples', '', null, '999999999999.999999', '1e3'])[1 + h / 11 % 8],
          'due', (array['2026-04-05', '2026-04-04', '2026-04-06', '5/4/2026', '2027-01-01', null])[1 + h / 13 % 6],
          'member', (array['yes', 'no', 'YES', null])[1 + h / 17 % 4])),
        (array['{}', '{vip}', '{vip,"two words"}', '{"a,b"}'])[1 + h / 19 % 4]::text[],
        (array['Australia/Perth', null, 'Pacific/Auckland'])[1 + h / 23 % 3], 'unknown',
        (array['express', 'inferred', 'transactional', 'unknown', 'withdrawn'])[1 + h / 29 % 5],
        case when h % 3 > 0 then ${MOMENT} end, case when h / 31 % 3 = 0 then ${MOMENT} end,
        (array['${importIds[0]}', '${importIds[1]}', null])[1 + h / 37 % 3]::uuid, ${MOMENT}
      from (select n, abs(hashint4(n)) as h from generate_series(1, $2::int) n) people`,
      [tenant, count],
    );
    await tx`insert into do_not_contact (tenant_id, phone_e164, source) select ${tenant}, phone_e164, 'reply'
      from contacts where tenant_id = ${tenant} and right(phone_e164, 1) = '3'`;
    await tx.unsafe(
      `insert into texted_numbers (tenant_id, phone_e164, last_texted_at)
      select $1::uuid, phone_e164, ${MOMENT} from (
        select phone_e164, abs(hashtext(phone_e164)) as h from contacts where tenant_id = $1::uuid) c where h % 3 = 0`,
      [tenant],
    );
    await tx.unsafe(
      `insert into conversations (tenant_id, phone_e164, last_inbound_id, unread, undecided)
      select $1::uuid, phone_e164, (lpad(to_hex(floor(extract(epoch from ${MOMENT}) * 1000)::bigint), 12, '0')
        || '7' || substr(md5(phone_e164), 1, 3) || '8' || substr(md5(phone_e164), 1, 15))::uuid, 0, 0
      from (select phone_e164, abs(hashtext(phone_e164 || 'reply')) as h from contacts where tenant_id = $1::uuid) c
      where h % 4 = 0`,
      [tenant],
    );
    await tx.unsafe(
      `insert into clicked_contacts (tenant_id, contact_id, last_clicked_at)
      select $1::uuid, id, ${MOMENT} from (
        select id, abs(hashtext(phone_e164 || 'click')) as h from contacts where tenant_id = $1::uuid) c where h % 3 = 0`,
      [tenant],
    );
    for (const nth of [0, 1]) {
      const [campaign] = await tx<{ id: string }[]>`
        insert into campaigns (tenant_id, name, body, audience, status)
        values (${tenant}, 'One', 'x', '{"kind":"all"}', 'completed') returning id`;
      campaignIds.push(campaign!.id);
      await tx`
        insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, failure_reason, status)
        select tenant, campaign, id, phone_e164, case when status in ('failed', 'canceled') then 'Canceled' end, status
        from (select ${tenant}::uuid as tenant, ${campaign!.id}::uuid as campaign, id, phone_e164,
          (array['queued', 'sent', 'delivered', 'failed', 'unknown', 'canceled'])[1 + abs(hashtext(phone_e164 || ${String(nth)})) % 6] as status
        from contacts where tenant_id = ${tenant} and abs(hashtext(phone_e164)) % 5 > ${nth}) jobs`;
      await tx`
        insert into link_clicks (tenant_id, campaign_id, send_job_id, position, device, contact_id, clicked_at)
        select tenant_id, campaign_id, id, position, device, contact_id, now()
        from send_jobs, generate_series(0, 1) position, unnest(array['phone', 'computer']) device
        where campaign_id = ${campaign!.id} and abs(hashtext(phone_e164)) % 3 = ${nth}`;
    }
  });
}

/** What core reads, by other statements than those of the compiler. */
async function readFacts(): Promise<Map<string, AudienceFacts>> {
  const rows = await sql`
    select c.*, (select created_at from do_not_contact d where d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164) as listed,
      (select last_texted_at from texted_numbers t where t.tenant_id = c.tenant_id and t.phone_e164 = c.phone_e164) as texted,
      (select last_inbound_id::text from conversations v where v.tenant_id = c.tenant_id and v.phone_e164 = c.phone_e164) as reply,
      (select last_clicked_at from clicked_contacts k where k.tenant_id = c.tenant_id and k.contact_id = c.id) as clicked,
      (select array_agg(distinct k.campaign_id) from link_clicks k where k.tenant_id = c.tenant_id and k.contact_id = c.id) as "clickedIn",
      (select jsonb_object_agg(campaign_id, status) from send_jobs j where j.contact_id = c.id) as statuses
    from contacts c where c.tenant_id = ${tenantId}`;
  const known = new Map<string, AudienceFacts>();
  for (const row of rows) {
    const reply = row.reply === null ? null : Number.parseInt(row.reply.replaceAll("-", "").slice(0, 12), 16);
    known.set(row.id, {
      details: {
        ...{ first_name: row.first_name, last_name: row.last_name, email: row.email },
        ...{ city: row.city, state: row.state, postcode: row.postcode },
      },
      ...{ custom: row.custom, tags: row.tags, country: row.country, timezone: row.timezone },
      ...{ consentBasis: row.consent_basis, consentExpiresAt: row.consent_expires_at },
      moments: {
        ...{ created: row.created_at, consented: row.consent_at, texted: row.texted },
        replied: reply === null ? null : new Date(reply),
        clicked: row.clicked,
      },
      ...{ lastImportId: row.last_import_id, isOnDoNotContact: row.listed !== null },
      statuses: row.statuses ?? {},
      clickedIn: row.clickedIn ?? [],
    });
  }
  return known;
}

const TEXTS = [
  "mia",
  "ZOË",
  "zoë",
  "VIC",
  "perth",
  "a",
  "%",
  "_",
  "'",
  '"',
  "\\",
  "yes",
  "3000",
  "İ",
  "ß",
  "12 apples",
];
const text = fc.constantFrom(...TEXTS);
const date = fc.constantFrom("2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06", "2027-01-01");
const days = fc.constantFrom(0, 1, 2, 7, 3650);
const number = fc.constantFrom("7", "-7", "7.5", "7.50", "0", "999999999999.999999");
const comparison = fc.oneof(
  fc.constant({ is: "filled" }),
  fc.record({ is: fc.constant("one-of"), values: fc.array(text, { minLength: 1, maxLength: 3 }) }),
  fc.record({ is: fc.constantFrom("begins", "contains"), value: text }),
  fc.record({ is: fc.constantFrom("at-least", "at-most"), number }),
  fc.record({ is: fc.constantFrom("from", "until"), date }),
  fc.record({ is: fc.constantFrom("last-days", "next-days"), days }),
);
const moment = fc.oneof(
  fc.constant({ is: "ever" }),
  fc.record({ is: fc.constant("last-days"), days }),
  fc.record({ is: fc.constantFrom("from", "until"), date }),
);
const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });
const condition = () =>
  fc.oneof(
    fc.record({
      about: fc.constant("field"),
      field: fc.constantFrom("points", "due", "member", "none"),
      test: comparison,
    }),
    fc.record({
      about: fc.constant("detail"),
      detail: fc.constantFrom("first_name", "last_name", "email", "city", "state", "postcode"),
      test: comparison,
    }),
    fc.record({
      about: fc.constant("moment"),
      moment: fc.constantFrom("created", "consented", "texted", "replied", "clicked"),
      test: moment,
    }),
    fc.record({ about: fc.constant("tag"), tags: some("vip", "two words", "a,b", 'q"') }),
    fc.record({ about: fc.constant("country"), countries: some("AU", "NZ", "GB") }),
    fc.record({ about: fc.constant("zone"), zones: some("Australia/Perth", "", "Europe/Paris") }),
    fc.record({
      about: fc.constant("consent"),
      states: some("express", "inferred", "transactional", "unknown", "withdrawn", "expired"),
    }),
    fc.record({ about: fc.constant("import"), imports: some(...importIds) }),
    fc.record({
      about: fc.constant("campaign"),
      campaign: fc.constantFrom(...campaignIds),
      outcome: fc.constantFrom("included", "sent", "delivered", "failed", "clicked"),
    }),
    fc.constant({ about: "do-not-contact" }),
  );
const rule = (depth: number): fc.Arbitrary<AudienceRule> => {
  const one = fc
    .tuple(condition(), fc.boolean())
    .map(([made, not]) => (not ? { ...made, not: true } : made) as AudienceRule);
  if (depth === 0) return one;
  const match = fc.constantFrom("all", "any", "none");
  return fc.oneof(
    one,
    fc.record({ match, rules: fc.array(rule(depth - 1), { maxLength: 4 }) }),
  ) as fc.Arbitrary<AudienceRule>;
};
const group = () =>
  fc.record({ match: fc.constantFrom("all", "any", "none"), rules: fc.array(rule(2), { maxLength: 5 }) });

test("the statement and core choose the same contacts, blanks and time zones included", async () => {
  let chosen = 0;
  await fc.assert(
    fc.asyncProperty(
      group() as fc.Arbitrary<AudienceGroup>,
      fc.constantFrom("Australia/Sydney", "America/St_Johns", "Pacific/Apia", "UTC"),
      async (definition, zone) => {
        expect(audienceGroup.safeParse(definition).error).toBeUndefined();
        const clock = { now: NOW, zone };
        const inCore = [...facts].filter(([, one]) => isInAudience(definition, one, clock)).map(([id]) => id);
        const { joins, where } = compileAudience(definition, { tenantId, ...clock });
        const rows = await database.asTenant(tenantId, (tx) =>
          tx.execute<{ id: string }>(
            query`select c.id from contacts c ${joins} where c.tenant_id = ${tenantId} and ${where}`,
          ),
        );
        chosen += rows.length;
        expect(rows.map(({ id }) => id).sort()).toEqual(inCore.sort());
      },
    ),
    { numRuns: DEFINITIONS },
  );
  expect(chosen).toBeGreaterThan(CONTACTS);
}, 240_000);

test("a value that looks like SQL stays a value", async () => {
  const values = ["x' or 1=1 --", '{"}', "\\"];
  const definition: AudienceGroup = {
    match: "all",
    rules: [
      { about: "field", field: "a'b", test: { is: "one-of", values } },
      { about: "tag", tags: values },
    ],
  };
  const { joins, where } = compileAudience(definition, { tenantId, now: NOW, zone: "UTC" });
  const rows = await database.asTenant(tenantId, (tx) =>
    tx.execute(query`select c.id from contacts c ${joins} where c.tenant_id = ${tenantId} and ${where}`),
  );
  expect(rows).toHaveLength(0);
});
