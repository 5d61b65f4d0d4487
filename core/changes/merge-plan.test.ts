import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planMerge } from "./merge-plan.ts";
import type { ContactValues } from "./undo-change.ts";

const contact = (values: ContactValues = {}): ContactValues => ({
  ...{ first_name: "Mia", last_name: null, email: null, city: null, state: null, postcode: null },
  ...{ address_country: null, custom: {}, tags: [], timezone: null, timezone_source: "unknown" },
  updated_at: "2026-11-01T00:00:00",
  ...values,
});
const LATER = "2026-11-02T00:00:00.5";

describe("a merge of two contacts", () => {
  it("takes what only one of them has, and offers no choice there", () => {
    const { fields, values } = planMerge(
      contact({ email: "mia@example.com" }),
      contact({ first_name: "", last_name: "Lee" }),
    );
    expect(fields).toEqual([
      { name: "first_name", kept: "Mia", merged: null, take: "kept", isChoice: false },
      { name: "last_name", kept: null, merged: "Lee", take: "merged", isChoice: false },
      { name: "email", kept: "mia@example.com", merged: null, take: "kept", isChoice: false },
    ]);
    expect(values).toEqual({ last_name: "Lee" });
  });

  it("suggests the contact that was changed last, and follows a choice", () => {
    const older = contact({ email: "old@example.com", custom: { size: "1", pet: "cat" } });
    const newer = contact({ email: "new@example.com", custom: { size: "2", car: "VW" }, updated_at: LATER });
    expect(planMerge(older, newer).values).toEqual({
      email: "new@example.com",
      custom: { size: "2", pet: "cat", car: "VW" },
    });
    expect(planMerge(newer, older).values).toEqual({ custom: { size: "2", car: "VW", pet: "cat" } });
    const chosen = planMerge(older, newer, { email: "kept", "custom.size": "kept" });
    expect(chosen.values).toEqual({ custom: { size: "1", pet: "cat", car: "VW" } });
    expect(chosen.unknown).toEqual([]);
    expect(planMerge(older, newer, { first_name: "merged", "custom.pet": "merged" }).unknown).toEqual([
      "first_name",
      "custom.pet",
    ]);
  });

  it("takes an address whole, with the zone that it gave", () => {
    const perth = { city: "Perth", state: "WA", timezone: "Australia/Perth", timezone_source: "state" };
    const sydney = { postcode: "2000", timezone: "Australia/Sydney", timezone_source: "postcode" };
    const taken = planMerge(contact(sydney), contact({ ...perth, updated_at: LATER }));
    expect(taken.values).toEqual({ ...perth, postcode: null, address_country: null });
    expect(planMerge(contact(sydney), contact(perth)).values).toEqual({});
    // A zone that the address before gave says nothing about the new one, and one of the number stays.
    const without = contact({
      city: "Perth",
      timezone: "Australia/Perth",
      timezone_source: "area-code",
      updated_at: LATER,
    });
    expect(planMerge(contact(sydney), without).values).toMatchObject({
      timezone: null,
      timezone_source: "unknown",
    });
    const ofNumber = contact({ timezone: "Australia/Sydney", timezone_source: "area-code" });
    expect(planMerge(ofNumber, without).values).not.toHaveProperty("timezone");
  });

  it("believes the person's own word about their zone, before any address", () => {
    const stated = (timezone: string, more: ContactValues = {}) =>
      contact({ timezone, timezone_source: "stated", ...more });
    const moved = contact({
      city: "Perth",
      timezone: "Australia/Perth",
      timezone_source: "state",
      updated_at: LATER,
    });
    expect(planMerge(stated("Asia/Tokyo"), moved).values).not.toHaveProperty("timezone");
    const tokyo = { timezone: "Asia/Tokyo", timezone_source: "stated" };
    expect(planMerge(moved, stated("Asia/Tokyo")).values).toEqual(tokyo);
    const [one, other] = [stated("Asia/Seoul"), stated("Asia/Tokyo")];
    expect(planMerge(one, other).values).toEqual({});
    expect(planMerge(one, other, { zone: "merged" })).toMatchObject({ values: tokyo, unknown: [] });
    expect(
      planMerge(stated("Asia/Tokyo"), { ...moved, timezone_source: undefined, timezone: undefined }).fields,
    ).toHaveLength(1);
  });

  it("loses no tag and no field of either contact, and leaves nothing of the person with the other number", () => {
    const text = fc.option(fc.constantFrom("a", "b"), { nil: null });
    const one = fc.record({
      ...{
        first_name: text,
        email: text,
        city: text,
        updated_at: fc.constantFrom("2026-01-01", "2026-01-02"),
      },
      tags: fc.subarray(["x", "y", "z"]),
      custom: fc.dictionary(fc.constantFrom("size", "pet"), fc.constantFrom("1", "2")),
    });
    fc.assert(
      fc.property(one, one, (kept, merged) => {
        const { values, blank, newTags, fields } = planMerge(contact(kept), contact(merged));
        const result: ContactValues = { ...contact(kept), ...values };
        expect(new Set(result.tags as string[])).toEqual(new Set([...kept.tags, ...merged.tags]));
        expect([...kept.tags, ...newTags]).toEqual(result.tags);
        for (const name of ["first_name", "email", "city"] as const)
          expect([kept[name], merged[name]]).toContain(result[name]);
        if (kept.first_name ?? merged.first_name) expect(result.first_name).not.toBeNull();
        expect(Object.keys(result.custom as object).sort()).toEqual(
          [...new Set([...Object.keys(kept.custom), ...Object.keys(merged.custom)])].sort(),
        );
        expect(fields.every((field) => field.kept !== field.merged)).toBe(true);
        expect(blank).toMatchObject({ first_name: null, email: null, city: null, tags: [], custom: {} });
      }),
    );
  });

  it("reads a contact that lacks columns as one without values", () => {
    expect(planMerge({}, { first_name: "Mia", custom: { size: null } })).toMatchObject({
      values: { first_name: "Mia" },
      newTags: [],
    });
  });
});
