import type { Json } from "@smscrm/core/changes/undo-change";
import type { PipelineTransaction } from "../postgres/connection.ts";
import type { LeasedUndo } from "./undo-runs.ts";

/**
 * Ends the consents that came with the import. The records stay, because something may have been sent under them; each
 * gets a withdrawal that says why.
 */
export async function endImportsConsents(
  tx: PipelineTransaction,
  { tenantId, runId: importId, fileName, reason, requestedBy }: LeasedUndo,
  phones: readonly string[],
): Promise<number> {
  const evidence = { note: `The import of ${fileName} was undone: ${reason}`, importId };
  const ended = await tx`
    insert into consents (tenant_id, phone_e164, basis, source, withdraws, evidence, recorded_by)
    select e.tenant_id, e.phone_e164, 'withdrawn', 'operator', e.id, ${tx.json(evidence)}, ${requestedBy}
    from consents e
    where e.tenant_id = ${tenantId} and e.phone_e164 = any(${phones as string[]}::text[]) and e.source = 'import'
      and e.basis not in ('unknown', 'withdrawn') and e.evidence ->> 'importId' = ${importId}
      and not exists (select 1 from consents w where w.tenant_id = e.tenant_id and w.phone_e164 = e.phone_e164
        and w.withdraws = e.id)
    order by e.id returning 1`;
  return ended.length;
}

export interface Ended {
  endedConsents: Json[];
  undoneConsents: Json[];
}
export const NONE_ENDED: Ended = { endedConsents: [], undoneConsents: [] };

/**
 * Returns the consents of people that were withdrawn one by one, as entries of their summaries. An entry that another
 * consent shares stays, unless the person withdrew all after it.
 */
export async function endedConsents(
  tx: PipelineTransaction,
  tenantId: string,
  phones: readonly string[],
): Promise<Map<string, Ended>> {
  const rows = await tx<(Ended & { phone: string })[]>`
    with theirs as materialized (
      select e.id, e.phone_e164, consent_entry(e) as entry, w.is_ended, w.is_undone, exists (
          select 1 from consents w where w.tenant_id = e.tenant_id and w.phone_e164 = e.phone_e164 and w.basis = 'withdrawn'
            and w.withdraws is null and w.id > e.id
        ) as is_past
      from consents e cross join lateral (
        select count(*) > 0 as is_ended, coalesce(bool_and(w.evidence ? 'importId'), false) as is_undone
        from consents w where w.tenant_id = e.tenant_id and w.phone_e164 = e.phone_e164 and w.withdraws = e.id
      ) w
      where e.tenant_id = ${tenantId} and e.phone_e164 = any(${phones as string[]}::text[]) and e.basis not in ('unknown', 'withdrawn')
    )
    select e.phone_e164 as phone, jsonb_agg(e.entry) as "endedConsents",
      coalesce(jsonb_agg(e.entry) filter (where e.is_undone), '[]') as "undoneConsents"
    from theirs e
    where e.is_ended and not exists (
      select 1 from theirs o where o.phone_e164 = e.phone_e164 and o.entry = e.entry and not o.is_ended and not o.is_past)
    group by 1`;
  return new Map(rows.map(({ phone, ...ended }) => [phone, ended]));
}
