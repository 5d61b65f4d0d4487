/**
 * Whether another import, undo or bulk action of the tenant runs: a piece of SQL about a row `w` whose run is `id`. A
 * tenant has one of them at a time, because they write the same contacts, and each must find what the last one left.
 */
export const otherRuns = (id: string): string =>
  [
    ["imports", "id"],
    ["import_undos", "import_id"],
    ["bulk_actions", "id"],
  ]
    .map(
      ([table, run]) => `exists (
        select 1 from ${table} r where r.tenant_id = w.tenant_id and r.${run} <> ${id} and r.status = 'running'
          and r.lease_until >= clock_timestamp())`,
    )
    .join(" or ");
