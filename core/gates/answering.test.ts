import { expect, test } from "vitest";
import { exampleAllowances, exampleFacts } from "../testing/example.ts";
import { answerableUntil, answersConversation } from "./answering.ts";
import { consent } from "./consent.ts";
import { frequency } from "./frequency.ts";
import { evaluate, type MessageFacts } from "./index.ts";
import { quietHours } from "./quiet-hours.ts";

/** 21:40 in Perth. */
const NIGHT = new Date("2026-11-23T13:40:00Z");
const before = (minutes: number) => new Date(NIGHT.getTime() - minutes * 60_000);
const WEEK = 7 * 24 * 60;

const reply = (minutesAgo: number | null, changes: Partial<MessageFacts> = {}): MessageFacts =>
  exampleFacts({
    purpose: "transactional",
    answering: minutesAgo === null ? null : { wroteAt: before(minutesAgo) },
    ...changes,
  });

test("an answer within an hour goes at night, a later one waits for the morning", () => {
  expect(answerableUntil(reply(0), NIGHT)).toEqual(new Date("2026-11-23T14:40:00Z"));
  expect(answerableUntil(reply(59), NIGHT)).toEqual(new Date("2026-11-23T13:41:00Z"));
  for (const none of [reply(60), reply(61), reply(null), exampleFacts(), reply(-1)]) {
    expect(answerableUntil(none, NIGHT)).toBeNull();
  }
  expect(quietHours(reply(59), NIGHT)).toEqual({ kind: "pass" });
  const late = { kind: "hold", reason: "Quiet hours", until: new Date("2026-11-24T01:00:00Z") };
  for (const none of [reply(60), reply(null), reply(-1)]) expect(quietHours(none, NIGHT)).toMatchObject(late);
});

test("a conversation lasts a week from the person's last message", () => {
  expect([0, 1, WEEK - 1].map((minutes) => answersConversation(reply(minutes), NIGHT))).toEqual([
    true,
    true,
    true,
  ]);
  const none = [reply(WEEK), reply(WEEK + 1), reply(-1), reply(null), exampleFacts()];
  expect(none.map((facts) => answersConversation(facts, NIGHT))).toEqual(none.map(() => false));
});

test("a person who writes to us may be answered without other consent", () => {
  const unknown = { consents: [{ basis: "unknown", expiresAt: null }] } as const;
  const expired = { consents: [{ basis: "express", expiresAt: before(1) }] } as const;
  const nothing = { consents: [] };
  for (const footing of [unknown, expired, nothing]) {
    expect(consent(reply(5, footing), NIGHT)).toEqual({ kind: "pass" });
    expect(consent(reply(WEEK, footing), NIGHT)).toMatchObject({ kind: "drop", reason: "Consent" });
    expect(consent(reply(null, footing), NIGHT)).toMatchObject({ kind: "drop", reason: "Consent" });
  }
  const withdrawn = { consents: [{ basis: "withdrawn", expiresAt: null }] } as const;
  expect(consent(reply(5, withdrawn), NIGHT)).toMatchObject({ kind: "drop", looked: { fault: "withdrawn" } });
});

test("no cap holds an answer, but nobody gets the same one twice", () => {
  const full = { alreadyInCampaign: false, recentSubmissions: [before(1)], perDay: 1, perWeek: 1 };
  expect(frequency(reply(5, { frequency: full }), NIGHT)).toEqual({ kind: "pass" });
  expect(frequency(reply(WEEK, { frequency: full }), NIGHT)).toMatchObject({ reason: "Frequency cap" });
  const twice = { ...full, alreadyInCampaign: true };
  expect(frequency(reply(5, { frequency: twice }), NIGHT)).toMatchObject({ reason: "Duplicate" });
});

test("an opt-out, a pause and an empty budget stop an answer like any message", () => {
  const out = reply(1, { doNotContact: { since: before(1), source: "reply" } });
  expect(evaluate(out, exampleAllowances(), NIGHT)).toMatchObject({ gate: "do-not-contact" });
  const paused = reply(1, { killSwitch: { tenantPausedAt: before(1), campaignPausedAt: null } });
  expect(evaluate(paused, exampleAllowances(), NIGHT)).toMatchObject({ gate: "kill-switch" });
  const broke = exampleAllowances({ budget: { ...exampleAllowances().budget, dailyLeftMicros: 0 } });
  expect(evaluate(reply(1), broke, NIGHT)).toMatchObject({ gate: "budget" });
  expect(evaluate(reply(1), exampleAllowances(), NIGHT)).toMatchObject({ kind: "send" });
});
