import { insertTenantWithOwner } from "@smscrm/db/tenants/seed";
import type postgres from "postgres";

export const TENANT = "00000000-0000-0000-0000-000000000001";
const NEIGHBOUR = "00000000-0000-0000-0000-000000000002";

const BUDGETS = {
  dailyBudgetCents: 1e6,
  monthlyBudgetCents: 1e7,
  capPerDay: 20,
  capPerWeek: 100,
  segmentsPerSecond: 400,
};

/** First names by how many people have them: the first is the most frequent. */
const FIRST = (
  "Olivia Noah Amelia Jack Isla Leo Charlotte Oliver Mia Henry Ava William Grace Thomas Chloë Lucas Zoë José Siân Zoe Jürgen " +
  "Nguyễn Aroha Priya Łukasz Øystein Mary-Jane O'Shea Anneliese Bartholomew Siobhán Xochitl"
).split(" ");
const ENDS = "son man ley ton ford wood er ski ova ez ini eau dotter berg strom quist".split(" ");
const STARTS = (
  "Ander Black Carl Davi Ells Fitz Gold Hart Ivan Jack Kings Lang Mac Nor Old Pat Quin Rich Stan Tal Under Van Whit Yor Zim " +
  "Abra Bren Cun Dal Ever Fer Gil Hol Ish Jor Kav Lin Mor Neu Os Pem Ran Sal Tor Ul Vic Wal Ye Zab"
).split(" ");

/**
 * Fills two tenants with as many contacts each. Names are as uneven as people's are: a few first names belong to most,
 * and there are some twenty thousand last names. Numbers are spread over the whole range of mobiles.
 */
export async function fillPeople(sql: postgres.Sql, contacts: number): Promise<void> {
  for (const id of [TENANT, NEIGHBOUR])
    await insertTenantWithOwner(
      sql,
      { ...BUDGETS, id, name: id, timezone: "Australia/Sydney", country: "AU" },
      { email: `${id}@example.com`, name: "Owner", passwordHash: "none" },
      [],
    );
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const tenant of [TENANT, NEIGHBOUR])
      await tx`
        insert into contacts (tenant_id, phone_e164, country, line_type, first_name, last_name, timezone, timezone_source,
          consent_basis, consent_at, tags, custom, state)
        select ${tenant}, '+614' || lpad(((n::bigint * 61803399) % 100000000)::text, 8, '0'), 'AU', 'MOBILE',
          (${FIRST}::text[])[1 + floor(${FIRST.length} * power(random(), 2))::int],
          (${STARTS}::text[])[1 + floor(${STARTS.length} * random())::int] || chr(97 + floor(26 * power(random(), 2))::int) || (${ENDS}::text[])[1 + floor(${ENDS.length} * random())::int],
          'Australia/Sydney', 'postcode', 'express', now(), array['large'], jsonb_build_object('member_no', n::text),
          (array['NSW', 'VIC', 'QLD', 'WA', 'SA'])[1 + n % 5]
        from generate_series(1, ${contacts}) n`;
    await tx`
      insert into contact_search_parts (tenant_id, kind, part)
      select distinct tenant_id, 'first', first_name_lower from contacts
      union select distinct tenant_id, 'last', last_name_lower from contacts
      union select distinct tenant_id, 'number', left(phone_e164, -4) from contacts`;
    // One person that only a search by parts finds, and the oldest of all, so that no scan of the newest meets it soon.
    await tx`set local session_replication_role = origin`;
    await tx`
      update contacts set first_name = 'Quetzalcoatl', last_name = 'Wolfeschlegelsteinhausen', phone_e164 = '+61491570006'
      where id = (select id from contacts where tenant_id = ${TENANT} order by id limit 1)`;
  });
}
