import { describe, expect, test } from "vitest";
import { compileCampaign, messageFor } from "../gates/message-facts.ts";
import { sendTime } from "../gates/times/send-time.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../testing/example-contact.ts";
import { freezeTimes, isTimed } from "./freeze-times.ts";

const LAUNCHED = new Date("2026-11-24T00:00:00Z");
const nine = (passed: "next-day" | "skip" | "at-once") => ({ date: "2026-11-24", time: "09:00", passed });
const person = (timezone: string, contactId = timezone) =>
  exampleCandidate({ timezone, contactId, timezoneSource: "stated" });
const PERTH = person("Australia/Perth");
const SYDNEY = person("Australia/Sydney");
const campaign = (localTime: ReturnType<typeof nine> | null, spreadMinutes: number | null = null) => ({
  ...{ id: "campaign", launchedAt: LAUNCHED, localTime, spreadMinutes },
});
const untilOf = (...given: Parameters<typeof campaign>) => {
  const holds = freezeTimes([PERTH, SYDNEY], campaign(...given), exampleTenant());
  return [PERTH, SYDNEY].map(({ contactId }) => holds.get(contactId)?.until.toISOString().slice(0, 16));
};

describe("at the launch", () => {
  test("each message gets the time of its recipient", () => {
    expect(untilOf(nine("next-day"))).toEqual(["2026-11-24T01:00", "2026-11-24T22:00"]);
    expect(untilOf(nine("at-once"))).toEqual(["2026-11-24T01:00", undefined]);
    expect(untilOf(nine("skip"))).toEqual(["2026-11-24T01:00", undefined]);
    expect(untilOf(null)).toEqual([undefined, undefined]);
  });

  test("the hold is the gate's own, as the claim would write it", () => {
    const holds = freezeTimes([PERTH], campaign(nine("skip")), exampleTenant());
    const rules = { ...exampleCampaign(), localTime: nine("skip"), launchedAt: LAUNCHED };
    const { facts } = messageFor(PERTH, compileCampaign(rules), exampleTenant());
    expect(holds.get(PERTH.contactId)).toEqual({
      ...sendTime(facts, LAUNCHED),
      ...{ gate: "send-time", at: LAUNCHED, askedAlone: true },
    });
  });

  test("a spread starts at the local time, or at the launch", () => {
    const [perth, sydney] = untilOf(nine("at-once"), 60);
    expect(perth! > "2026-11-24T01:00" && perth! < "2026-11-24T02:00").toBe(true);
    expect(sydney! > "2026-11-24T00:00" && sydney! < "2026-11-24T01:00").toBe(true);
    const holds = freezeTimes([PERTH, SYDNEY], campaign(nine("at-once"), 60), exampleTenant());
    expect(holds.get(PERTH.contactId)!.looked).toMatchObject({ wantedTime: "09:00", spreadMinutes: 60 });
    expect(holds.get(SYDNEY.contactId)!.looked).toEqual({ spreadMinutes: 60 });
    expect(untilOf(nine("skip"), 60)[1]).toBeUndefined();
  });

  test("an ordinary campaign has no times", () => {
    expect([campaign(null), campaign(null, 5), campaign(nine("skip")), {}].map(isTimed)).toEqual([
      ...[false, true, true, false],
    ]);
  });
});
