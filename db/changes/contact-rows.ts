import type { ContactValues } from "@smscrm/core/changes/undo-change";
import type { PipelineTransaction } from "../postgres/connection.ts";
import { timeAsJson } from "./logged-change.ts";

/** The columns that an import, a bulk action or an undo may write, as `LOGGED_CHANGE` logs them. */
const COLUMNS = [
  ...[
    "country",
    "line_type",
    "first_name",
    "last_name",
    "email",
    "city",
    "state",
    "postcode",
    "address_country",
  ],
  ...["custom", "tags", "timezone", "timezone_source"],
  ...["consent_basis", "consent_at", "consent_expires_at", "consent_summary", "last_import_id", "updated_at"],
];

/** The columns of a contact `c` as JSON. A piece of SQL. */
export const AS_JSON = `jsonb_build_object(${COLUMNS.map(
  (column) => `'${column}', ${/_at$/.test(column) ? timeAsJson(`c.${column}`) : `to_jsonb(c.${column})`}`,
).join(", ")})`;

export interface LockedContact {
  phone: string;
  values: ContactValues;
}

/** Locks contacts in the order of their ids, and returns their columns. Those that are gone are left out. */
export async function lockContacts(
  tx: PipelineTransaction,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, LockedContact>> {
  const rows = await tx<(LockedContact & { id: string })[]>`
    select c.id, c.phone_e164 as phone, ${tx.unsafe(AS_JSON)} as values from contacts c
    where c.tenant_id = ${tenantId} and c.id = any(${ids as string[]}::uuid[]) order by c.id for no key update`;
  return new Map(rows.map(({ id, ...contact }) => [id, contact]));
}

/** The time as a column of a contact has it. */
export async function timeNow(tx: PipelineTransaction): Promise<string> {
  const [row] = await tx<{ now: string }[]>`select ${tx.unsafe(timeAsJson("clock_timestamp()"))} as now`;
  return row!.now;
}

/** Writes whole rows of columns in one statement. The run's `hold…` has set the zone in which the times are read. */
export async function writeContacts(
  tx: PipelineTransaction,
  rows: readonly (ContactValues & { id: string })[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    update contacts c set ${tx.unsafe(COLUMNS.map((column) => `${column} = r.${column}`).join(", "))}
    from jsonb_populate_recordset(null::contacts, ${tx.json(rows as never)}) r where c.id = r.id`;
}
