import { expect, test } from "vitest";
import { actionWords, evidenceWords, objectHref } from "./audit-words.ts";

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

const NOW = new Date("2026-11-29T07:30:00Z");
const HELD = {
  timezone: "Australia/Sydney",
  signedAt: "2026-11-29T06:02:00Z",
  checkedAt: "2026-11-29T03:00:00Z",
  fault: null,
  unbrokenUntil: "2026-11-29T03:00:00Z",
};
const words = (more: Partial<Parameters<typeof evidenceWords>[0]> = {}) =>
  evidenceWords({ ...HELD, ...more }, NOW, "en-GB");

test("an unbroken log says until when, in the organisation's time zone", () => {
  expect(words()).toMatchObject({ tone: "ok", label: "Unbroken until 17:02", problem: null });
  expect(words({ timezone: "America/New_York" }).label).toBe("Unbroken until 01:02");
});

test("a broken log never says unbroken but until the last good head", () => {
  const fault = "number 3 (id 7) was edited";
  const broken = words({ fault });
  expect(broken).toMatchObject({ tone: "danger", label: "Broken" });
  expect(broken.problem).toBe(
    "Unbroken until 14:00. First broken entry: number 3 (id 7) was edited. Ask your operator to run pnpm ops audit verify.",
  );
  expect(words({ fault, unbrokenUntil: null }).problem).toMatch(/^First broken entry/);
});

test("a log that was never signed or never checked does not claim to be unbroken", () => {
  expect(words({ signedAt: null })).toMatchObject({ tone: "quiet", label: "Not signed yet" });
  expect(words({ checkedAt: null })).toMatchObject({ tone: "quiet", label: "Signed 17:02" });
});
