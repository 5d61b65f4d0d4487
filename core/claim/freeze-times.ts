import { spreadOffsetMs } from "../campaigns/timing/local-time.ts";
import type { Hold } from "../gates/gate.ts";
import {
  type CampaignRules,
  locationOf,
  sendTimeFacts,
  type TenantRules,
  type ZonedPerson,
} from "../gates/message-facts.ts";
import { sendTime } from "../gates/times/send-time.ts";

/** A campaign whose messages wait for a time of their own, as it was launched. */
export type TimedCampaign = Pick<CampaignRules, "localTime" | "spreadMinutes"> & {
  id: string;
  launchedAt: Date;
};

/**
 * The first hold of a message that has to wait, as its row stores it. `askedAlone`: no other gate was asked, because a claim
 * asks all of them when the time has come.
 */
export type FirstHold = Pick<Hold, "kind" | "reason" | "until" | "looked"> & {
  gate: "send-time";
  at: Date;
  askedAlone: true;
  /** How much of the wait is its place in a spread, in milliseconds. Absent: it is not spread. */
  offsetMs?: number;
};

/** Whether the messages of a campaign have times of their own. */
export function isTimed({
  localTime,
  spreadMinutes,
}: Pick<TimedCampaign, "localTime" | "spreadMinutes">): boolean {
  return Boolean(localTime) || Boolean(spreadMinutes);
}

/**
 * Returns the first hold of each person's message, by contact: until the local time that the gate demands, and then until
 * its turn in a campaign that is spread. Who is not in it goes at once, or is refused at once by the gate.
 */
export function freezeTimes(
  people: readonly (ZonedPerson & { contactId: string })[],
  campaign: TimedCampaign,
  tenant: Pick<TenantRules, "timezone" | "country" | "trustTenantZone" | "book">,
): ReadonlyMap<string, FirstHold> {
  const { id, launchedAt, spreadMinutes } = campaign;
  const holds = new Map<string, FirstHold>();
  for (const person of people) {
    const answer = sendTime(sendTimeFacts(campaign, locationOf(person, tenant).zones), launchedAt);
    if (answer.kind === "drop") continue;
    const offsetMs = spreadMinutes ? spreadOffsetMs(id, person.contactId, spreadMinutes) : 0;
    const until = new Date((answer.kind === "hold" ? answer.until : launchedAt).getTime() + offsetMs);
    if (until <= launchedAt) continue;
    const looked = {
      ...(answer.kind === "hold" && answer.looked),
      ...(spreadMinutes && { spreadMinutes }),
    };
    holds.set(person.contactId, {
      ...{ kind: "hold", gate: "send-time", reason: "Send time" },
      ...{ until, looked, at: launchedAt, askedAlone: true },
      ...(spreadMinutes && { offsetMs }),
    });
  }
  return holds;
}
