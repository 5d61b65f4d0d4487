import type postgres from "postgres";

/** The organisation whose campaign is checked. */
export const TENANT = "00000000-0000-0000-0000-00000000000c";
export const ZONE = "Australia/Sydney";

/** The drafts that are checked, by name: their texts. */
export const DRAFTS: Readonly<Record<string, string>> = {
  "one text for all": "Acme: the sale is on until Sunday, acme.example/sale. Reply STOP to opt out",
  "with first names": "Hi {{first_name|there}}, the sale is on until Sunday. Acme. Reply STOP to opt out",
  "with both names and a field":
    "Hi {{first_name|there}} {{last_name|}}, your number is {{member_no}}. Acme. Reply STOP to opt out",
};

/** Files that were imported, each with its own consent record. */
const FILES = 40;
const DAY = "interval '1 day'";

/**
 * Fills one organisation with an audience as uneven as a real one: five countries, postcodes and area codes, names of any
 * length, one consent record per imported file, people who opted out, numbers that fail, and a text to one in ten in the
 * last week. Bulk SQL without triggers. Needs a superuser.
 */
export async function fillAudience(sql: postgres.Sql, contacts: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into tenants (id, name, timezone, country, daily_budget_cents, monthly_budget_cents, cap_per_day, cap_per_week)
      values (${TENANT}, 'Acme', ${ZONE}, 'AU', 1e9, 1e9, 2, 5)`;
    await tx`insert into budgets (tenant_id) values (${TENANT}) on conflict do nothing`;
    await tx`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      select ${TENANT}, phone, country, 50 from (values ('+61480000101', 'AU'), ('+12025550101', 'US'), ('+447700900101', 'GB'),
        ('+64210000101', 'NZ')) v (phone, country)`;
    await tx`
      insert into contacts (tenant_id, phone_e164, country, line_type, first_name, last_name, state, postcode, timezone,
        timezone_source, consent_basis, consent_at, consent_summary, invalid_reason, tags, custom)
      select ${TENANT}, case country
          when 'AU' then '+614' || lpad((n::bigint * 61803399 % 100000000)::text, 8, '0')
          when 'US' then '+1' || (array[212, 415, 312, 305, 713, 206, 602, 617, 404, 303])[1 + n % 10] || lpad((2000000 + n)::text, 7, '0')
          when 'GB' then '+447' || lpad(n::text, 9, '0')
          when 'NZ' then '+642' || lpad(n::text, 8, '0')
          else '+33' || 600000000 + n end,
        country, case when country = 'US' then 'FIXED_LINE_OR_MOBILE' else 'MOBILE' end,
        case when n % 9 > 0 then (array['Olivia', 'Noah', 'Amelia', 'Jack', 'Isla', 'Leo', 'Chloë', 'Nguyễn', 'Bartholomew', 'Siobhán'])[1 + n % 10]
          || case when n % 7 = 0 then ' ' || chr(65 + n % 26) else '' end end,
        initcap(substr(md5((n % 20000)::text), 1, 3 + n % 9)), null,
        case when country = 'AU' and n % 2 = 0 then (array['2000', '3000', '4000', '5000', '6000', '7000', '0800', '2600', '2880', '4870'])[1 + n / 2 % 10]
          when country = 'US' and n % 3 = 0 then lpad((10001 + n % 900 * 97)::text, 5, '0') end,
        case when country = 'AU' and n % 2 = 0 then ${ZONE} end, case when country = 'AU' and n % 2 = 0 then 'postcode' else 'unknown' end,
        'express', now() - n % ${FILES} * ${tx.unsafe(DAY)},
        jsonb_build_object('given', jsonb_build_array(jsonb_build_object('basis', 'express', 'how', 'Web form', 'wording', true,
          'at', to_char(date '2026-01-01' + n % ${FILES}, 'YYYY-MM-DD')))),
        case when n % 211 = 0 then 'Unknown number' end, array['large'], jsonb_build_object('member_no', n::text)
      from (select n, (array['AU', 'AU', 'AU', 'AU', 'US', 'US', 'GB', 'NZ', 'NZ', 'FR'])[1 + n * 7 / 10 % 10] as country
        from generate_series(1, ${contacts}) n) people`;
    await tx`
      insert into do_not_contact (tenant_id, phone_e164, source, created_at)
      select tenant_id, phone_e164, 'reply', now() - random() * interval '300 days'
      from contacts where tenant_id = ${TENANT} and right(phone_e164, 2) = '07'`;
    const [sent] = await tx<{ id: string }[]>`
      insert into campaigns (tenant_id, name, body, audience, status)
      values (${TENANT}, 'Last week', 'Acme: sale. Reply STOP to opt out', '{"kind":"all"}', 'completed') returning id`;
    await tx`
      insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone, body,
        segments, validity_seconds, state, budget_day, budget_month, reserved_micros, claimed_at)
      select ${TENANT}, gen_random_uuid(), ${sent!.id}, 1, n.id, n.phone_e164, c.phone_e164, 'Acme: sale. Reply STOP to opt out', 1,
        300, 'accepted', current_date, date_trunc('month', current_date), 0, now() - c.hours * interval '1 hour'
      from (select *, hashtext(phone_e164) & 127 as hours from contacts where tenant_id = ${TENANT} and phone_e164 like '%5') c
      join sending_numbers n on n.tenant_id = c.tenant_id and n.country = c.country`;
    await tx`
      insert into contact_counters (tenant_id, tag, shard, contacts)
      select tenant_id, tag, 0, count(*) from contacts cross join lateral unnest(tags || array['']) tag where tenant_id = ${TENANT} group by 1, 2`;
    for (const [name, body] of Object.entries(DRAFTS))
      await tx`
        insert into campaigns (tenant_id, name, body, audience, status)
        values (${TENANT}, ${name}, ${body}, '{"kind":"all"}', 'draft')`;
  });
}
