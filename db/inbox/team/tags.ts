import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";

const TAGS_LISTED = 200;

/** Returns the tags of a tenant's conversations, for a filter. It reads one row of the index per tag. */
export async function listConversationTags(tx: TenantTransaction, tenantId: string): Promise<string[]> {
  const rows = await tx.execute<{ tag: string }>(sql`
    with recursive tags (tag) as (
      (select tag from conversation_tags where tenant_id = ${tenantId} order by tag limit 1)
      union all
      select (select t.tag from conversation_tags t where t.tenant_id = ${tenantId} and t.tag > tags.tag
        order by t.tag limit 1) from tags where tags.tag is not null
    )
    select tag from tags where tag is not null limit ${TAGS_LISTED}`);
  return rows.map(({ tag }) => tag);
}

export async function tagsOf(tx: TenantTransaction, tenantId: string, phone: string): Promise<string[]> {
  const rows = await tx.execute<{ tag: string }>(sql`
    select tag from conversation_tags where tenant_id = ${tenantId} and phone_e164 = ${phone} order by tag`);
  return rows.map(({ tag }) => tag);
}

/**
 * Adds or removes one tag, so that two members who tag at once lose nothing. Returns false if that changes nothing, or if
 * the conversation already has `max` tags.
 */
export async function setConversationTag(
  tx: TenantTransaction,
  tenantId: string,
  { phone, tag, isOn, max }: { phone: string; tag: string; isOn: boolean; max: number },
): Promise<boolean> {
  const changed = isOn
    ? await tx.execute(sql`
        insert into conversation_tags (tenant_id, tag, phone_e164)
        select c.tenant_id, ${tag}, c.phone_e164 from conversations c
        where c.tenant_id = ${tenantId} and c.phone_e164 = ${phone} and (
          select count(*) from conversation_tags t where t.tenant_id = c.tenant_id and t.phone_e164 = c.phone_e164) < ${max}
        on conflict do nothing returning 1`)
    : await tx.execute(sql`
        delete from conversation_tags where tenant_id = ${tenantId} and phone_e164 = ${phone} and tag = ${tag} returning 1`);
  return changed.length > 0;
}
