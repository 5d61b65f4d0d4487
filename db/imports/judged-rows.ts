import type { Fragment, PipelineTransaction } from "../postgres/connection.ts";
import { type ImportBatch, TAG_SEPARATOR } from "./contact-columns.ts";

/**
 * What a batch makes of each contact: the rows of `judged`, with the values before (`was_…`) and after. The import writes
 * them, and the comparison before it counts them: one function decides for both. `optOuts`: numbers that the file itself
 * opts out and that are not on the list yet; an import has recorded them before its first batch. Pieces of a WITH.
 *
 * A row that names a further number of a person is two: the details are the person's (`about` 1), and the consent is the
 * number's (`about` 2, not counted). Of several rows about one person the first gives the details, or the one with the
 * preferred number; a row whose details are not taken is about its number alone (`about` 0).
 */
export function judged(
  sql: PipelineTransaction,
  batch: Omit<ImportBatch, "recordedBy">,
  erased: readonly string[],
  optOuts: readonly string[] = [],
): Fragment {
  const { contacts, tenantId, importId, consentBasis, evidence } = batch;
  const file = batch.consent ?? {};
  return sql`
    file as materialized (
      select f.*, consent_parts(${consentBasis}, coalesce(f.given_at, now()), f.method, f.wording is not null, f.purposes,
        f.topics, f.event, f.event_at, f.ends) as entry
      from (select left(${evidence.statement ?? null}::text, 100) as method, ${file.wording ?? null}::text as wording,
        ${file.givenOn ?? null}::timestamptz as given_at, ${file.purposes ?? null}::text[] as purposes,
        ${file.topics ?? null}::text[] as topics, ${file.event?.kind ?? null}::text as event,
        ${file.event?.on ?? null}::timestamptz as event_at, ${file.endsOn ?? null}::timestamptz as ends) f
    ),
    lines as materialized (
      select phone, country, line_type, first_name, last_name, email, city, state, postcode,
        address_country, coalesce(custom::jsonb, '{}') as custom, string_to_array(tags, ${TAG_SEPARATOR}) as tags, timezone, zone_source,
        array_position(array['unknown','tenant-default','area-code','state','postcode','stated'], zone_source)
          as zone_rank, line, said, n, terms::jsonb as terms
      from unnest(
        ${contacts.phoneE164}::text[], ${contacts.country}::text[], ${contacts.lineType}::text[],
        ${contacts.firstName}::text[], ${contacts.lastName}::text[], ${contacts.email}::text[],
        ${contacts.city}::text[], ${contacts.state}::text[], ${contacts.postcode}::text[],
        ${contacts.addressCountry}::text[],
        ${contacts.custom}::text[], ${contacts.tags}::text[], ${contacts.timezone}::text[], ${contacts.timezoneSource}::text[],
        ${contacts.line}::int[], ${contacts.said}::text[], ${contacts.terms}::text[]
      ) with ordinality as given(phone, country, line_type, first_name, last_name, email, city, state, postcode,
        address_country, custom, tags, timezone, zone_source, line, said, terms, n)
      where phone <> all(${erased}::text[])
    ),
    further as materialized (
      select l.n, main.phone_e164 as main, row_number() over (partition by main.id order by l.n) = 1
        and not exists (select 1 from lines o where o.phone = main.phone_e164) as moves
      from lines l join contacts a on a.tenant_id = ${tenantId} and a.phone_e164 = l.phone and a.merged_into is not null
      join contacts main on main.tenant_id = a.tenant_id and main.id = a.merged_into
    ),
    input as (
      select case when f.moves then 2 else 0 end as about, l.phone, l.country, l.line_type,
        case when f.n is null then l.first_name end as first_name, case when f.n is null then l.last_name end as last_name,
        case when f.n is null then l.email end as email, case when f.n is null then l.city end as city,
        case when f.n is null then l.state end as state, case when f.n is null then l.postcode end as postcode,
        case when f.n is null then l.address_country end as address_country,
        case when f.n is null then l.custom else '{}' end as custom, case when f.n is null then l.tags else '{}' end as tags,
        case when f.n is null then l.timezone end as timezone, l.zone_source, l.zone_rank, l.line, l.said, l.n, l.terms
      from lines l left join further f on f.n = l.n
      union all
      select 1, f.main, l.country, l.line_type, l.first_name, l.last_name, l.email, l.city, l.state, l.postcode,
        l.address_country, l.custom, l.tags, l.timezone, l.zone_source, l.zone_rank, l.line, l.said, l.n, l.terms
      from further f join lines l on l.n = f.n where f.moves
    ),
    merged as materialized (
      select i.about, i.n, i.line, i.said, i.terms, i.phone, c.id is not null as known,
        coalesce(c.last_import_id = ${importId}, false) as repeated,
        held.opted_out,
        d.phone_e164 is not null and d.import_id is distinct from ${importId} as kept_opted_out,
        coalesce(c.country, i.country) as country, coalesce(c.line_type, i.line_type) as line_type,
        coalesce(i.first_name, c.first_name) as first_name, coalesce(i.last_name, c.last_name) as last_name,
        coalesce(i.email, c.email) as email, coalesce(i.city, c.city) as city,
        coalesce(i.state, c.state) as state, coalesce(i.postcode, c.postcode) as postcode,
        coalesce(i.address_country, c.address_country) as address_country,
        case when c.id is null then i.custom else c.custom || i.custom end as custom,
        case when c.id is null then i.tags when c.tags @> i.tags then c.tags
          else (select array_agg(tag order by at) from (
            select tag, min(at) as at from unnest(c.tags || i.tags) with ordinality as t(tag, at) group by tag) each)
          end as tags,
        case when zone.better then i.timezone else c.timezone end as timezone,
        case when zone.better then i.zone_source else coalesce(c.timezone_source, 'unknown') end as zone_source,
        case when coalesce(held.basis, past.basis) = 'withdrawn' then 'withdrawn'
          when footing.stays then coalesce(held.basis, 'unknown') else ${consentBasis} end as consent_basis,
        case when footing.stays then c.consent_at else now() end as consent_at,
        case when footing.stays then c.consent_expires_at else file.ends end as consent_expires_at,
        case when i.about = 1 or held.opted_out or coalesce(held.basis, past.basis) = 'withdrawn' then c.consent_summary
          when c.id is null then jsonb_build_object('given', jsonb_build_array(consent.entry))
          else merge_consent(consents_held(c.consent_summary, held.basis, c.consent_at, c.consent_expires_at), consent.entry) end as consent_summary,
        c.id as contact_id, c.updated_at, c.country as was_country, c.line_type as was_line_type, c.last_import_id as was_last_import_id,
        c.consent_at as was_consent_at, c.consent_expires_at as was_consent_expires_at, c.consent_summary as was_consent_summary,
        c.first_name as was_first_name, c.last_name as was_last_name, c.email as was_email,
        c.city as was_city, c.state as was_state, c.postcode as was_postcode, c.address_country as was_address_country, c.custom as was_custom,
        c.tags as was_tags, c.timezone as was_timezone, c.timezone_source as was_zone_source,
        held.basis as was_consent_basis
      from input i
      cross join file
      cross join lateral (
        select case when i.terms is null then file.entry else consent_parts(${consentBasis},
          coalesce((i.terms ->> 'at')::timestamptz, file.given_at, now()), coalesce(i.terms ->> 'how', file.method),
          coalesce(i.terms ->> 'wording', file.wording) is not null, file.purposes, file.topics, file.event,
          coalesce((i.terms ->> 'eventAt')::timestamptz, file.event_at), file.ends) end as entry
      ) consent
      left join contacts c on c.tenant_id = ${tenantId} and c.phone_e164 = i.phone
      left join lateral (
        select o.phone_e164, o.import_id from do_not_contact o where o.tenant_id = ${tenantId} and o.phone_e164 = i.phone limit 1
      ) d on true
      cross join lateral (
        select d.phone_e164 is not null or given.is_out as opted_out,
          case when given.is_out then 'withdrawn' else c.consent_basis end as basis
        from (select i.phone = any(${optOuts}::text[]) as is_out) given
      ) held
      left join lateral (
        select s.basis from consents s where c.id is null and s.tenant_id = ${tenantId} and s.phone_e164 = i.phone
          and s.withdraws is null
        order by s.id desc limit 1
      ) past on true
      cross join lateral (
        select i.timezone is not null and (c.timezone is null or i.zone_rank >= array_position(
          array['unknown','tenant-default','area-code','state','postcode','stated'], c.timezone_source)) as better
      ) zone
      cross join lateral (
        select i.about = 1 or held.opted_out or c.id is not null and (held.basis = 'withdrawn' or (
          (c.consent_expires_at is null or c.consent_expires_at > now())
          and array_position(array['unknown','transactional','inferred','express'], held.basis)
            > array_position(array['unknown','transactional','inferred','express'], ${consentBasis}::text))) as stays
      ) footing
    ),
    judged as materialized (
      select *, known and (first_name, last_name, email, city, state, postcode, address_country, custom, tags, timezone, zone_source,
          consent_basis)
        is distinct from (was_first_name, was_last_name, was_email, was_city, was_state, was_postcode, was_address_country, was_custom,
          was_tags, was_timezone, was_zone_source, was_consent_basis) as changed,
        known and coalesce(was_first_name, was_last_name) is not null
          and (first_name, last_name) is distinct from (was_first_name, was_last_name) as renamed
      from merged
    )`;
}
