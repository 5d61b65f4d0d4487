import { sql } from "drizzle-orm";
import type { PipelineTransaction, TenantTransaction } from "../postgres/connection.ts";

/** A person who wants no more texts from a tenant. */
export interface OptOut {
  tenantId: string;
  phoneE164: string;
  /** Why, for the do-not-contact list. */
  note: string;
  /** When the person wrote it. Without it, the time of the transaction, and no text of theirs is later. */
  at?: Date | null;
  /** What proves it, beside the evidence of all. */
  evidence: Record<string, unknown>;
}

/** Opt-outs from one source, and what they share. */
export interface OptOuts {
  /**
   * `reply`: the person's own text, `link`: their own opt-out link; their START lifts both. `import`: a file, which only
   * an operator lifts.
   */
  source: "reply" | "link" | "import";
  evidence?: Record<string, unknown>;
  /** The member who decided or imported it. */
  recordedBy?: string | null;
  importId?: string | null;
  people: readonly OptOut[];
}

/** `listed`: the number was on the list already. `overruled`: the person texted START after it, so it changed nothing. */
export type OptOutOutcome = "added" | "listed" | "overruled";

interface Recorded {
  tenantId: string;
  phoneE164: string;
  outcome: OptOutOutcome;
}

/**
 * Our clock and the carrier's may differ, and its times are whole seconds. Within this difference an opt-out wins.
 */
export const IN_DOUBT_SECONDS = 60;

/** The part of a person's text that is kept as evidence. */
export const quoted = (text: string): string => text.slice(0, 200);

/**
 * Records opt-outs: puts the numbers on the do-not-contact list and withdraws their consent, with the evidence and what
 * the consent was before. Takes effect at the commit. Every way to opt out comes here, one person or a whole file. An
 * operator's entry and the carrier's do not: they block a number, and say nothing about the person's consent.
 *
 * A person who has several numbers is opted out on all of them; what is returned is about the named numbers.
 *
 * A number that is on the list stays there as it is: a file that repeats a person's STOP must not take their START
 * away. Consent keeps the date of the first withdrawal. A person's text is recorded each time, because it is evidence.
 * A file is recorded only where it changes something, because an import that restarts reads it again, and so is a link,
 * which can be opened as often as one likes.
 *
 * The caller has locked the person where a text of theirs may arrive at the same time.
 */
export async function recordOptOuts(tx: PipelineTransaction, optOuts: OptOuts): Promise<Recorded[]> {
  if (optOuts.people.length === 0) return [];
  const given = tx.json(optOuts as never);
  const [, recorded] = await Promise.all([
    tx`with input as (select ${given}::jsonb as j), ${tx.unsafe(LOCK)}`,
    tx<Recorded[]>`with input as (select ${given}::jsonb as j), ${tx.unsafe(RECORD)}`,
  ]);
  return recorded;
}

/** The same for one person, in a transaction of the API. */
export async function recordOptOut(
  tx: TenantTransaction,
  { person, ...common }: Omit<OptOuts, "people"> & { person: OptOut },
): Promise<OptOutOutcome> {
  const input = sql`with input as (select ${JSON.stringify({ ...common, people: [person] })}::jsonb as j), `;
  await tx.execute(sql`${input}${sql.raw(LOCK)}`);
  const [recorded] = await tx.execute<Recorded & Record<string, unknown>>(sql`${input}${sql.raw(RECORD)}`);
  return recorded!.outcome;
}

/** Those who are named, each with the other numbers of their person. */
const GIVEN = `
  named as (
    select p.* from input, jsonb_to_recordset(input.j -> 'people')
      as p ("tenantId" uuid, "phoneE164" text, note text, at timestamptz, evidence jsonb)
  ),
  given as (
    select * from named
    union all
    (select distinct on (c.tenant_id, o.phone_e164) c.tenant_id, o.phone_e164, n.note, n.at,
      n.evidence || jsonb_build_object('otherNumberOf', c.id)
    from named n join contacts c on c.tenant_id = n."tenantId" and c.phone_e164 = n."phoneE164"
    join lateral other_numbers(c.tenant_id, c.id, c.merged_into) o on true
    where not exists (select 1 from named x where x."tenantId" = c.tenant_id and x."phoneE164" = o.phone_e164)
    order by c.tenant_id, o.phone_e164, n.at)
  )`;

const LOCK = `${GIVEN}
  select 1 from given g join contacts c on c.tenant_id = g."tenantId" and c.phone_e164 = g."phoneE164"
  order by c.tenant_id, c.phone_e164 for no key update of c`;

const RECORD = `${GIVEN},
  counted as (
    select g."tenantId" as tenant_id, g."phoneE164" as phone, g.note, g.at, o.source, o."recordedBy" as recorded_by,
      o."importId" as import_id, coalesce(o.evidence, '{}') || g.evidence as evidence
    from given g cross join (
      select o.* from input, jsonb_to_record(input.j)
        as o (source text, evidence jsonb, "recordedBy" uuid, "importId" uuid)
    ) o
    where g.at is null or not exists (
      select 1 from inbound_messages m
      where m.tenant_id = g."tenantId" and m.from_phone = g."phoneE164" and m.kind = 'opt-in'
        and m.created_at > g.at + interval '${IN_DOUBT_SECONDS} seconds')
  ),
  added as (
    insert into do_not_contact (tenant_id, phone_e164, source, note, created_by, import_id, created_at)
    select tenant_id, phone, source, note, recorded_by, import_id, coalesce(at, now()) from counted
    order by tenant_id, phone, at
    on conflict do nothing returning tenant_id, phone_e164
  ),
  recorded as (
    insert into consents (tenant_id, phone_e164, basis, source, evidence, recorded_by)
    select n.tenant_id, n.phone, 'withdrawn', n.source, n.evidence || case when c.id is null then '{}' else
      jsonb_build_object('before', jsonb_build_object('basis', c.consent_basis, 'expiresAt', c.consent_expires_at)) end,
      n.recorded_by
    from counted n
    left join contacts c on c.tenant_id = n.tenant_id and c.phone_e164 = n.phone and c.consent_basis <> 'withdrawn'
    where n.source = 'reply' or c.id is not null or (
      select s.basis from consents s where s.tenant_id = n.tenant_id and s.phone_e164 = n.phone and s.withdraws is null
      order by s.id desc limit 1) is distinct from 'withdrawn'
    order by n.tenant_id, n.phone, n.at
  ),
  withdrawn as (
    update contacts c set consent_basis = 'withdrawn', consent_at = coalesce(n.at, now()), consent_expires_at = null,
      updated_at = now()
    from (select tenant_id, phone, min(at) as at from counted group by 1, 2) n
    where c.tenant_id = n.tenant_id and c.phone_e164 = n.phone and c.consent_basis <> 'withdrawn'
  )
  select g."tenantId", g."phoneE164",
    case when n.phone is null then 'overruled' when a.phone_e164 is null then 'listed' else 'added' end as outcome
  from named g
  left join (select distinct tenant_id, phone from counted) n on n.tenant_id = g."tenantId" and n.phone = g."phoneE164"
  left join added a on a.tenant_id = g."tenantId" and a.phone_e164 = g."phoneE164"`;

/**
 * The basis of a contact that is made without consent, for rows `n (tenant_id, phone)`: who withdrew their consent
 * before the contact was deleted has withdrawn it still. A piece of SQL.
 */
export const BASIS_WITHOUT_CONSENT = `
  case when (
    select s.basis from consents s
    where s.tenant_id = n.tenant_id and s.phone_e164 = n.phone and s.withdraws is null order by s.id desc limit 1
  ) = 'withdrawn' then 'withdrawn' else 'unknown' end`;
