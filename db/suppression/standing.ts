import type { SuppressionList } from "@smscrm/core/suppression/standing";

/**
 * The lists that a number is on, for statements over `contacts c`: one look-up by key for each list of the tenant, in the
 * statement that reads the contact. So a claim sees one version of a list or the next, and never a part. Where nobody has
 * a list, which one look-up per statement tells, nothing is looked up for a contact.
 */
export const SUPPRESSION_JOIN = `
  left join lateral (
    select case when (select exists (select 1 from suppression_lists)) then (
      select json_agg(json_build_object('id', l.id, 'name', l.name, 'register', l.register, 'country', l.country,
        'downloadedOn', v.downloaded_on) order by l.id)::text
      from suppression_lists l join suppression_versions v on v.id = l.version_id
      where l.tenant_id = c.tenant_id and exists (
        select 1 from suppressed_numbers s where s.tenant_id = l.tenant_id and s.version_id = l.version_id
          and s.phone_e164 in (c.phone_e164 collate "C", suppression_mark(c.tenant_id, c.phone_e164) collate "C"))
    ) end as lists
  ) suppressed on true`;

/** The tenant's lists in their current versions, as JSON, for statements over `tenants t`. See `readLists`. */
export const SUPPRESSION_LISTS_COLUMN = `
  (select json_agg(json_build_object('id', l.id, 'name', l.name, 'register', l.register, 'country', l.country,
      'downloadedOn', v.downloaded_on, 'expiresAt', v.expires_at,
      'afterExpiry', case when l.holds_after_expiry then 'hold' else 'warn' end) order by l.id)
    from suppression_lists l join suppression_versions v on v.id = l.version_id
    where l.tenant_id = t.id)::text as "suppressionLists"`;

/** Reads the column above. */
export function listsOf(json: string | null): SuppressionList[] {
  const rows = JSON.parse(json ?? "[]") as (Omit<SuppressionList, "expiresAt"> & {
    expiresAt: string | null;
  })[];
  return rows.map((row) => ({ ...row, expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt) }));
}
