import type { Pipeline } from "../postgres/connection.ts";

/** Files that were imported, each with its own consent record. */
const FILES = 40;

const FIRST_NAMES =
  "Olivia Noah Amelia Jack Isla Leo Chloë Nguyễn Bartholomew Siobhán Łukasz Wolfeschlegelsteinhausenbergerdorff".split(
    " ",
  );

/**
 * Fills a tenant with an audience as uneven as real ones: five countries, postcodes, states and area codes, stated zones,
 * addresses abroad, landlines, names of any length and alphabet, blank values, consents of many kinds, people who opted
 * out, numbers that fail, and up to seven texts to one in ten in the last nine days, also from the tenant's numbers.
 * The same people each time. Bulk SQL without triggers. Needs a superuser, and the tenant's numbers.
 */
export async function fillVariedAudience(
  sql: Pipeline,
  { tenantId, contacts }: { tenantId: string; contacts: number },
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`set local statement_timeout = 0`;
    await tx`
      insert into contacts (tenant_id, phone_e164, country, line_type, first_name, last_name, state, postcode, address_country,
        timezone, timezone_source, consent_basis, consent_at, consent_expires_at, consent_summary, invalid_reason,
        invalid_until, tags, custom)
      select ${tenantId}, case country
          when 'AU' then case when n % 50 = 1 then '+6129' else '+614' end || lpad((n::bigint * 61803399 % 100000000)::text, case when n % 50 = 1 then 7 else 8 end, '0')
          when 'US' then '+1' || (array[212, 415, 312, 305, 713, 206, 602, 617, 404, 303])[1 + n % 10] || lpad((2000000 + n)::text, 7, '0')
          when 'GB' then '+447' || lpad(n::text, 9, '0')
          when 'NZ' then '+642' || lpad(n::text, 8, '0')
          else '+33' || 600000000 + n end,
        country, case when country = 'US' then 'FIXED_LINE_OR_MOBILE' when country = 'AU' and n % 50 = 1 then 'FIXED_LINE' else 'MOBILE' end,
        case when n % 9 > 0 then (${FIRST_NAMES}::text[])[1 + n % ${FIRST_NAMES.length}] || case when n % 7 = 0 then ' ' || chr(65 + n % 26) else '' end end,
        initcap(substr(md5((n % 20000)::text), 1, 3 + n % 9)),
        case when country = 'AU' and n % 11 = 0 then (array['NSW', 'WA', 'qld', 'Nowhere'])[1 + n / 11 % 4]
          when country = 'US' and n % 11 = 0 then (array['FL', 'TX', 'Oregon'])[1 + n / 11 % 3] end,
        case when country = 'AU' and n % 2 = 0 then (array['2000', '3000', '4000', '5000', '6000', '7000', '0800', '2600', '2880', '4870'])[1 + n / 2 % 10]
          when country = 'US' and n % 3 = 0 then lpad((10001 + n % 900 * 97)::text, 5, '0') || case when n % 33 = 0 then '-1234' else '' end end,
        case when n % 401 = 0 then (array['US', 'AU', 'CA', 'GB'])[1 + n / 401 % 4] end,
        case when country = 'AU' and n % 2 = 0 then 'Australia/Sydney' when n % 307 = 0 then 'America/Denver' end,
        case when country = 'AU' and n % 2 = 0 then 'postcode' when n % 307 = 0 then 'stated' else 'unknown' end,
        case when n % 97 = 0 then 'unknown' when n % 89 = 0 then 'withdrawn' when n % 5 = 0 then 'inferred' else 'express' end,
        now() - n % ${FILES} * interval '1 day',
        case when n % 83 = 0 then now() + (n % 60 - 10) * interval '1 day' end,
        case when n % 5 > 0 then jsonb_build_object(
          'given', jsonb_build_array(jsonb_build_object('basis', 'express', 'how', 'Web form', 'wording', n % 4 > 0,
            'at', to_char(date '2026-01-01' + n % ${FILES}, 'YYYY-MM-DD'))),
          'refused', case when n % 71 = 0 then '["purpose:marketing"]'::jsonb else '[]' end)
          when n % 10 = 0 then jsonb_build_object('given', jsonb_build_array(jsonb_build_object('basis', 'inferred', 'how', 'Purchase',
            'at', to_char(now() - n % 900 * interval '1 day', 'YYYY-MM-DD'),
            'event', jsonb_build_object('kind', 'purchase', 'at', to_char(now() - n % 900 * interval '1 day', 'YYYY-MM-DD'))))) end,
        case when n % 211 = 0 then 'Unknown number' when n % 223 = 0 then 'Unreachable' end,
        case when n % 223 = 0 then now() + (n % 5 - 2) * interval '1 day' end, array['large'] || case when n / 10 % 5 = 0 then array['fifth'] else '{}' end,
        case when n % 13 = 0 then '{}'::jsonb else jsonb_build_object('member_no', n::text) end
      from (select n, (array['AU', 'AU', 'AU', 'AU', 'US', 'US', 'GB', 'NZ', 'NZ', 'FR'])[1 + n * 7 / 10 % 10] as country
        from generate_series(1, ${contacts}) n) people
      on conflict do nothing`;
    await tx`
      insert into do_not_contact (tenant_id, phone_e164, source, created_at)
      select tenant_id, phone_e164, (array['reply', 'import', 'link'])[1 + (hashtext(phone_e164) & 1)], now() - (hashtext(phone_e164) & 255) * interval '1 day'
      from contacts where tenant_id = ${tenantId} and right(phone_e164, 2) = '07'`;
    await tx`
      insert into send_attempts (tenant_id, send_job_id, campaign_id, attempt, sending_number_id, from_phone, to_phone, body,
        segments, validity_seconds, state, budget_day, budget_month, reserved_micros, claimed_at)
      select ${tenantId}, gen_random_uuid(), gen_random_uuid(), 1, n.id, n.phone_e164, c.phone_e164, 'Acme: sale. Reply STOP to opt out', 1,
        300, case when c.part % 17 = 0 then 'rejected' else 'accepted' end, current_date, date_trunc('month', current_date), 0,
        now() - (c.part % 216 + k * 5) * interval '1 hour'
      from (select *, hashtext(phone_e164) & 1023 as part from contacts where tenant_id = ${tenantId} and phone_e164 like '%5') c
      cross join lateral generate_series(0, (c.part / 8 % 7)) k
      join sending_numbers n on n.tenant_id = c.tenant_id and n.country = c.country
      where n.id = (select id from sending_numbers m where m.tenant_id = n.tenant_id and m.country = n.country
        order by md5(m.id::text || c.part) limit 1)`;
    await tx`
      insert into contact_counters (tenant_id, tag, shard, contacts)
      select tenant_id, tag, 0, count(*) from contacts cross join lateral unnest(tags || array['']) tag
      where tenant_id = ${tenantId} group by 1, 2`;
  });
  await sql`analyze contacts, do_not_contact, send_attempts`;
}
