import type { ContactValues } from "@smscrm/core/changes/undo-change";
import type { PipelineTransaction } from "../../postgres/connection.ts";
import type { LeasedBulk } from "./runs.ts";

/** What a batch did, beside the contacts that were as they should be already. */
export interface BatchOutcome {
  changed: number;
  /** Contacts who opted out and stay so. */
  keptOptedOut?: number;
  messagesCanceled?: number;
}

interface Logged {
  contactId: string;
  phone: string;
  before: ContactValues;
  after: ContactValues;
}

/** Writes to the change log what contacts were before. */
export async function logChanges(
  tx: PipelineTransaction,
  { id, tenantId }: LeasedBulk,
  kind: number,
  rows: readonly Logged[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into contact_changes (tenant_id, import_id, kind, contact_id, phone_e164, before, after)
    select ${tenantId}, ${id}, ${kind}, "contactId", phone, before, after
    from jsonb_to_recordset(${tx.json(rows as never)})
      as given ("contactId" uuid, phone text, before jsonb, after jsonb)`;
}
