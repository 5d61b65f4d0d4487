import { sql } from "drizzle-orm";
import type { TenantTransaction } from "../../postgres/connection.ts";
import { type Page, type PageRequest, pageOf } from "../../postgres/page.ts";

/** What contacts of one person likely share, the surest first. `match_keys` in the database finds it by these numbers. */
const MATCH_KINDS = ["id", "email", "birthday", "postcode"] as const;
type MatchKind = (typeof MATCH_KINDS)[number];

/** A contact that may be the same person as another. */
interface LikelyContact {
  id: string;
  phone: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  postcode: string | null;
  optedOut: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export interface LikelyDuplicates {
  key: string;
  /** What all of these contacts share. */
  reasons: MatchKind[];
  contacts: LikelyContact[];
  /** Whether more contacts share it than are shown: then it may be an office's address rather than a person's. */
  more: boolean;
}

/** More contacts with one address are likely an office. */
const SHOWN_MAX = 5;

/**
 * Lists contacts that share something that one person alone likely has, by what they share. Reads the keys that several
 * contacts have, in the order of their index, so that a page costs the same among a million contacts. Left out are those of
 * whom a member said that all are different people, and a reason where the same contacts share a surer one.
 */
export async function listDuplicates(
  tx: TenantTransaction,
  tenantId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<LikelyDuplicates>> {
  const [kind, key] = cursor?.split(".") ?? [];
  const after = key ? sql`(s.kind, s.key) > (${Number(kind)}::smallint, ${key}::uuid)` : sql`true`;
  const rows = await tx.execute<
    { kind: number; key: string; kinds: number[]; contacts: RawContact[]; found: number } & Record<
      string,
      unknown
    >
  >(sql`
    select s.kind, s.key, cardinality(g.ids) as found, facts.kinds, facts.contacts
    from contact_shared_keys s
    cross join lateral (
      select array_agg(contact_id order by contact_id) as ids from (
        select m.contact_id from contact_match_keys m
        where m.tenant_id = s.tenant_id and m.kind = s.kind and m.key = s.key
        order by m.contact_id limit ${SHOWN_MAX + 1}) members
    ) g
    cross join lateral (
      select array(
          select k.kind from contacts o
          cross join lateral match_keys(o.first_name_lower, o.last_name_lower, o.email, o.postcode, o.custom) k
          where o.tenant_id = ${tenantId} and o.id = any(g.ids)
          group by k.kind, k.key having count(*) = cardinality(g.ids) order by 1) as kinds,
        (select jsonb_agg(jsonb_build_object('id', o.id, 'phone', o.phone_e164, 'firstName', o.first_name,
            'lastName', o.last_name, 'email', o.email, 'postcode', o.postcode, 'createdAt', o.created_at,
            'updatedAt', o.updated_at, 'optedOut', exists (
              select 1 from do_not_contact d where d.tenant_id = o.tenant_id and d.phone_e164 = o.phone_e164)) order by o.id)
          from contacts o where o.tenant_id = ${tenantId} and o.id = any(g.ids[:${SHOWN_MAX}])) as contacts
    ) facts
    where s.tenant_id = ${tenantId} and ${after} and cardinality(g.ids) > 1
      and s.kind <= all(facts.kinds) and (
        select count(*) from contact_not_duplicates d
        where d.tenant_id = ${tenantId} and d.low_id = any(g.ids[:${SHOWN_MAX}]) and d.high_id = any(g.ids[:${SHOWN_MAX}])
      ) < least(cardinality(g.ids), ${SHOWN_MAX}) * (least(cardinality(g.ids), ${SHOWN_MAX}) - 1) / 2
    order by s.kind, s.key limit ${limit + 1}`);
  const page = pageOf([...rows], limit, (row) => `${row.kind}.${row.key}`);
  return {
    ...page,
    items: page.items.map((row) => ({
      key: `${row.kind}.${row.key}`,
      reasons: [...new Set(row.kinds)].map((one) => MATCH_KINDS[one - 1]!),
      contacts: row.contacts.map((contact) => ({
        ...contact,
        createdAt: new Date(contact.createdAt),
        updatedAt: new Date(contact.updatedAt),
      })),
      more: row.found > SHOWN_MAX,
    })),
  };
}

type RawContact = Omit<LikelyContact, "createdAt" | "updatedAt"> & { createdAt: string; updatedAt: string };

/**
 * Notes that contacts are different people, each pair of them. Returns how many pairs are new; null: one of them is no
 * contact.
 */
export async function noteDifferent(
  tx: TenantTransaction,
  tenantId: string,
  contactIds: readonly string[],
  notedBy: string,
): Promise<number | null> {
  const ids = sql`${sql.param([...contactIds])}::uuid[]`;
  const [known] = await tx.execute<{ contacts: number }>(sql`
    select count(*)::int as contacts from contacts where tenant_id = ${tenantId} and id = any(${ids}) and merged_into is null`);
  if (known!.contacts !== contactIds.length) return null;
  const added = await tx.execute(sql`
    insert into contact_not_duplicates (tenant_id, low_id, high_id, noted_by)
    select ${tenantId}::uuid, low.id, high.id, ${notedBy}::uuid
    from unnest(${ids}) as low (id) join unnest(${ids}) as high (id) on low.id < high.id order by 2, 3
    on conflict do nothing returning 1`);
  return added.length;
}
