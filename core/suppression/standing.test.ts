import { expect, test } from "vitest";
import type { ConsentFacts } from "../consent/terms.ts";
import {
  listsFor,
  type SuppressedMessage,
  type SuppressionFacts,
  type SuppressionList,
  suppressionStanding,
} from "./standing.ts";

const NOW = new Date("2026-11-29T12:00:00Z");
const list = (more: Partial<SuppressionList> = {}): SuppressionList => ({
  ...{ id: "1", name: "Federal list", register: "US-FTC", country: "US", downloadedOn: "2026-11-20" },
  ...{ expiresAt: new Date("2026-12-21T00:00:00Z"), afterExpiry: "hold" },
  ...more,
});
const written: ConsentFacts = {
  ...{ basis: "express", expiresAt: null },
  evidence: { kind: "Form", at: NOW, wording: true },
};
const spoken: ConsentFacts = { ...written, evidence: { kind: "Call", at: NOW } };
const ask = (
  facts: Partial<SuppressionFacts>,
  { countries = ["US"], ...message }: Partial<SuppressedMessage> = {},
) =>
  suppressionStanding(
    { listed: [], covering: [], ...facts },
    { purpose: "marketing", topic: null, consents: [], countries, ...message },
    NOW,
  ).kind;

test("a person on no list, and one whose lists are current, passes", () => {
  expect(ask({})).toBe("pass");
  expect(ask({ covering: [list(), list({ expiresAt: null })] })).toBe("pass");
});

test("an entry stops marketing, and never a reminder", () => {
  expect(ask({ listed: [list()] })).toBe("listed");
  for (const purpose of ["transactional", "service", "emergency"] as const)
    expect(ask({ listed: [list()] }, { purpose })).toBe("pass");
});

test("a consent overrides an entry as far as the register's own rule says", () => {
  expect(ask({ listed: [list()] }, { consents: [spoken] })).toBe("listed");
  expect(ask({ listed: [list()] }, { consents: [{ ...written, basis: "inferred" }] })).toBe("listed");
  expect(ask({ listed: [list()] }, { consents: [written] })).toBe("pass");
  expect(ask({ listed: [list()] }, { consents: [{ ...written, topics: ["Events"] }] })).toBe("listed");
  expect(ask({ listed: [list()] }, { consents: [{ ...written, expiresAt: NOW }] })).toBe("listed");
  const robinson = list({ register: "ES-ROBINSON", country: "ES" });
  expect(ask({ listed: [robinson] }, { consents: [spoken], countries: ["ES"] })).toBe("pass");
  expect(ask({ listed: [list({ register: "OTHER" })] }, { consents: [written] })).toBe("listed");
  // Another list of the same person still stops it.
  expect(ask({ listed: [list(), list({ register: "US-TX" })] }, { consents: [written] })).toBe("listed");
});

test("an expired list holds marketing unless the tenant chose to go on, or a consent makes the list unnecessary", () => {
  const expired = list({ expiresAt: NOW });
  expect(ask({ covering: [expired] })).toBe("expired");
  expect(ask({ covering: [list({ expiresAt: new Date(NOW.getTime() + 1) })] })).toBe("pass");
  expect(ask({ covering: [{ ...expired, afterExpiry: "warn" }] })).toBe("pass");
  expect(ask({ covering: [expired] }, { consents: [written] })).toBe("pass");
  expect(ask({ covering: [expired] }, { purpose: "service" })).toBe("pass");
  expect(ask({ covering: [expired], listed: [expired] })).toBe("listed");
});

test("a list covers its country, and that of a state only the state or where the state is not known", () => {
  const lists = [list(), list({ id: "2", register: "US-TX" })];
  const covering = (places: { country: string; region: string | null }[]) =>
    listsFor(lists, places).map(({ id }) => id);
  expect(covering([{ country: "CA", region: null }])).toEqual([]);
  expect(covering([{ country: "US", region: "TX" }])).toEqual(["1", "2"]);
  expect(covering([{ country: "US", region: "NY" }])).toEqual(["1"]);
  expect(covering([{ country: "US", region: null }])).toEqual(["1", "2"]);
  expect(listsFor([list({ register: "XX-GONE" })], [{ country: "US", region: "NY" }])).toHaveLength(1);
  expect(listsFor([], [{ country: "US", region: null }])).toEqual([]);
});
