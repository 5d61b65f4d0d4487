import {
  CAMPAIGN_STATUSES,
  type CampaignStatus,
  campaignStatusesBefore,
} from "@smscrm/core/campaigns/campaign";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TenantTransaction } from "../postgres/connection.ts";
import { pauseCampaignOfAttempt } from "../send/account-hold.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { launchScheduled, scheduleCampaign, unscheduleCampaign } from "./campaign-schedule.ts";
import { cancelCampaign, pauseCampaign, requestLaunch, resumeCampaign } from "./campaign-states.ts";
import { completeCampaigns, freezeNextChunk } from "./launch.ts";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const SOMEBODY = "00000000-0000-7000-8000-000000000001";

const asTenant = (tenantId: string, act: (tx: TenantTransaction) => Promise<unknown>) =>
  fixture.database.asTenant(tenantId, act);

/** Everything that moves a campaign, by the name of the caller. */
const MOVES: Readonly<Record<string, (tenantId: string, id: string, attemptId: string) => Promise<unknown>>> =
  {
    schedule: (tenantId, id) =>
      asTenant(tenantId, (tx) => scheduleCampaign(tx, tenantId, id, SOMEBODY, new Date())),
    unschedule: (tenantId, id) => asTenant(tenantId, (tx) => unscheduleCampaign(tx, tenantId, id)),
    launch: (tenantId, id) => asTenant(tenantId, (tx) => requestLaunch(tx, tenantId, id, SOMEBODY, null)),
    "launch at its hour": () => launchScheduled(fixture.sql),
    "freeze its audience": (_, id) => freezeNextChunk(fixture.sql, id, 1),
    pause: (tenantId, id) => asTenant(tenantId, (tx) => pauseCampaign(tx, tenantId, id)),
    "pause for the carrier": (_, __, attemptId) => pauseCampaignOfAttempt(fixture.sql, attemptId, "Refused"),
    resume: (tenantId, id) => asTenant(tenantId, (tx) => resumeCampaign(tx, tenantId, id)),
    cancel: (tenantId, id) => asTenant(tenantId, (tx) => cancelCampaign(tx, tenantId, id)),
    complete: () => completeCampaigns(fixture.sql),
  };

/** Creates a campaign that sent one message, in a given state. `frozen`: its whole audience is in send jobs. */
async function campaignIn(status: CampaignStatus, frozen: boolean) {
  const { tenantId, campaignId, jobIds } = await fixture.running(1);
  const { messages } = await fixture.claim(tenantId, jobIds);
  const attemptId = messages[0]!.attemptId;
  await fixture.accept([attemptId]);
  await fixture.sql`
    update campaigns set status = ${status}, audience_count = ${frozen ? 1 : 0},
      paused_at = ${status === "paused" ? new Date() : null},
      scheduled_at = ${status === "scheduled" ? new Date(0) : null}
    where id = ${campaignId}`;
  return { tenantId, campaignId, attemptId };
}

test.each(CAMPAIGN_STATUSES)(
  "from %s a campaign moves where the table says, and nowhere else",
  async (from) => {
    const reached = new Set<CampaignStatus>();
    for (const move of Object.values(MOVES)) {
      for (const frozen of [true, false]) {
        const { tenantId, campaignId, attemptId } = await campaignIn(from, frozen);
        await move(tenantId, campaignId, attemptId);
        const [row] = await fixture.sql<{ status: CampaignStatus }[]>`
        select status from campaigns where id = ${campaignId}`;
        if (row!.status !== from) reached.add(row!.status);
      }
    }
    const allowed = CAMPAIGN_STATUSES.filter((to) => campaignStatusesBefore(to).includes(from));
    expect([...reached].sort()).toEqual(allowed.sort());
  },
);
