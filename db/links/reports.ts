import { type SQL, sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** How often something was clicked. */
interface ClickCounts {
  /** People who clicked, of those whose clicks are kept. */
  people: number;
  /** Clicks, once per person, destination and kind of device. */
  clicks: number;
  /** Clicks that were counted without a person, each time. */
  unnamed: number;
}

export interface CampaignClicks extends ClickCounts {
  /** By destination, in the order of the text. */
  links: (ClickCounts & { url: string; expiresAt: Date })[];
}

/** Returns the clicks of a campaign from its counters; null: it has no short links. */
export async function readCampaignClicks(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
): Promise<CampaignClicks | null> {
  const [row] = await tx.execute<
    ClickCounts & { links: (ClickCounts & { url: string; expiresAt: string })[] } & Record<string, unknown>
  >(sql`
    select c.people, c.clicks, c.unnamed, (
      select jsonb_agg(jsonb_build_object('url', l.url, 'expiresAt', l.expires_at, 'people', l.people, 'clicks', l.clicks,
        'unnamed', l.unnamed) order by l.position)
      from campaign_links l where l.tenant_id = c.tenant_id and l.campaign_id = c.campaign_id) as links
    from campaign_clicks c where c.tenant_id = ${tenantId} and c.campaign_id = ${campaignId}`);
  if (!row) return null;
  const { people, clicks, unnamed, links } = row;
  return {
    ...{ people, clicks, unnamed },
    links: links.map(({ expiresAt, ...link }) => ({ ...link, expiresAt: new Date(expiresAt) })),
  };
}

/** The send jobs of a campaign whose recipient clicked, each once: `send_job_id`, `contact_id`. Read by the primary key. */
export const clickedJobs = (tenantId: string, campaignId: string): SQL => sql`
  select distinct send_job_id, contact_id from link_clicks
  where tenant_id = ${tenantId}::uuid and campaign_id = ${campaignId}::uuid`;

/** What one person clicked. */
interface PersonClick {
  url: string;
  device: string;
  at: Date;
}

/** Returns what the recipient of a message clicked, oldest first. */
export async function readMessageClicks(
  tx: TenantTransaction,
  tenantId: string,
  sendJobId: string,
): Promise<PersonClick[]> {
  const rows = await tx.execute<{ url: string; device: string; at: string }>(sql`
    select l.url, k.device, k.clicked_at as at from send_jobs j
    join link_clicks k on k.tenant_id = j.tenant_id and k.campaign_id = j.campaign_id and k.send_job_id = j.id
    join campaign_links l on l.tenant_id = k.tenant_id and l.campaign_id = k.campaign_id and l.position = k.position
    where j.tenant_id = ${tenantId} and j.id = ${sendJobId}
    order by k.clicked_at`);
  return rows.map(({ at, ...click }) => ({ ...click, at: new Date(at) }));
}
