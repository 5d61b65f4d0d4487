import type { Pipeline } from "../postgres/connection.ts";
import { erasePerson } from "./erasures.ts";

/** An erasure as it is kept outside of the database: no number, no name. */
export interface ListedErasure {
  tenantId: string;
  /** The keyed hash of the number, in hex. */
  hash: string;
  erasedAt: Date;
  /** The source of the do-not-contact entry that the person had then; null: none. */
  listedBy: string | null;
}

/** Erasures, with the key of their hashes in hex. Anyone who has both can find a number by trying all. */
export interface ErasureList {
  key: string;
  erasures: ListedErasure[];
}

/** Returns the erasures in force that began at or after a time. */
export async function readErasureList(sql: Pipeline, since: Date): Promise<ErasureList> {
  const [key] = await sql<{ key: string }[]>`select encode(read_number_hash_key(), 'hex') as key`;
  const erasures = await sql<ListedErasure[]>`
    select tenant_id as "tenantId", encode(number_hash, 'hex') as hash, created_at as "erasedAt", listed_by as "listedBy"
    from erasures where lifted_at is null and created_at >= ${since} order by created_at`;
  return { key: key!.key, erasures };
}

/** The clock of the list is to the millisecond, the database's is finer. */
const SAME_SECONDS = 1;

/**
 * Erases again whom the list names and the database does not know as erased: it was restored to an earlier state. The
 * numbers are found by hashing all that the tenant has. Returns how many were added, and how many of them had data here.
 */
export async function repeatErasures(
  sql: Pipeline,
  { key, erasures }: ErasureList,
): Promise<{ repeated: number; found: number }> {
  const missing = await sql<ListedErasure[]>`
    select l."tenantId", l.hash, l."erasedAt", l."listedBy"
    from jsonb_to_recordset(${sql.json(erasures as never)}) as l ("tenantId" uuid, hash text, "erasedAt" timestamptz, "listedBy" text)
    join tenants t on t.id = l."tenantId"
    where not exists (
      select 1 from erasures e where e.tenant_id = l."tenantId" and e.number_hash = decode(l.hash, 'hex')
        and e.created_at >= l."erasedAt" - make_interval(secs => ${SAME_SECONDS}))
    order by l."erasedAt"`;
  if (missing.length === 0) return { repeated: 0, found: 0 };
  const [known] = await sql<{ known: boolean }[]>`
    select restore_number_hash_key(decode(${key}, 'hex')) as known`;
  if (!known!.known)
    throw new Error(
      "The list of erasures was made with another key than the erasures in this database, so its people can't be found. Use the list of this installation.",
    );
  let found = 0;
  for (const [tenantId, listed] of Map.groupBy(missing, (one) => one.tenantId)) {
    const phones = await phonesOf(sql, tenantId, listed);
    for (const one of listed) {
      const phone = phones.get(one.hash);
      if (phone) await erasePerson(sql, { ...one, phone, reason: REASON, by: null });
      else await addHash(sql, one);
      if (phone) found += 1;
    }
  }
  return { repeated: missing.length, found };
}

const REASON = "Repeated after a restore";

/** Their data are gone already, or came after the backup: the hash alone keeps them out. */
async function addHash(sql: Pipeline, { tenantId, hash, erasedAt, listedBy }: ListedErasure): Promise<void> {
  await sql`
    insert into erasures (tenant_id, number_hash, listed_by, reason, created_at, finished_at, checked_at)
    values (${tenantId}, decode(${hash}, 'hex'), ${listedBy}, ${REASON}, ${erasedAt}, clock_timestamp(), clock_timestamp())
    on conflict (tenant_id, number_hash) where lifted_at is null
    do update set created_at = greatest(erasures.created_at, excluded.created_at)`;
}

/** Every table that names people by number and can do so without the others. */
async function phonesOf(
  sql: Pipeline,
  tenantId: string,
  listed: readonly ListedErasure[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.begin(async (tx) => {
    // A million numbers take several seconds.
    await tx`set local statement_timeout = 0`;
    return tx<{ hash: string; phone: string }[]>`
      select hash, phone from (
        select phone, encode(number_hash(${tenantId}, phone), 'hex') as hash from (
          select phone_e164 as phone from contacts where tenant_id = ${tenantId}
          union select phone_e164 from do_not_contact where tenant_id = ${tenantId}
          union select phone_e164 from consents where tenant_id = ${tenantId}
          union select from_phone from inbound_messages where tenant_id = ${tenantId}
          union select to_phone from send_attempts where tenant_id = ${tenantId}
          union select phone_e164 from restore_differences where tenant_id = ${tenantId}
          union select to_phone from carrier_findings where tenant_id = ${tenantId}
          union select from_phone from carrier_findings where tenant_id = ${tenantId}
        ) numbers where phone like '+%'
      ) hashed where hash = any(${listed.map((one) => one.hash)}::text[])`;
  });
  return new Map(rows.map(({ hash, phone }) => [hash, phone]));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA_256 = /^[0-9a-f]{64}$/;

/** Returns an erasure as a line of the list's file, without the line's end. */
export function erasureLine({ tenantId, hash, erasedAt, listedBy }: ListedErasure): string {
  return JSON.stringify({ tenant: tenantId, hash, at: erasedAt.toISOString(), listedBy });
}

/** Returns the first line of the list's file. */
export const keyLine = (key: string): string => JSON.stringify({ key });

/** Returns the list in a file's text; null without a key. A line that was cut off is skipped. */
export function readErasureFile(text: string): ErasureList | null {
  let key: string | null = null;
  const erasures: ListedErasure[] = [];
  for (const line of text.split("\n")) {
    const entry = parsed(line);
    if (typeof entry?.key === "string" && SHA_256.test(entry.key)) key ??= entry.key;
    const erasedAt = new Date(String(entry?.at));
    if (
      !UUID.test(String(entry?.tenant)) ||
      !SHA_256.test(String(entry?.hash)) ||
      Number.isNaN(erasedAt.getTime())
    )
      continue;
    const listedBy = typeof entry!.listedBy === "string" ? entry!.listedBy : null;
    erasures.push({ tenantId: String(entry!.tenant), hash: String(entry!.hash), erasedAt, listedBy });
  }
  return key === null ? null : { key, erasures };
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
