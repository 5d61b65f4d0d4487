import { expect, test } from "vitest";
import { rowConsentTerms } from "./imported.ts";
import { recordDate } from "./record-date.ts";

test("evidence columns say when, how and to what a person agreed", () => {
  expect(
    rowConsentTerms(
      { "SMS consent date": "2026-03-04", "Consent source": "Checkout", Disclosure: "I agree…" },
      null,
    ),
  ).toEqual({ at: "2026-03-04T00:00:00.000Z", how: "Consent source: Checkout", wording: "I agree…" });
  expect(rowConsentTerms({ OPTIN_TIME: "2026-03-04 10:30:00" }, null)).toEqual({
    at: "2026-03-04T10:30:00.000Z",
  });
  expect(rowConsentTerms({ "Signup form URL": "https://acme.example/join" }, null)).toEqual({
    how: "Signup form URL: https://acme.example/join",
  });
});

test("the first column of a kind counts, and a value that says nothing dates nothing", () => {
  expect(rowConsentTerms({ "Consent date": "2026-03-04", "Opt-in date": "2020-01-01" }, null)).toEqual({
    at: "2026-03-04T00:00:00.000Z",
  });
  expect(rowConsentTerms({ "Consent date": "last spring" }, null)).toBeNull();
  expect(rowConsentTerms({ "Opt-in IP": "192.0.2.1" }, null)).toBeNull();
  expect(rowConsentTerms({}, null)).toBeNull();
});

test("an event has its day", () => {
  expect(rowConsentTerms({}, "2026-03-04")).toEqual({ eventAt: "2026-03-04T00:00:00.000Z" });
  expect(rowConsentTerms({}, "unknown")).toBeNull();
});

test("thousands of different headings don't fill the memory", () => {
  for (let n = 0; n < 1_200; n++) rowConsentTerms({ [`Consent source ${n}`]: "Form" }, null);
  expect(rowConsentTerms({ "Consent source 3": "Form" }, null)).toEqual({ how: "Consent source 3: Form" });
});

test.each([
  ["2026-03-04", "2026-03-04T00:00:00.000Z"],
  ["2026/3/4", "2026-03-04T00:00:00.000Z"],
  ["2026-03-04T10:30:05Z", "2026-03-04T10:30:05.000Z"],
  ["2026-03-04 10:30:05.123 UTC", "2026-03-04T10:30:05.000Z"],
  ["2026-03-04T10:30+11:00", "2026-03-03T23:30:00.000Z"],
  ["2026-03-04T10:30:00-0500", "2026-03-04T15:30:00.000Z"],
  ["25/12/2025", "2025-12-25T00:00:00.000Z"],
  ["12/25/2025 09:00", "2025-12-25T00:00:00.000Z"],
  ["04.03.2026", "2026-03-04T00:00:00.000Z"],
  ["13.12.2025", "2025-12-13T00:00:00.000Z"],
  ["4 March 2026", "2026-03-04T00:00:00.000Z"],
  ["4th Mar 2026", "2026-03-04T00:00:00.000Z"],
  ["March 4, 2026", "2026-03-04T00:00:00.000Z"],
  ["Mar 4 2026 at noon", "2026-03-04T00:00:00.000Z"],
  ["1767225600", "2026-01-01T00:00:00.000Z"],
  ["1767225600000", "2026-01-01T00:00:00.000Z"],
])("reads %s", (cell, at) => {
  expect(recordDate(cell)?.toISOString()).toBe(at);
});

test("a date with two readings is the earlier one", () => {
  expect(recordDate("03/04/2026")?.toISOString()).toBe("2026-03-04T00:00:00.000Z");
  expect(recordDate("04/03/2026")?.toISOString()).toBe("2026-03-04T00:00:00.000Z");
});

test.each([
  "",
  "soon",
  "2026-13-01",
  "31.02.2026",
  "32/13/2026",
  "4 Foo 2026",
  "Foo 4, 2026",
  "1850-01-01",
  "45000",
])("%s is no date", (cell) => {
  expect(recordDate(cell)).toBeNull();
});
