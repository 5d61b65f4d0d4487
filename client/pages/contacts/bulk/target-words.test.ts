import { expect, test } from "vitest";
import { targetWords } from "./target-words.ts";

test("says whom an action was for", () => {
  expect(targetWords({ kind: "ticked" })).toBe("Selected contacts");
  expect(targetWords({ kind: "tags", tags: ["vip", "new"] })).toBe("Contacts tagged vip or new");
  expect(targetWords({ kind: "saved", audienceId: "x", name: "Members" })).toBe("Audience “Members”");
  expect(targetWords({ kind: "filter", isSearch: false })).toBe("All contacts");
  expect(targetWords({ kind: "filter", isSearch: true, tag: "vip", optedOut: false, field: "size" })).toBe(
    "Contacts tagged vip, not opted out, by the field size, found by a search",
  );
  expect(targetWords({ kind: "filter", isSearch: false, optedOut: true })).toBe("Contacts opted out");
});
