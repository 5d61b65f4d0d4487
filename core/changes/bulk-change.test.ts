import { describe, expect, it, test } from "vitest";
import {
  type BulkChange,
  type ColumnChange,
  columnsChanged,
  customAfter,
  isColumnChange,
} from "./bulk-change.ts";
import { bulkWords } from "./bulk-words.ts";
import { restoredContact } from "./restored-contact.ts";
import { undoChange } from "./undo-change.ts";

const NOW = "2026-11-30T02:00:00";
const phone = "+61491570006";
const current = {
  ...{
    country: "AU",
    line_type: "MOBILE",
    city: null,
    state: "NSW",
    postcode: "2000",
    address_country: null,
  },
  ...{
    custom: { size: "38" },
    tags: ["a", "vip"],
    timezone: "Australia/Sydney",
    timezone_source: "postcode",
  },
  updated_at: "2026-01-01T00:00:00",
};
const change = (one: ColumnChange, contact = current) =>
  columnsChanged(one, { current: contact, phone, now: NOW });

describe("a bulk action", () => {
  it("logs only what differs, with the time of the change", () => {
    expect(change({ do: "add-tag", tag: "new" })).toEqual({
      before: { tags: ["a", "vip"], updated_at: current.updated_at },
      after: { tags: ["a", "vip", "new"], updated_at: NOW },
    });
    expect(change({ do: "remove-tag", tag: "a" })?.after.tags).toEqual(["vip"]);
    expect(change({ do: "set-detail", detail: "city", value: "Perth" })?.after).toEqual({
      ...{ city: "Perth", updated_at: NOW },
    });
  });

  it.each<ColumnChange>([
    { do: "add-tag", tag: "vip" },
    { do: "remove-tag", tag: "new" },
    { do: "set-field", name: "size", value: "38" },
    { do: "set-field", name: "pet", value: null },
    { do: "set-detail", detail: "state", value: "NSW" },
    { do: "set-zone", timezone: null },
  ])("leaves a contact that is so already: %j", (one) => expect(change(one)).toBeNull());

  it("sets and clears one custom field, and leaves the others", () => {
    const contact = { ...current, custom: { size: "38", pet: "cat" } };
    const set = change({ do: "set-field", name: "size", value: "41" }, contact)!;
    expect(set.before.custom).toEqual({ size: "38" });
    expect(customAfter(contact, set)).toEqual({ size: "41", pet: "cat" });
    const cleared = change({ do: "set-field", name: "size", value: null }, contact)!;
    expect(customAfter(contact, cleared)).toEqual({ pet: "cat" });
    const added = change({ do: "set-field", name: "age", value: "5" }, contact)!;
    expect(added.before.custom).toEqual({});
    expect(customAfter(contact, added)).toEqual({ ...contact.custom, age: "5" });
  });

  it("derives the zone from a new address, unless the person told theirs", () => {
    const moved = { ...current, postcode: null } as unknown as typeof current;
    expect(change({ do: "set-detail", detail: "state", value: "WA" }, moved)?.after).toMatchObject({
      ...{ state: "WA", timezone: "Australia/Perth", timezone_source: "state" },
    });
    const stated = { ...moved, timezone: "Australia/Sydney", timezone_source: "stated" };
    expect(change({ do: "set-detail", detail: "state", value: "WA" }, stated)?.after).not.toHaveProperty(
      "timezone",
    );
    expect(change({ do: "set-zone", timezone: null }, { ...stated, state: "WA" })?.after).toMatchObject({
      ...{ timezone: "Australia/Perth", timezone_source: "state" },
    });
    expect(change({ do: "set-zone", timezone: "Australia/Perth" })?.after).toMatchObject({
      ...{ timezone: "Australia/Perth", timezone_source: "stated" },
    });
    // Several zones are possible, so none is kept.
    const nowhere = { ...stated, state: null } as unknown as typeof current;
    expect(change({ do: "set-zone", timezone: null }, nowhere)?.after).toMatchObject({
      ...{ timezone: null, timezone_source: "unknown" },
    });
  });

  it("is undone to what was there, whatever it did", () => {
    const undo = (one: ColumnChange, since = {}) => {
      const found = change(one)!;
      const custom = "custom" in found.after ? { custom: customAfter(current, found) } : {};
      const is = { ...current, ...found.after, ...custom, ...since };
      return undoChange({
        ...found,
        importId: null,
        current: is,
        endedConsents: [],
        undoneConsents: [],
        now: NOW,
      });
    };
    expect(undo({ do: "remove-tag", tag: "a" }).values).toEqual({
      ...{ tags: ["a", "vip"], updated_at: current.updated_at },
    });
    expect(undo({ do: "remove-tag", tag: "a" }, { tags: ["vip", "mine"] }).values.tags).toEqual([
      "vip",
      "mine",
      "a",
    ]);
    expect(undo({ do: "remove-tag", tag: "a" }, { tags: ["vip", "a"] }).values).not.toHaveProperty("tags");
    expect(undo({ do: "set-field", name: "size", value: null }).values.custom).toEqual({ size: "38" });
    expect(undo({ do: "set-field", name: "pet", value: "cat" }).values.custom).toEqual({ size: "38" });
    expect(undo({ do: "set-field", name: "size", value: null }, { custom: { size: "44" } }).kept).toEqual([
      "custom.size",
    ]);
  });

  test.each<[BulkChange, string]>([
    [{ do: "add-tag", tag: "vip" }, "Add tag “vip”"],
    [{ do: "remove-tag", tag: "vip" }, "Remove tag “vip”"],
    [{ do: "set-field", name: "size", value: "41" }, "Set size to “41”"],
    [{ do: "set-detail", detail: "address_country", value: null }, "Clear country of the address"],
    [{ do: "set-zone", timezone: "Australia/Perth" }, "Set time zone to Australia/Perth"],
    [{ do: "set-zone", timezone: null }, "Clear the stated time zone"],
    [{ do: "list" }, "Put on do not contact"],
    [{ do: "unlist" }, "Take off do not contact"],
    [{ do: "delete" }, "Delete contacts"],
  ])("%j has words", (one, words) => {
    expect(bulkWords(one)).toBe(words);
    expect(isColumnChange(one)).toBe(!["list", "unlist", "delete"].includes(one.do));
  });
});

describe("a deleted contact that comes back", () => {
  const given = { basis: "express", from: "2026-01-01" };
  const before = {
    ...{
      id: "1",
      first_name: "Ann",
      consent_basis: "express",
      consent_at: "2026-01-01",
      consent_expires_at: null,
    },
    ...{ consent_summary: { given: [given] }, updated_at: "2026-01-02" },
  };
  const back = (since = {}) =>
    restoredContact({ before, endedConsents: [], withdrawnAt: null, refused: [], now: NOW, ...since });

  it("is what it was", () => expect(back()).toEqual(before));

  it("has withdrawn what the person withdrew since", () => {
    expect(back({ withdrawnAt: "2026-02-01" })).toMatchObject({
      ...{ consent_basis: "withdrawn", consent_at: "2026-02-01", consent_expires_at: null, updated_at: NOW },
    });
    expect(back({ endedConsents: [given] })).toMatchObject({
      ...{ consent_basis: "unknown", consent_summary: { given: [] } },
    });
    const withdrawn = { ...before, consent_basis: "withdrawn" };
    expect(
      restoredContact({
        before: withdrawn,
        endedConsents: [],
        withdrawnAt: "2026-02-01",
        refused: [],
        now: NOW,
      }),
    ).toEqual(withdrawn);
  });

  it("refuses what the person refuses now", () => {
    expect(back({ refused: ["marketing"] }).consent_summary).toEqual({
      given: [given],
      refused: ["marketing"],
    });
    const refusing = { ...before, consent_summary: { refused: ["marketing"] } };
    const lifted = { before: refusing, endedConsents: [], withdrawnAt: null, refused: [], now: NOW };
    expect(restoredContact(lifted).consent_summary).toEqual({ refused: [] });
    expect(restoredContact({ ...lifted, refused: ["marketing"] })).toEqual(refusing);
  });
});
