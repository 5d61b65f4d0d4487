import { explainVerdict } from "@smscrm/core/explain/explain";
import type { Answering } from "@smscrm/core/gates/answering";
import { evaluate } from "@smscrm/core/gates/index";
import { compileCampaign, messageFor } from "@smscrm/core/gates/message-facts";
import { allowancesToday } from "@smscrm/core/preflight/allowances";
import { audiencePages } from "@smscrm/db/campaigns/preflight";
import type { Correspondent } from "@smscrm/db/inbox/inbox";
import { readRuleBook } from "@smscrm/db/law/rule-book";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { listNumbers } from "@smscrm/db/senders/numbers";
import { readKillSwitchTime } from "@smscrm/db/tenants/kill-switch";
import { readBudget, type Settings } from "@smscrm/db/tenants/settings";

/** What would happen to a reply that is sent now. */
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

/** Asks the real gates about a reply of one segment to this number. Null if no contact has the number. */
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
  const book = await readRuleBook(tx);
  const numbers = await listNumbers(tx, tenantId, settings.timezone);
  const audience = { kind: "one", contactId } as const;
  for await (const [candidate] of audiencePages(tx, tenantId, audience, [], 1)) {
    const message = messageFor({ ...candidate!, wroteAt }, compileCampaign(REPLY, book), {
      ...settings,
      book,
      sendingHoursLimit: settings.limits.sendingHours,
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
