import { replyFactsOf, type StoredReply } from "@smscrm/core/replay/reply-replay";
import type { Pipeline } from "../postgres/connection.ts";
import { firstId } from "../postgres/time-ordered-ids.ts";

/** A reply's sender, which says whether the reply is read at all. `tenantId` null: no organisation has the number. */
export interface ReplySender {
  id: string;
  tenantId: string | null;
  from: string;
}

/** Returns the senders of the next replies of every tenant that were stored before `until`. */
export function readReplySenders(
  sql: Pipeline,
  { afterId, until, limit }: { afterId: string; until: Date; limit: number },
): Promise<ReplySender[]> {
  return sql<ReplySender[]>`
    select id, tenant_id as "tenantId", from_phone as "from" from inbound_messages
    where id > ${afterId} and id < ${firstId(until)} order by id limit ${limit}`;
}

/** Returns these replies with what each was heard as, and why: two statements for a page. */
export async function readReplies(sql: Pipeline, ids: readonly string[]): Promise<StoredReply[]> {
  if (ids.length === 0) return [];
  type Row = Omit<StoredReply, "facts" | "ours"> & { facts: unknown };
  const rows = await sql<Row[]>`
    select id, tenant_id as "tenantId", from_phone as "from", body as text, kind, facts from inbound_messages
    where id = any(${ids as string[]}::uuid[]) and tenant_id is not null order by id`;
  const replies = rows.map((row) => ({ ...row, facts: replyFactsOf(row.facts) }));
  const wanted = [...new Set(replies.flatMap(({ facts }) => facts?.ours ?? []))];
  const sent = await sql<{ id: string; body: string }[]>`
    select id, body from send_attempts where id = any(${wanted}::uuid[]) and body <> ''`;
  const bodies = new Map(sent.map(({ id, body }) => [id, body]));
  return replies.map((reply) => ({
    ...reply,
    ours: (reply.facts?.ours ?? []).flatMap((id) => bodies.get(id) ?? []),
  }));
}

/** A count goes no further, so that it costs no more on a large installation. */
const COUNTED_MAX = 5_000_000;

/** Returns how many replies of every tenant there are after this one, up to `COUNTED_MAX`. */
export async function countReplies(sql: Pipeline, afterId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from (
      select 1 from inbound_messages where id > ${afterId} limit ${COUNTED_MAX}) replies`;
  return row!.count;
}
