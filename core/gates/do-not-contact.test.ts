import { expect, test } from "vitest";
import { CONFIRMATION_MINUTES, doNotContact } from "./do-not-contact.ts";

const NOW = new Date("2026-11-28T12:00:00Z");

test("passes a person who is not on the list", () => {
  expect(doNotContact({ doNotContact: null }, NOW)).toEqual({ kind: "pass" });
});

test("refuses a listed person, for ever", () => {
  const since = new Date("1999-01-01T00:00:00Z");
  expect(doNotContact({ doNotContact: { since, source: "STOP" } }, NOW)).toEqual({
    kind: "drop",
    reason: "Do not contact",
    looked: { since: since.toISOString(), source: "STOP" },
  });
});

const list = {
  ...{ id: "7", name: "Federal list", register: "US-FTC", country: "US", downloadedOn: "2026-10-01" },
  ...{ expiresAt: new Date("2026-11-01T00:00:00Z"), afterExpiry: "hold" as const },
};
const facts = {
  ...{ doNotContact: null, consents: [] },
  phone: { e164: "+12025550100", country: "US", lineType: "MOBILE", invalidReason: null },
};
const named = { source: "suppression-list", listId: "7", list: "Federal list", register: "US-FTC" };

test("refuses marketing to a person on a suppression list, and names the list and its day", () => {
  expect(doNotContact({ ...facts, suppression: { listed: [list], covering: [] } }, NOW)).toEqual({
    kind: "drop",
    reason: "Do not contact",
    looked: { ...named, country: "US", downloadedOn: "2026-10-01" },
  });
  const reminder = {
    ...facts,
    purpose: "service",
    suppression: { listed: [list], covering: [list] },
  } as const;
  expect(doNotContact(reminder, NOW)).toEqual({ kind: "pass" });
});

test("holds marketing while the list that covers the person has expired", () => {
  expect(doNotContact({ ...facts, suppression: { listed: [], covering: [list] } }, NOW)).toMatchObject({
    ...{ kind: "hold", reason: "List expired", recheck: true },
    looked: { ...named, expiresAt: "2026-11-01T00:00:00.000Z" },
  });
});

test("a person's own STOP is named first", () => {
  const suppression = { listed: [list], covering: [] };
  expect(
    doNotContact({ ...facts, suppression, doNotContact: { since: NOW, source: "reply" } }, NOW),
  ).toMatchObject({ looked: { source: "reply" } });
  expect(doNotContact({ doNotContact: null, suppression: { listed: [], covering: [] } }, NOW)).toEqual({
    kind: "pass",
  });
});

const SAID_AT = new Date("2026-11-28T11:58:00Z");
const LIMIT_MS = CONFIRMATION_MINUTES * 60_000;
const later = (ms: number) => new Date(SAID_AT.getTime() + ms);
const theirs = { since: SAID_AT, source: "reply" };

test.each([
  ["at once", 0, { kind: "pass" }],
  ["a moment before five minutes are over", LIMIT_MS - 1, { kind: "pass" }],
  ["after five minutes", LIMIT_MS, { kind: "drop", reason: "Expired", looked: { fault: "too-late" } }],
  ["before it was said", -1, { kind: "drop", reason: "Expired", looked: { fault: "too-late" } }],
])("the confirmation of an opt-out goes within five minutes of it: %s", (_, ms, answer) => {
  expect(doNotContact({ doNotContact: theirs, confirmsOptOutOf: SAID_AT }, later(ms))).toMatchObject(answer);
});

test.each([
  ["an operator's", { since: SAID_AT, source: "operator" }],
  ["a file's", { since: SAID_AT, source: "import" }],
  ["the carrier's", { since: SAID_AT, source: "carrier" }],
  ["a later one of theirs", { since: later(1), source: "reply" }],
  ["an earlier one of theirs", { since: later(-1), source: "reply" }],
])("a confirmation passes no other entry: %s", (_, entry) => {
  expect(doNotContact({ doNotContact: entry, confirmsOptOutOf: SAID_AT }, later(10))).toMatchObject({
    kind: "drop",
    reason: "Do not contact",
  });
});

test("a confirmation does not go to a person who has lifted the opt-out", () => {
  expect(doNotContact({ doNotContact: null, confirmsOptOutOf: SAID_AT }, later(10))).toMatchObject({
    kind: "drop",
    reason: "Expired",
    looked: { fault: "taken-back" },
  });
});
