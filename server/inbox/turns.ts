import { explainVerdict } from "@smscrm/core/explain";
import type { TenantTransaction } from "@smscrm/db/connection";
import { listTurns, type Turn } from "@smscrm/db/conversations";
import type { Page, PageRequest } from "@smscrm/db/page";

/** A turn as the page shows it: what waits or was refused says why, in a sentence. */
export type ShownTurn = Omit<Turn, "verdict"> & { sentence: string | null };

export interface Reader {
  contactName: string | null;
  /** Where the person may be. */
  zones: readonly string[];
  viewerZone: string;
}

/** One page of a conversation, newest first. */
export async function readTurns(
  tx: TenantTransaction,
  tenantId: string,
  phone: string,
  request: PageRequest,
  { contactName, zones, viewerZone }: Reader,
): Promise<Page<ShownTurn>> {
  const page = await listTurns(tx, tenantId, phone, request);
  const context = { contactName, recipientZones: zones, viewerZone, now: new Date() };
  const items = page.items.map(({ verdict, ...turn }) => {
    const decided = turn.status === "queued" || turn.status === "failed";
    const tells = decided && verdict !== null && verdict.kind !== "send";
    return { ...turn, sentence: tells ? explainVerdict(verdict, context) : null };
  });
  return { ...page, items };
}
