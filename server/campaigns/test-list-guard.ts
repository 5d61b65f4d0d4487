import { testListIn, testListSentence } from "@smscrm/core/preflight/test-list";
import { possibleTests } from "@smscrm/db/audiences/test-people";
import type { Campaign } from "@smscrm/db/campaigns/campaigns";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { readSafeguards } from "@smscrm/db/safeguards/safeguards";
import { unmet } from "../http/refusals.ts";

/** What a launch knows about a list for tests. */
export interface TestListRule {
  carrier: "simulator" | "twilio";
  /** The member has seen that it looks like one, and means these people. */
  meant: boolean;
}

/**
 * Refuses to text a list for tests through the carrier unless it is meant: somebody chose it by mistake, or the real one is
 * missing. The simulator texts nobody, and in trial mode only the team is texted.
 */
export async function mustNotBeTestList(
  tx: TenantTransaction,
  tenantId: string,
  { audience }: Pick<Campaign, "audience">,
  { carrier, meant }: TestListRule,
): Promise<void> {
  if (carrier === "simulator" || meant) return;
  const { trialSince } = await readSafeguards(tx, tenantId);
  if (trialSince) return;
  const finding = testListIn(await possibleTests(tx, tenantId, audience));
  if (finding)
    throw unmet(
      `${testListSentence(finding)} Choose another audience, or confirm that the campaign is meant for it.`,
    );
}
