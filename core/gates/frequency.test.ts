import { expect, test } from "vitest";
import { EXAMPLE_NOW as now } from "../testing/example.ts";
import { frequency } from "./frequency.ts";
import type { MessageFacts } from "./gate.ts";

const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);
const ahead = (hours: number) => ago(-hours);

function ask(facts: Partial<MessageFacts["frequency"]>, expiresAt: Date | null = null) {
  const none = { alreadyInCampaign: false, recentSubmissions: [], perDay: null, perWeek: null };
  return frequency({ frequency: { ...none, ...facts }, expiry: { expiresAt } }, now);
}

test("passes without caps, and below them", () => {
  expect(ask({ recentSubmissions: [ago(1), ago(2)] })).toEqual({ kind: "pass" });
  expect(ask({ recentSubmissions: [ago(1)], perDay: 2, perWeek: 2 })).toEqual({ kind: "pass" });
});

test("the law's cap holds without any of the tenant's, and names its rule", () => {
  const law = { perDay: 3, rule: "US-OR" };
  const three = [ago(1), ago(2), ago(20)];
  expect(ask({ recentSubmissions: three, law })).toEqual({
    kind: "hold",
    reason: "Frequency cap",
    until: ahead(4),
    looked: { perDay: null, perWeek: null, recent: 3, law: "US-OR", lawPerDay: 3 },
  });
  expect(ask({ recentSubmissions: three.slice(1), law })).toEqual({ kind: "pass" });
});

test("a looser cap of the tenant does not loosen the law's, a stricter one holds longer", () => {
  const law = { perDay: 3, rule: "US-OR" };
  const three = [ago(1), ago(2), ago(20)];
  expect(ask({ recentSubmissions: three, perDay: 10, law })).toMatchObject({ until: ahead(4) });
  const stricter = ask({ recentSubmissions: three, perDay: 1, law });
  expect(stricter).toMatchObject({ until: ahead(23), looked: { perDay: 1 } });
  expect(stricter).not.toHaveProperty("looked.law");
});

test("refuses a second message of one campaign to one number", () => {
  expect(ask({ alreadyInCampaign: true })).toEqual({
    kind: "drop",
    reason: "Duplicate",
    looked: { alreadyInCampaign: true },
  });
});

test("refuses a number whose person is texted on another", () => {
  expect(ask({ mergedInto: "an id" })).toEqual({
    kind: "drop",
    reason: "Duplicate",
    looked: { mergedInto: "an id" },
  });
});

test("a full day opens 24 hours after the message that filled it, to the millisecond", () => {
  expect(ask({ recentSubmissions: [ago(20)], perDay: 1 })).toEqual({
    kind: "hold",
    reason: "Frequency cap",
    until: ahead(4),
    looked: { perDay: 1, perWeek: null, recent: 1 },
  });
  expect(ask({ recentSubmissions: [ago(24)], perDay: 1 })).toEqual({ kind: "pass" });
});

test("with several in the day the oldest counted one must leave the window", () => {
  expect(ask({ recentSubmissions: [ago(1), ago(5), ago(30)], perDay: 2 })).toMatchObject({
    until: ahead(19),
  });
});

test("the order of the submissions does not matter", () => {
  expect(ask({ recentSubmissions: [ago(30), ago(5), ago(1)], perDay: 2 })).toMatchObject({
    until: ahead(19),
  });
  expect(ask({ recentSubmissions: [ago(5), ago(30), ago(1)], perDay: 2 })).toMatchObject({
    until: ahead(19),
  });
  expect(ask({ recentSubmissions: [ago(1), ago(30), ago(5)], perDay: 2 })).toMatchObject({
    until: ahead(19),
  });
});

test("both caps must be open", () => {
  const recentSubmissions = [ago(20), ago(100)];
  expect(ask({ recentSubmissions, perDay: 1, perWeek: 2 })).toMatchObject({ until: ahead(68) });
  expect(ask({ recentSubmissions, perDay: 1, perWeek: 3 })).toMatchObject({ until: ahead(4) });
});

test("is refused when the cap opens only at or after the expiry", () => {
  const full = { recentSubmissions: [ago(20)], perDay: 1 };
  expect(ask(full, ahead(4))).toMatchObject({ kind: "drop", reason: "Frequency cap" });
  expect(ask(full, new Date(ahead(4).getTime() + 1))).toMatchObject({ kind: "hold" });
});

test("a cap of zero never opens", () => {
  expect(ask({ perDay: 0 })).toMatchObject({ kind: "drop", reason: "Frequency cap" });
  expect(ask({ perWeek: 0 }, ahead(1))).toMatchObject({ kind: "drop", reason: "Frequency cap" });
});
