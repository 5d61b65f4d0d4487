import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedFields } from "./changed-fields.ts";
import { type ContactValues, type Json, type LoggedChange, undoChange } from "./undo-change.ts";

const given = (how: string, basis = "express") => ({ how, basis, at: "2026-11-01T00:00:00.000Z" });
const consent = (basis: string, entries: readonly Json[] | null, refused?: readonly string[]) => ({
  ...{ consent_basis: basis, consent_at: "2026-11-01T00:00:00", consent_expires_at: null },
  consent_summary: entries === null ? null : { given: entries, ...(refused && { refused }) },
});
const NOW = "2026-11-30T00:00:00";
const BEFORE: ContactValues = {
  ...{ first_name: "Ann", email: null, custom: { size: "1" }, tags: ["a"] },
  ...{ timezone: null, timezone_source: "unknown", last_import_id: "old", updated_at: "2026-01-01T00:00:00" },
  ...consent("inferred", [given("old", "inferred")]),
};
const AFTER: ContactValues = {
  ...{ first_name: "Anna", email: "a@example.com", custom: { size: "2", pet: "cat" }, tags: ["a", "b"] },
  ...{ timezone: "Australia/Perth", timezone_source: "state", updated_at: "2026-11-01T00:00:00" },
  ...consent("express", [given("old", "inferred"), given("new")]),
};
const LEFT: ContactValues = { ...AFTER, last_import_id: "this", city: "Perth" };

const undo = (current: ContactValues = {}, also: Partial<LoggedChange> = {}) =>
  undoChange({
    ...{ importId: "this", before: BEFORE, after: AFTER, current: { ...LEFT, ...current } },
    ...{ endedConsents: [given("new")], undoneConsents: [given("new")], now: NOW, ...also },
  });

describe("undoing a change", () => {
  it("brings back every value and the time, if nobody touched the contact", () => {
    expect(undo()).toEqual({ values: BEFORE, isRestored: true, kept: [] });
  });

  it("keeps each field that changed since, and the import as the contact's last", () => {
    const { values, kept } = undo({
      ...{ first_name: "Hand", timezone: "Asia/Tokyo", custom: { size: "3", pet: "cat", more: "x" } },
      ...{ updated_at: "2026-11-20T00:00:00", ...consent("express", [given("phone")]) },
    });
    expect(kept).toEqual(["first_name", "zone", "custom.size", "consent"]);
    expect(values).toEqual({ email: null, custom: { size: "3", more: "x" }, tags: ["a"], updated_at: NOW });
  });

  it("takes only the import's tags, and leaves those that came or went since", () => {
    expect(undo({ tags: ["b", "mine"] }).values.tags).toEqual(["mine"]);
    expect(undo({ tags: ["a"] }).values).not.toHaveProperty("tags");
  });

  it("changes nothing the second time", () => {
    expect(undo({ ...BEFORE, last_import_id: "this" }, { endedConsents: [] })).toEqual({
      ...{ values: { last_import_id: "old", updated_at: NOW }, isRestored: false, kept: [] },
    });
  });

  it("leaves a contact that a later import had, but ends the consent", () => {
    expect(undo({ last_import_id: "later" })).toEqual({
      values: {
        ...{ consent_summary: { given: [given("old", "inferred")] }, consent_basis: "inferred" },
        updated_at: NOW,
      },
      ...{ isRestored: false, kept: ["newer-import"] },
    });
    const only = { before: { last_import_id: "old" }, after: {}, endedConsents: [] };
    expect(undo({ last_import_id: "later" }, only)).toEqual({ values: {}, isRestored: false, kept: [] });
  });

  it("ends the consent of a contact that stays, down to none", () => {
    const nothing = { before: {}, after: {} };
    expect(undo(consent("express", [given("new")]), nothing).values).toEqual({
      ...{ consent_summary: { given: [] }, consent_basis: "unknown", updated_at: AFTER.updated_at },
    });
    expect(undo(consent("withdrawn", [given("new")]), nothing).values).toMatchObject({
      consent_basis: "withdrawn",
    });
    expect(undo(consent("unknown", [given("new")]), nothing).values).toMatchObject({
      consent_basis: "unknown",
    });
  });

  it("doesn't count an undone newer import as a change, but a withdrawal by a member", () => {
    const after = { ...AFTER, ...consent("express", [given("new")]) };
    const ended = consent("unknown", []);
    expect(undo(ended, { after }).values).toEqual(BEFORE);
    expect(undo(ended, { after, undoneConsents: [] }).kept).toEqual(["consent"]);
  });

  it("keeps what the person refused, whatever the log says", () => {
    const refused = ["marketing"];
    const after = { ...AFTER, ...consent("express", [given("new")], refused) };
    const { values } = undo(consent("express", [given("new")], refused), { after });
    expect(values.consent_summary).toEqual({ given: [given("old", "inferred")], refused });
    const before = { ...BEFORE, ...consent("unknown", null) };
    expect(undo({}, { before }).values.consent_summary).toBeNull();
  });

  it("writes the time of the undo where the log has none", () => {
    const { updated_at: _, ...after } = AFTER;
    const { updated_at: __, ...current } = LEFT;
    const { updated_at: ___, ...before } = BEFORE;
    expect(undoChange({ ...base, before, after, current }).values.updated_at).toBe(NOW);
    expect(undoChange({ ...base, before, after: AFTER, current: LEFT }).values.updated_at).toBe(NOW);
  });
});

const base = { importId: "this", endedConsents: [], undoneConsents: [], now: NOW };

it("never gives consent to somebody who withdrew, nor takes a refusal away", () => {
  const entries = fc.subarray([given("old", "inferred"), given("new"), given("phone", "transactional")]);
  const state = fc
    .record({
      basis: fc.constantFrom("express", "inferred", "transactional", "unknown", "withdrawn"),
      entries: fc.option(entries),
      refused: fc.subarray(["marketing", "marketing:Offers"]),
    })
    .map(({ basis, entries: list, refused }) => consent(basis, list, refused));
  fc.assert(
    fc.property(state, state, state, entries, entries, (was, became, is, ended, undone) => {
      // An import keeps a withdrawal and what was refused.
      const refusedOf = (one: typeof is) =>
        (one.consent_summary as { refused?: string[] } | null)?.refused ?? [];
      fc.pre(was.consent_basis !== "withdrawn" || became.consent_basis === "withdrawn");
      fc.pre(became.consent_basis !== "withdrawn" || was.consent_basis === "withdrawn");
      const current = { ...LEFT, ...is };
      const change = { importId: "this", current, endedConsents: ended, undoneConsents: undone, now: NOW };
      const { values } = undoChange({
        ...change,
        before: { ...BEFORE, ...was },
        after: { ...AFTER, ...became },
      });
      const result = { ...current, ...values } as typeof is;
      if (is.consent_basis === "withdrawn") expect(result.consent_basis).toBe("withdrawn");
      if (is.consent_summary !== null) expect(refusedOf(result)).toEqual(refusedOf(is));
      const left = (result.consent_summary as { given?: Json[] } | null)?.given ?? [];
      for (const one of ended) expect(left).not.toContainEqual(one);
    }),
    { numRuns: 2_000 },
  );
});

it("says which fields differ, as a member reads them", () => {
  expect(changedFields(BEFORE, AFTER)).toEqual([
    { name: "first_name", before: "Ann", after: "Anna" },
    { name: "email", before: null, after: "a@example.com" },
    { name: "timezone", before: null, after: "Australia/Perth" },
    { name: "tags", before: "a", after: "a, b" },
    { name: "consent_basis", before: "inferred", after: "express" },
    { name: "custom.size", before: "1", after: "2" },
    { name: "custom.pet", before: null, after: "cat" },
  ]);
  expect(changedFields({}, {})).toEqual([]);
});
