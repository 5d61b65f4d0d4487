import { isAllowed } from "@smscrm/core/links/destination";
import { destinationsIn, LINKS_MAX } from "@smscrm/core/links/written-links";
import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import { newLinkCode } from "./codes.ts";

/** Runs a statement in the API's or the pipeline's transaction. */
type Run = <Row extends object>(query: SQL) => Promise<Row[]>;

/**
 * Freezes the destinations of a campaign's texts with a code each, and where its short links lead. Before the first of its
 * messages is claimed; again it changes nothing. A host that the tenant no longer allows keeps the link as it is written.
 */
export async function freezeLinks(
  run: Run,
  { tenantId, id, bodies }: { tenantId: string; id: string; bodies: readonly string[] },
  publicUrl: string,
): Promise<void> {
  // Each text has at most `LINKS_MAX`.
  const written = [...new Set(bodies.flatMap((body) => destinationsIn(body).slice(0, LINKS_MAX)))];
  if (written.length === 0) return;
  const [settings] = await run<{ hosts: string[] }>(
    sql`select allowed_hosts as hosts from link_settings where tenant_id = ${tenantId}`,
  );
  const urls = written.filter((url) => isAllowed(url, settings?.hosts ?? []));
  await run(sql`
    with links as (
      insert into campaign_links (tenant_id, campaign_id, position, code, url, base, expires_at)
      select ${tenantId}::uuid, ${id}::uuid, link.position, link.code, link.url,
        case when s.domain_verified_at is not null then 'https://' || s.domain else ${publicUrl}::text end,
        clock_timestamp() + make_interval(days => s.expires_days)
      from jsonb_to_recordset(${JSON.stringify(urls.map((url, position) => ({ url, position, code: newLinkCode() })))}::text::jsonb)
        as link (position smallint, code text, url text)
      join link_settings s on s.tenant_id = ${tenantId}::uuid
      on conflict do nothing returning 1
    )
    insert into campaign_clicks (tenant_id, campaign_id) select ${tenantId}::uuid, ${id}::uuid from links limit 1
    on conflict do nothing`);
}

/**
 * The short links of `campaigns` as JSON of core's `ShortLink[]`, and whose clicks are kept; null where it has none. A piece of SQL that the claim
 * selects: for a campaign without short links it reads nothing.
 */
export const SHORT_LINKS_COLUMNS = `case when shorten_links then (
  select jsonb_agg(jsonb_build_object('url', l.url, 'address', l.base || '/l/' || l.code) order by l.position)
  from campaign_links l where l.tenant_id = campaigns.tenant_id and l.campaign_id = campaigns.id) end as "shortLinks",
  case when shorten_links then (
    select s.person_clicks from link_settings s where s.tenant_id = campaigns.tenant_id) end as "personClicks"`;
