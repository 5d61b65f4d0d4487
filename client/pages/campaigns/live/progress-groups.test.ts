import { expect, test } from "vitest";
import { failures, jobsIn, messagesHref, sortedCounts } from "./progress-groups.ts";

const counts = [
  { status: "failed", reason: "Consent", jobs: 3 },
  { status: "delivered", reason: "", jobs: 90 },
  { status: "failed", reason: "Undelivered", jobs: 5 },
  { status: "queued", reason: "Quiet hours", jobs: 2 },
  { status: "sent", reason: "", jobs: 0 },
  { status: "new-status", reason: "", jobs: 1 },
];

test("keeps messages whose status this version does not know", () => {
  const rows = sortedCounts(counts, null);
  expect(rows.map((row) => row.reason || row.status)).toEqual([
    "Quiet hours",
    "delivered",
    "Undelivered",
    "Consent",
    "new-status",
  ]);
  const total = (list: typeof counts) => list.reduce((sum, row) => sum + row.jobs, 0);
  expect(total(rows)).toBe(total(counts));
});

test("says once that messages wait for the pause, and no longer when it is over", () => {
  const queued = [
    { status: "queued", reason: "", jobs: 500 },
    { status: "queued", reason: "Paused", jobs: 100 },
    { status: "queued", reason: "Rate limit", jobs: 7 },
    { status: "queued", reason: "Quiet hours", jobs: 40 },
  ];
  const rows = (heldBy: Parameters<typeof sortedCounts>[1]) =>
    sortedCounts(queued, heldBy).map(({ reason, jobs }) => [reason, jobs]);
  expect(rows("Paused")).toEqual([
    ["Paused", 607],
    ["Quiet hours", 40],
  ]);
  expect(rows("Inbox full")).toEqual([
    ["Inbox full", 607],
    ["Quiet hours", 40],
  ]);
  expect(rows(null)).toEqual([
    ["", 600],
    ["Quiet hours", 40],
    ["Rate limit", 7],
  ]);
  expect(messagesHref("c1", { status: "queued", reason: "Paused", jobs: 607 })).toBe(
    "/messages?campaignId=c1&status=queued",
  );
});

test("counts messages that we did not send apart from those that failed at the carrier", () => {
  expect(failures(counts)).toEqual({ refused: 3, failed: 5 });
  expect(jobsIn(counts, "queued", "delivered")).toBe(92);
});

test("a count links to the list with the same filter", () => {
  expect(messagesHref("c1", { status: "failed", reason: "Do not contact", jobs: 1 })).toBe(
    "/messages?campaignId=c1&status=failed&reason=Do+not+contact",
  );
  expect(messagesHref("c1", { status: "sent", reason: "", jobs: 1 })).toBe(
    "/messages?campaignId=c1&status=sent",
  );
});
