import type { Answering } from "@smscrm/core/answering";
import { explainVerdict } from "@smscrm/core/explain";
import { evaluate } from "@smscrm/core/gates/index";
import { compileCampaign, messageFor } from "@smscrm/core/message-facts";
import type { TenantTransaction } from "@smscrm/db/connection";
import type { Correspondent } from "@smscrm/db/inbox";
import { readKillSwitchTime } from "@smscrm/db/kill-switch";
import { listNumbers } from "@smscrm/db/numbers";
import { audiencePages } from "@smscrm/db/preflight";
import { readBudget, type Settings } from "@smscrm/db/settings";
import { allowancesToday } from "../preflight/allowances.ts";

/** What would become of a reply that is sent now. */
export interface Outlook {
  verdict: "goes" | "waits" | "refused";
  /** Why it would wait or be refused, and until when. */
  sentence: string | null;
  /** The zones the person may be in; the first is shown. */
  zones: string[];
}

const REPLY = {
  kind: "reply",
  body: "A reply",
  smartEncoding: false,
  quietHours: null,
  quietHoursOverrideReason: null,
  expiresAt: null,
  pausedAt: null,
} as const;

/** Asks the real gates about a reply of one segment to this person. Null: nobody is in the book under this number. */
export async function replyOutlook(
  tx: TenantTransaction,
  tenantId: string,
  settings: Settings,
  {
    contactId,
    contactName,
    wroteAt,
  }: Omit<Correspondent, "wroteAt"> & { wroteAt: Answering["wroteAt"] | null },
  viewerZone: string,
): Promise<Outlook | null> {
  if (!contactId) return null;
  const { now, pausedAt } = await readKillSwitchTime(tx, tenantId);
  const budget = await readBudget(tx, tenantId);
  const numbers = await listNumbers(tx, tenantId, settings.timezone);
  const audience = { kind: "one", contactId } as const;
  for await (const [candidate] of audiencePages(tx, tenantId, audience, [], 1)) {
    const message = messageFor({ ...candidate!, wroteAt }, compileCampaign(REPLY), {
      ...settings,
      sendingPausedAt: pausedAt,
    });
    const verdict = evaluate(message.facts, allowancesToday(numbers, budget, settings), now);
    const zones = [...message.facts.quietHours.zones];
    if (verdict.kind === "send") return { verdict: "goes", sentence: null, zones };
    const sentence = explainVerdict(verdict, { contactName, recipientZones: zones, viewerZone, now });
    return { verdict: verdict.kind === "hold" ? "waits" : "refused", sentence, zones };
  }
  return null;
}
