import { expect, test } from "vitest";
import { actionWords, detailWords, objectHref } from "./audit-words.ts";

test("known actions have words, and unknown ones stay readable", () => {
  expect(actionWords("campaign.launch")).toBe("Launched a campaign");
  expect(actionWords("template.archive")).toBe("template archive");
});

test("a deleted object has no page", () => {
  expect(objectHref({ action: "campaign.launch", objectKind: "campaign", objectId: "7" })).toBe(
    "/campaigns/7",
  );
  expect(objectHref({ action: "campaign.remove", objectKind: "campaign", objectId: "7" })).toBeUndefined();
  expect(objectHref({ action: "settings.update", objectKind: "tenant", objectId: "7" })).toBeUndefined();
});

test("details leave out what is empty", () => {
  expect(detailWords({ quietHoursOverrideReason: null, name: "Sale" })).toBe("name: Sale");
  expect(detailWords({ tags: ["a", "b"], address: "::ffff:127.0.0.1" })).toBe(
    "tags: a, b · address: 127.0.0.1",
  );
  expect(detailWords(null)).toBe("");
});
