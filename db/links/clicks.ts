import { NOBODYS_CODE } from "@smscrm/core/links/short-link";
import type { Device } from "@smscrm/core/links/visitor";
import { type Pipeline, transact } from "../postgres/connection.ts";

/** Where a short link leads. */
export interface Destination {
  url: string;
  expiresAt: Date;
  /** The hosts that its tenant allows now. */
  allowedHosts: string[];
  /** Whether the address that was asked is another tenant's domain. */
  isElsewhere: boolean;
}

/** Returns where a code leads, for a request to `host`; null: it is none, or its tenant's texts are locked away. */
export async function findDestination(
  sql: Pipeline,
  code: string,
  host: string,
): Promise<Destination | null> {
  const rows = await sql<Destination[]>`
    select l.url, l.expires_at as "expiresAt", coalesce(s.allowed_hosts, '{}') as "allowedHosts",
      exists (select 1 from link_settings o
        where o.domain = ${host} and o.domain_verified_at is not null and o.tenant_id <> l.tenant_id) as "isElsewhere"
    from campaign_links l left join link_settings s on s.tenant_id = l.tenant_id
    where l.code = ${code} limit 2`;
  // Two tenants with the same code, once in a trillion: better nowhere than to the other's page.
  return rows.length === 1 ? rows[0]! : null;
}

/** Whether this domain waits for its verification with this token, or has it: what its own check asks. */
export async function hasDomainToken(sql: Pipeline, domain: string, token: string): Promise<boolean> {
  const rows =
    await sql`select 1 from link_settings where domain = ${domain} and domain_token = ${token} limit 1`;
  return rows.length > 0;
}

/** A person's click, as the link and the browser say it. */
export interface Click {
  code: string;
  recipient: string;
  device: Device;
  at: Date;
}

/**
 * Counts clicks, of any tenants: each person once per destination and kind of device. Clicks of links that are the same for
 * everybody are counted as they come. Made-up recipients count for nothing. Once per call it is all or nothing.
 */
export function recordClicks(sql: Pipeline, clicks: readonly Click[]): Promise<void> {
  return transact(sql, async (tx) => {
    const codes = clicks.map(({ code }) => code);
    // Two processes that count the same campaign take turns: the second one sees what the first has counted.
    await tx`
      select 1 from campaign_clicks c where (c.tenant_id, c.campaign_id) in (
        select tenant_id, campaign_id from campaign_links where code = any(${codes}::text[]))
      order by c.tenant_id, c.campaign_id for no key update`;
    await tx`
      with seen as (
        select * from unnest(${codes}::text[], ${clicks.map(({ recipient }) => recipient)}::text[],
          ${clicks.map(({ device }) => device)}::text[], ${clicks.map(({ at }) => at.toISOString())}::timestamptz[])
          as click (code, recipient, device, at)
      ), found as materialized (
        select l.tenant_id, l.campaign_id, l.position, click.device, click.at, j.id as send_job_id, j.contact_id
        from seen click join campaign_links l on l.code = click.code and l.expires_at > click.at
        left join link_recipients r on r.tenant_id = l.tenant_id and r.campaign_id = l.campaign_id and r.code = click.recipient
        left join send_jobs j on j.tenant_id = r.tenant_id and j.id = r.send_job_id
        where j.id is not null or click.recipient = ${NOBODYS_CODE}
      ), added as (
        insert into link_clicks (tenant_id, campaign_id, send_job_id, position, device, contact_id, clicked_at)
        select tenant_id, campaign_id, send_job_id, position, device, contact_id, min(at) from found
        where send_job_id is not null group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5
        on conflict do nothing returning tenant_id, campaign_id, position, send_job_id
      ), latest as (
        insert into clicked_contacts as c (tenant_id, contact_id, last_clicked_at)
        select f.tenant_id, f.contact_id, max(f.at) from found f
        -- A contact who was removed has no audience any more.
        join contacts p on p.tenant_id = f.tenant_id and p.id = f.contact_id group by 1, 2 order by 1, 2
        on conflict (tenant_id, contact_id) do update
          set last_clicked_at = greatest(c.last_clicked_at, excluded.last_clicked_at)
      ), counted as (
        select a.tenant_id, a.campaign_id, a.position, count(*)::int as clicks, 0 as unnamed,
          count(distinct a.send_job_id) filter (where not exists (select 1 from link_clicks k
            where k.tenant_id = a.tenant_id and k.campaign_id = a.campaign_id and k.send_job_id = a.send_job_id
              and k.position = a.position))::int as people
        from added a group by 1, 2, 3
        union all
        select tenant_id, campaign_id, position, 0, count(*)::int, 0 from found where send_job_id is null group by 1, 2, 3
      ), per_link as (
        update campaign_links l set people = l.people + n.people, clicks = l.clicks + n.clicks, unnamed = l.unnamed + n.unnamed
        from (select tenant_id, campaign_id, position, sum(people)::int as people, sum(clicks)::int as clicks,
          sum(unnamed)::int as unnamed from counted group by 1, 2, 3) n
        where l.tenant_id = n.tenant_id and l.campaign_id = n.campaign_id and l.position = n.position
      ), new_people as (
        select a.tenant_id, a.campaign_id, count(distinct a.send_job_id)::int as people from added a
        where not exists (select 1 from link_clicks k where k.tenant_id = a.tenant_id and k.campaign_id = a.campaign_id
          and k.send_job_id = a.send_job_id) group by 1, 2
      )
      update campaign_clicks c set people = c.people + coalesce(p.people, 0), clicks = c.clicks + n.clicks,
        unnamed = c.unnamed + n.unnamed
      from (select tenant_id, campaign_id, sum(clicks)::int as clicks, sum(unnamed)::int as unnamed from counted group by 1, 2) n
      left join new_people p on p.tenant_id = n.tenant_id and p.campaign_id = n.campaign_id
      where c.tenant_id = n.tenant_id and c.campaign_id = n.campaign_id`;
  });
}
