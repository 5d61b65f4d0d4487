import { expect, test } from "vitest";
import { detailWords } from "./detail-words.ts";

const words = (detail: unknown) => detailWords(detail, new Date("2026-11-30T08:00:00Z"), "en-GB");

test("details leave out what is empty", () => {
  expect(words({ quietHoursOverrideReason: null, tags: [], name: "Sale" })).toBe("name: Sale");
  expect(words({ tags: ["a", "b"], address: "::ffff:127.0.0.1" })).toBe("tags: a, b · address: 127.0.0.1");
  expect(words({ before: {}, after: { operator: 5 } })).toBe("after: (operator: 5)");
  expect(words(null)).toBe("");
});

test("a change says what it was and what it is, and nothing of what stayed", () => {
  const before = { name: "Acme", capPerDay: 3, forwards: false, notSent: 7 };
  const after = { name: "Acme", capPerDay: null, forwards: true, untouched: 1 };
  expect(words({ before, after })).toBe("cap per day: 3 → none · forwards: no → yes");
});

test("a week is shown as people read one", () => {
  const open = { open: "09:00", close: "20:00" };
  const week = (saturday: unknown) => [open, open, open, open, open, saturday, null];
  const detail = { before: { quietHours: week(open) }, after: { quietHours: week(null) } };
  expect(words(detail)).toBe(
    "quiet hours: Mon–Sat 09:00–20:00, Sun no texts → Mon–Fri 09:00–20:00, Sat–Sun no texts",
  );
});

test("a time is shown as elsewhere, and a value with fields without marks of a program", () => {
  expect(words({ scheduledAt: "2026-12-01T09:30:00.000Z" })).toMatch(/^scheduled at: .*1 Dec.*30/);
  const after = { question: "Is it you?", purposes: ["marketing"], limits: { perDay: 5, note: "" } };
  expect(words(after)).toBe("question: Is it you? · purposes: marketing · limits: (per day: 5)");
});

test("names the fields of a contact that were changed as people write them", () => {
  expect(detailWords({ fields: ["firstName", "plan"] })).toBe("fields: first name, plan");
});
