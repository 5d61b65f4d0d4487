import type { PipelineTransaction } from "../../postgres/connection.ts";
import { optedOutThemselves } from "../opted-out.ts";

/** What a merge made stricter: opt-outs, withdrawn consents and refusals that now hold for all numbers of the person. */
export interface SharedRefusals {
  /** Contacts whose number came onto the do-not-contact list. */
  listed: string[];
  /** Whether the person opted out themselves, on any of their numbers. */
  isOwnOptOut: boolean;
  /** Whether a consent was withdrawn or a preference added on any number. */
  isStricter: boolean;
}

/** Begins the note of an entry that came from another number. */
const OTHER_NUMBER = "On another number of this person";

/**
 * Makes the strictest of a person's numbers hold for all of them: an entry of the do-not-contact list, the withdrawal of
 * consent, each refused purpose and topic. Everything keeps its source, so that only who could lift it can. Nothing becomes
 * looser. The caller holds the person.
 */
export async function shareRefusals(
  tx: PipelineTransaction,
  tenantId: string,
  mainId: string,
  by: string,
): Promise<SharedRefusals> {
  const numbers = tx`
    select c.id, c.tenant_id, c.phone_e164, c.consent_basis, c.consent_expires_at from contacts c
    where c.tenant_id = ${tenantId} and (c.id = ${mainId} or c.merged_into = ${mainId})`;
  const [own] = await tx<{ isOwn: boolean }[]>`
    select exists (select 1 from (${numbers}) n where ${tx.unsafe(optedOutThemselves("n"))}) as "isOwn"`;
  // Of several entries the one that is lifted the hardest: a member's, then a file's, then the person's own.
  const listed = await tx<{ id: string }[]>`
    with numbers as materialized (${numbers}), strictest as (
      select d.* from do_not_contact d join numbers n on n.tenant_id = d.tenant_id and n.phone_e164 = d.phone_e164
      order by array_position(array['operator', 'sql', 'import', 'link', 'reply', 'carrier'], d.source), d.created_at limit 1
    ), added as (
      insert into do_not_contact (tenant_id, phone_e164, source, note, created_by, created_at)
      select n.tenant_id, n.phone_e164, s.source, left(concat_ws(': ', ${OTHER_NUMBER}::text, s.note), 1000), s.created_by,
        s.created_at
      from numbers n cross join strictest s order by n.phone_e164
      on conflict do nothing returning phone_e164
    )
    select n.id from added a join numbers n using (phone_e164)`;
  const withdrawn = own!.isOwn
    ? await tx`
        with numbers as materialized (${numbers}), noted as (
          insert into consents (tenant_id, phone_e164, basis, source, evidence, recorded_by)
          select n.tenant_id, n.phone_e164, 'withdrawn', 'operator', jsonb_build_object('note', ${`${OTHER_NUMBER} they opted out.`}::text,
            'before', jsonb_build_object('basis', n.consent_basis, 'expiresAt', n.consent_expires_at)), ${by}
          from numbers n where n.consent_basis <> 'withdrawn' order by n.phone_e164
        )
        update contacts c set consent_basis = 'withdrawn', consent_at = now(), consent_expires_at = null, updated_at = now()
        from numbers n where c.tenant_id = n.tenant_id and c.id = n.id and c.consent_basis <> 'withdrawn' returning 1`
    : [];
  const refused = await tx`
    with numbers as materialized (${numbers})
    insert into contact_preferences (tenant_id, phone_e164, subject, source, note, recorded_by, created_at)
    select distinct on (n.phone_e164, r.subject) n.tenant_id, n.phone_e164, r.subject, r.source, r.note, r.recorded_by, r.created_at
    from numbers n cross join (
      select r.* from contact_preferences r join numbers o on o.tenant_id = r.tenant_id and o.phone_e164 = r.phone_e164) r
    order by n.phone_e164, r.subject, r.created_at on conflict do nothing returning 1`;
  const isStricter = withdrawn.length > 0 || refused.length > 0;
  return { listed: listed.map(({ id }) => id), isOwnOptOut: own!.isOwn, isStricter };
}

/**
 * Takes numbers off the list again that a merge put there, where it was no person's own opt-out and nobody changed the entry
 * since. Returns how many.
 */
export async function unshareEntries(
  tx: PipelineTransaction,
  tenantId: string,
  contactIds: readonly string[],
): Promise<number> {
  const gone = await tx`
    delete from do_not_contact d using contacts c
    where c.tenant_id = ${tenantId} and c.id = any(${contactIds as string[]}::uuid[])
      and d.tenant_id = c.tenant_id and d.phone_e164 = c.phone_e164 and d.source in ('operator', 'sql')
      and starts_with(d.note, ${OTHER_NUMBER}) and not ${tx.unsafe(optedOutThemselves("c"))} returning 1`;
  return gone.length;
}
