import { describe, expect, test } from "vitest";
import type { MessageFacts, Verdict } from "../gates/gate.ts";
import { evaluate } from "../gates/index.ts";
import type { PreparedMessage } from "../gates/message-facts.ts";
import { compileCampaign, messageFor } from "../gates/message-facts.ts";
import { exampleAllowances, exampleFacts } from "../testing/example.ts";
import { exampleCampaign, exampleCandidate, exampleTenant } from "../testing/example-contact.ts";
import { DEFAULT_SCHEDULE, everyDay } from "../time/quiet-hours.ts";
import { createLint } from "./cost-lint.ts";
import { createForecastGroups } from "./forecast-groups.ts";
import { createTally } from "./tally.ts";

const NOW = new Date("2026-11-23T04:00:00Z");
const HOUR_MS = 3_600_000;
const after = (ms: number) => new Date(NOW.getTime() + ms);
const prepared = (
  changes: Partial<MessageFacts> = {},
  rest: Partial<PreparedMessage> = {},
): PreparedMessage => ({
  facts: exampleFacts({ segments: 1, priceMicros: 100, ...changes }),
  text: "Hello",
  encoding: "GSM-7",
  missing: [],
  refusal: null,
  ...rest,
});
const SEND: Verdict = { kind: "send", senderId: "n", segments: 1, priceMicros: 100 };
const held = (
  until: Date,
  gate: "quiet-hours" | "frequency" = "quiet-hours",
): Verdict & { kind: "hold" } => ({
  kind: "hold",
  gate,
  reason: gate === "frequency" ? "Frequency cap" : "Quiet hours",
  until,
  looked: {},
});
const refused = (reason: "Consent" | "Duplicate" = "Consent"): Verdict => ({
  kind: "drop",
  gate: reason === "Consent" ? "consent" : "frequency",
  reason,
  looked: {},
});
const tally = () => createTally({ viewerZone: "Australia/Perth", now: NOW });

describe("the counts of a preflight", () => {
  test("add up to the audience", () => {
    const counts = tally();
    counts.add(exampleCandidate(), prepared(), SEND);
    counts.add(exampleCandidate(), prepared(), held(after(HOUR_MS)));
    counts.add(exampleCandidate(), prepared(), refused());
    const { audience, now, waits, refused: no } = counts.result();
    expect(audience).toBe(3);
    expect(now).toEqual({ count: 1, costMicros: 100 });
    expect([waits[0]!.count, no[0]!.count]).toEqual([1, 1]);
  });

  test("are known at any time, with people who are alike at once", () => {
    const counts = tally();
    expect(counts.soFar()).toEqual({ audience: 0, now: 0, later: 0, refused: 0 });
    counts.add(exampleCandidate(), prepared(), SEND, 5);
    counts.add(exampleCandidate(), prepared(), held(after(HOUR_MS)), 3);
    counts.add(exampleCandidate(), prepared(), held(after(HOUR_MS), "frequency"));
    counts.add(exampleCandidate(), prepared(), refused(), 2);
    expect(counts.soFar()).toEqual({ audience: 11, now: 5, later: 4, refused: 2 });
  });

  test("have the cost of all that go now or later, and nothing for one without a price", () => {
    const counts = tally();
    counts.add(exampleCandidate(), prepared(), SEND);
    counts.add(exampleCandidate(), prepared({ priceMicros: 30 }), held(after(HOUR_MS)));
    counts.add(exampleCandidate(), prepared({ priceMicros: null }), held(after(HOUR_MS)));
    counts.add(exampleCandidate(), prepared({ priceMicros: 7_000 }), refused());
    expect(counts.result().costMicros).toBe(130);
  });

  test("say when the first and the last of those that wait may go, the largest group first", () => {
    const counts = tally();
    counts.add(exampleCandidate(), prepared(), held(after(HOUR_MS), "frequency"));
    for (const hours of [2, 3, 1]) counts.add(exampleCandidate(), prepared(), held(after(hours * HOUR_MS)));
    expect(counts.result().waits).toEqual([
      {
        gate: "quiet-hours",
        reason: "Quiet hours",
        count: 3,
        costMicros: 300,
        earliest: after(HOUR_MS),
        latest: after(3 * HOUR_MS),
      },
      expect.objectContaining({ gate: "frequency", count: 1 }),
    ]);
  });

  test("say no time for those whose gate nobody knows to open", () => {
    const counts = tally();
    const unknown = { ...held(after(168 * HOUR_MS)), recheck: true } as const;
    counts.add(exampleCandidate(), prepared(), unknown);
    expect(counts.result().waits).toMatchObject([{ count: 1, earliest: null, latest: null }]);
    counts.add(exampleCandidate(), prepared(), held(after(HOUR_MS)));
    counts.add(exampleCandidate(), prepared(), unknown);
    expect(counts.result().waits).toMatchObject([
      { count: 3, earliest: after(HOUR_MS), latest: after(HOUR_MS) },
    ]);
  });

  test("give the first person of each refusal as an example, the largest group first", () => {
    const counts = tally();
    counts.add(exampleCandidate({ contactId: "a" }), prepared(), refused("Duplicate"));
    counts.add(
      exampleCandidate({ contactId: "b", firstName: "Ada", lastName: "King" }),
      prepared(),
      refused(),
    );
    counts.add(exampleCandidate({ contactId: "c" }), prepared(), refused());
    const { refused: no } = counts.result();
    expect(no.map(({ reason, count }) => [reason, count])).toEqual([
      ["Consent", 2],
      ["Duplicate", 1],
    ]);
    expect(no[0]!.example).toEqual({ contactId: "b", sentence: expect.stringContaining("Ada King") });
  });

  test("measure only the texts that go, and name blank merge fields of all", () => {
    const counts = tally();
    counts.add(exampleCandidate(), prepared({ segments: 2 }), SEND);
    counts.add(exampleCandidate({ country: "US" }), prepared({ segments: 3 }, { encoding: "UCS-2" }), SEND);
    counts.add(exampleCandidate({ country: null }), prepared(), held(after(HOUR_MS)));
    const content = { kind: "drop", gate: "content", reason: "Content", looked: {} } as const;
    counts.add(
      exampleCandidate({ country: "GB" }),
      prepared({ segments: 9 }, { missing: ["plan", "city"] }),
      content,
    );
    counts.add(exampleCandidate({ country: "GB" }), prepared({}, { missing: ["plan"] }), content);
    const { segments, missing, countries } = counts.result();
    expect(segments).toEqual({ gsm7: 2, ucs2: 1, total: 6 });
    expect(missing).toEqual([
      { field: "plan", contacts: 2 },
      { field: "city", contacts: 1 },
    ]);
    expect([...countries]).toEqual([
      ["AU", 1],
      ["US", 1],
    ]);
  });
});

describe("the forecast's groups", () => {
  const groupsOf = (...messages: [Partial<MessageFacts>, Exclude<Verdict, { kind: "drop" }>?][]) => {
    const groups = createForecastGroups({ now: NOW, spreadMinutes: null });
    for (const [facts, verdict = SEND as Verdict & { kind: "send" }] of messages) {
      groups.add(exampleFacts(facts), verdict);
    }
    return groups.list();
  };
  const hours = exampleFacts().quietHours;

  test("are of people who are alike in all that decides when a message may go", () => {
    expect(groupsOf([{}], [{}])).toEqual([
      {
        count: 2,
        segments: 2,
        priceMicros: 103_000,
        country: "AU",
        schedules: [DEFAULT_SCHEDULE],
        zones: ["Australia/Perth"],
        opensAt: null,
        expiresAt: null,
      },
    ]);
    const evenings = everyDay("17:00", "20:00");
    const others: Partial<MessageFacts>[] = [
      { segments: 3 },
      { priceMicros: null },
      { phone: { ...exampleFacts().phone, country: null } },
      { quietHours: { ...hours, zones: ["Australia/Sydney"] } },
      { quietHours: { ...hours, schedules: [DEFAULT_SCHEDULE, evenings] } },
    ];
    expect(groupsOf([{}], ...others.map((facts): [Partial<MessageFacts>] => [facts]))).toHaveLength(6);
  });

  test("wait for a full cap until the next quarter of an hour, and not for hours, which the forecast knows", () => {
    const capped = held(after(20 * 60_000), "frequency");
    expect(groupsOf([{}, capped])).toMatchObject([{ opensAt: after(30 * 60_000) }]);
    expect(groupsOf([{}, capped], [{}, held(after(29 * 60_000), "frequency")])).toHaveLength(1);
    expect(groupsOf([{}, held(after(HOUR_MS))])).toMatchObject([{ opensAt: null }]);
  });

  test("are open at any hour where an owner overrides quiet hours", () => {
    const overrideReason = "Storm warning";
    const overridden = groupsOf(
      [{ quietHours: { ...hours, overrideReason } }],
      [{ quietHours: { ...hours, overrideReason, zones: ["Australia/Sydney"] } }],
    );
    expect(overridden).toMatchObject([{ count: 2, zones: ["UTC"] }]);
    expect(overridden[0]!.schedules).toEqual([everyDay("00:00", "24:00")]);
  });
});

describe("a campaign at a local time, or one that is spread", () => {
  const sendTime = (hasPassed: boolean, passed: "skip" | "at-once" = "at-once") => ({
    sendTime: {
      ...{ at: after(2 * HOUR_MS), zone: "Australia/Perth", zones: 1, hasPassed },
      wanted: { date: "2026-11-23", time: "14:00", passed },
    },
  });
  const message = (facts: Partial<MessageFacts>) => ({ ...prepared(), facts: exampleFacts(facts) });
  const hold = (until: Date): Verdict => ({
    ...{ kind: "hold", gate: "send-time", reason: "Send time", until, looked: {} },
  });
  const skipped: Verdict = { kind: "drop", gate: "send-time", reason: "Send time passed", looked: {} };

  test("counts those for whom the time has passed, unless they get nothing anyway", () => {
    const counts = tally();
    counts.add(exampleCandidate(), message(sendTime(true)), SEND, 2);
    counts.add(exampleCandidate(), message(sendTime(true, "skip")), skipped, 3);
    counts.add(exampleCandidate(), message(sendTime(true)), refused(), 4);
    counts.add(exampleCandidate(), message(sendTime(false)), hold(after(HOUR_MS)), 5);
    expect(counts.result()).toMatchObject({ audience: 14, timePassed: 5 });
  });

  test("waits until its time, and until its turn in what it is spread over", () => {
    const counts = createTally({ viewerZone: "Australia/Perth", now: NOW, spreadMinutes: 60 });
    counts.add(exampleCandidate(), prepared(), SEND, 10);
    counts.add(exampleCandidate(), message(sendTime(false)), hold(after(2 * HOUR_MS)), 2);
    counts.add(exampleCandidate(), prepared(), held(after(5 * HOUR_MS)));
    const { now, waits, costMicros, groups } = counts.result();
    expect(now.count).toBe(0);
    expect(costMicros).toBe(waits.reduce((sum, wait) => sum + wait.costMicros, 0));
    expect(waits).toMatchObject([
      { gate: "send-time", count: 12, earliest: NOW, latest: after(3 * HOUR_MS) },
      { gate: "quiet-hours", count: 1, earliest: after(5 * HOUR_MS), latest: after(5 * HOUR_MS) },
    ]);
    expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(13);
    expect(Math.max(...groups.map((group) => group.opensAt!.getTime()))).toBe(after(3 * HOUR_MS).getTime());
  });

  test("is forecast from the later of the local time and a full cap", () => {
    const groups = createForecastGroups({ now: NOW, spreadMinutes: null });
    const facts = exampleFacts(sendTime(false));
    groups.add(facts, hold(after(2 * HOUR_MS)) as Verdict & { kind: "hold" });
    groups.add(exampleFacts({ ...sendTime(false), segments: 3 }), held(after(HOUR_MS), "frequency"));
    groups.add(exampleFacts({ ...sendTime(false), segments: 4 }), held(after(3 * HOUR_MS), "frequency"));
    expect(groups.list()).toMatchObject([
      { opensAt: after(2 * HOUR_MS), waitsFor: "Send time" },
      { opensAt: after(2 * HOUR_MS), waitsFor: "Send time" },
      { opensAt: after(3 * HOUR_MS) },
    ]);
  });
});

describe("what makes texts dearer", () => {
  const rules = exampleCampaign({ body: "Hello {{first_name|there}}" });
  const tenant = exampleTenant();
  const LINK = "https://texts.example.com/o/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
  const lintOf = (...names: string[]) => lintOfText(rules, names);
  const lintOfText = (text: typeof rules, names: readonly string[]) => {
    const campaign = compileCampaign(text);
    const lint = createLint(LINK);
    for (const firstName of names) {
      const person = exampleCandidate({ firstName, optOutLink: LINK });
      const { encoding, facts } = messageFor(person, campaign, tenant);
      lint.add(campaign, person, person.country, { encoding, segments: facts.segments });
    }
    return lint.result();
  };

  test("is a value outside GSM-7, or one that is too long for the plain text's segments", () => {
    const { ucs2, longer } = lintOf("Ada", "Łucja", "A".repeat(170));
    expect(ucs2).toMatchObject({ people: 1, offenders: [expect.objectContaining({ value: "Łucja" })] });
    expect(longer).toMatchObject({ people: 1, extraSegments: 1 });
  });

  test("is never the opt-out link, which is as long for everyone", () => {
    const linked = exampleCampaign({ body: `${"x".repeat(90)} {{first_name}} {{opt_out_link}}` });
    const { longer } = lintOfText(linked, ["Ada", "Bartholomew"]);
    expect(longer).toMatchObject({
      people: 1,
      offenders: [expect.objectContaining({ field: "first_name" })],
    });
  });

  test("names eight values at most", () => {
    const names = Array.from({ length: 12 }, (_, at) => `Łucja ${"abcdefghijkl"[at]}`);
    const { ucs2 } = lintOf(...names);
    expect(ucs2.people).toBe(12);
    expect(ucs2.offenders).toHaveLength(8);
  });
});

test("the gates' own verdicts are what is added up", () => {
  const counts = tally();
  const message = prepared();
  counts.add(exampleCandidate(), message, evaluate(message.facts, exampleAllowances(), NOW));
  expect(counts.result().now.count).toBe(1);
});
