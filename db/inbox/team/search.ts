import { inArray, sql } from "drizzle-orm";
import { numberContains, searchContacts } from "../../contacts/search.ts";
import type { Pipeline, TenantTransaction } from "../../postgres/connection.ts";
import { contacts } from "../../schema/index.ts";

/** A search gives the conversations of at most this many people for each of: words, contacts, other numbers. */
const PEOPLE_MAX = 200;

const INDEXED_AT_ONCE = 500;

/**
 * Adds the newest texts that the index for the search lacks, because they came before it existed. Returns how many. Each
 * batch locks its own texts alone, for a moment.
 */
export async function indexOldTexts(pipeline: Pipeline): Promise<number> {
  const added = await pipeline`
    update inbound_messages set in_search = true where id in (
      select id from inbound_messages where not in_search order by id desc limit ${INDEXED_AT_ONCE}
      for update skip locked) returning 1`;
  return added.length;
}

/**
 * Returns the numbers of people whose conversations a search finds: by words of a text, a reply or a note, by the contact's
 * name, or by a part of the number. The newest, if there are many.
 */
export async function conversationsFound(
  tx: TenantTransaction,
  tenantId: string,
  search: string,
): Promise<string[]> {
  const byWords = await tx.execute<{ phone: string }>(
    sql`select phone from search_texts(${search}, ${PEOPLE_MAX})`,
  );
  const ids = await searchContacts(tx, {
    ...{ tenantId, search, cursor: null, also: undefined, limit: PEOPLE_MAX },
  });
  const named =
    ids.length === 0
      ? []
      : await tx.select({ phone: contacts.phoneE164 }).from(contacts).where(inArray(contacts.id, ids));
  // People who wrote and are no contacts.
  const byNumber = await tx.execute<{ phone: string }>(sql`
    select phone_e164 as phone from conversations c
    where c.tenant_id = ${tenantId} and ${numberContains(sql`c.phone_e164`, search)} limit ${PEOPLE_MAX}`);
  return [...new Set([...byWords, ...named, ...byNumber].map(({ phone }) => phone))];
}
