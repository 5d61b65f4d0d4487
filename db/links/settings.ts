import type { PersonClicks } from "@smscrm/core/links/click-privacy";
import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../postgres/connection.ts";

/** A tenant's settings of short links. */
export interface LinkSettings {
  /** Its own domain, verified or not; null: links lead to the server's own address. */
  domain: string | null;
  domainToken: string | null;
  domainVerifiedAt: Date | null;
  allowedHosts: string[];
  personClicks: PersonClicks;
  expiresDays: number;
  updatedAt: Date | null;
}

const DEFAULTS: LinkSettings = {
  ...{ domain: null, domainToken: null, domainVerifiedAt: null },
  ...{ allowedHosts: [], personClicks: "by-law", expiresDays: 90, updatedAt: null },
};

type Raw = Omit<LinkSettings, "domainVerifiedAt" | "updatedAt"> & {
  domainVerifiedAt: string | null;
  updatedAt: string;
} & Record<string, unknown>;

export async function readLinkSettings(tx: TenantTransaction, tenantId: string): Promise<LinkSettings> {
  const [row] = await tx.execute<Raw>(sql`
    select domain, domain_token as "domainToken", domain_verified_at as "domainVerifiedAt",
      allowed_hosts as "allowedHosts", person_clicks as "personClicks", expires_days as "expiresDays",
      updated_at as "updatedAt"
    from link_settings where tenant_id = ${tenantId}`);
  if (!row) return DEFAULTS;
  const { domainVerifiedAt, updatedAt, ...rest } = row;
  return {
    ...rest,
    domainVerifiedAt: domainVerifiedAt === null ? null : new Date(domainVerifiedAt),
    updatedAt: new Date(updatedAt),
  };
}

/** Returns where a tenant's short links lead before their path: its verified domain, or the server's own address. */
export const linkBase = ({ domain, domainVerifiedAt }: LinkSettings, publicUrl: string): string =>
  domain && domainVerifiedAt ? `https://${domain}` : publicUrl;

/** Saves the settings if nobody has changed them since `seenUpdatedAt` (null: there were none); false otherwise. */
export async function saveLinkSettings(
  tx: TenantTransaction,
  tenantId: string,
  seenUpdatedAt: Date | null,
  {
    allowedHosts,
    personClicks,
    expiresDays,
  }: Pick<LinkSettings, "allowedHosts" | "personClicks" | "expiresDays">,
): Promise<boolean> {
  const hosts = sql`${sql.param(allowedHosts)}::text[]`;
  const rows = await tx.execute(sql`
    insert into link_settings as s (tenant_id, allowed_hosts, person_clicks, expires_days, updated_at)
    values (${tenantId}, ${hosts}, ${personClicks}, ${expiresDays}, date_trunc('milliseconds', clock_timestamp()))
    on conflict (tenant_id) do update set allowed_hosts = excluded.allowed_hosts,
      person_clicks = excluded.person_clicks, expires_days = excluded.expires_days,
      updated_at = greatest(excluded.updated_at, s.updated_at + interval '1 millisecond')
      where date_trunc('milliseconds', s.updated_at) = ${seenUpdatedAt?.toISOString() ?? null}::timestamptz
    returning 1`);
  return rows.length > 0;
}

/** Sets the domain, which is not used before it is verified; null: none. */
export async function setLinkDomain(
  tx: TenantTransaction,
  tenantId: string,
  domain: string | null,
  token: string | null,
): Promise<void> {
  await tx.execute(sql`
    insert into link_settings as s (tenant_id, domain, domain_token, updated_at)
    values (${tenantId}, ${domain}, ${token}, date_trunc('milliseconds', clock_timestamp()))
    on conflict (tenant_id) do update set domain = excluded.domain, domain_token = excluded.domain_token,
      domain_verified_at = null, updated_at = greatest(excluded.updated_at, s.updated_at + interval '1 millisecond')`);
}

/** Notes that the domain is verified, if it is still the one that was looked at. */
export async function noteVerifiedDomain(
  tx: TenantTransaction,
  tenantId: string,
  token: string,
): Promise<boolean> {
  const rows = await tx.execute(sql`
    update link_settings set domain_verified_at = clock_timestamp(),
      updated_at = greatest(date_trunc('milliseconds', clock_timestamp()), updated_at + interval '1 millisecond')
    where tenant_id = ${tenantId} and domain_token = ${token} returning 1`);
  return rows.length > 0;
}
