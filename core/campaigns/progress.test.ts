import { describe, expect, test } from "vitest";
import { type CampaignFigures, toProgress } from "./progress.ts";

const AT = new Date("2026-11-23T04:00:00Z");
const after = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);
const jobs = (status: string, count: number, reason = "") => ({ status, reason, jobs: count });
const progress = (changes: Partial<CampaignFigures>) =>
  toProgress({
    id: "campaign",
    status: "running",
    audience: 100,
    counts: [],
    spentMicros: 0,
    reservedMicros: 0,
    segments: 0,
    sent: 0,
    ratePerSecond: 0,
    lastSubmittedAt: null,
    nextDueAt: null,
    lastDueAt: null,
    decideAt: null,
    tenantSegmentsPerSecond: 10,
    messagesPerMinute: null,
    sendingPaused: false,
    waitsFor: null,
    replies: 0,
    optOuts: 0,
    at: AT,
    ...changes,
  });

test("what the carrier has, is being submitted or is unknown may still reach a phone", () => {
  const counts = [
    jobs("queued", 1),
    jobs("sending", 2),
    jobs("unknown", 4),
    jobs("sent", 8),
    jobs("delivered", 16),
    jobs("failed", 32, "Consent"),
  ];
  expect(progress({ counts }).withCarrier).toBe(14);
});

test("a page learns nothing that it does not show", () => {
  const shown = Object.keys(progress({}));
  expect(shown).not.toContain("tenantSegmentsPerSecond");
  expect(shown).not.toContain("sendingPaused");
  expect(shown).not.toContain("lastDueAt");
});

test("nothing has a speed once the campaign is over, although the last minutes are still counted", () => {
  expect(progress({ ratePerSecond: 3 }).ratePerSecond).toBe(3);
  expect(progress({ ratePerSecond: 3, status: "completed" }).ratePerSecond).toBe(0);
  expect(progress({ ratePerSecond: 3, status: "canceled" }).ratePerSecond).toBe(0);
});

test("a pause of the campaign and one of all sending hold it, unless it is over", () => {
  expect(progress({}).heldBy).toBeNull();
  expect(progress({ status: "paused" }).heldBy).toBe("Paused");
  expect(progress({ sendingPaused: true, waitsFor: "Inbox full" }).heldBy).toBe("Paused");
  expect(progress({ waitsFor: "Inbox full" }).heldBy).toBe("Inbox full");
  expect(progress({ sendingPaused: true, status: "canceled" }).heldBy).toBeNull();
});

describe("the end", () => {
  const ready = [jobs("queued", 20), jobs("queued", 20, "Rate limit"), jobs("queued", 20, "Carrier busy")];
  const held = [jobs("queued", 5, "Quiet hours")];

  test("is when what is ready has gone, at the measured rate or, before there is one, the tenant's", () => {
    expect(progress({ counts: ready, ratePerSecond: 2 }).finishAt).toEqual(after(30));
    expect(progress({ counts: ready }).finishAt).toEqual(after(6));
    expect(progress({ counts: ready, status: "launching" }).finishAt).toEqual(after(6));
  });

  test("is not before the last of those that are held may go", () => {
    const counts = [...ready, ...held];
    expect(progress({ counts, lastDueAt: after(3_600) }).finishAt).toEqual(after(3_600));
    expect(progress({ counts, lastDueAt: after(2) }).finishAt).toEqual(after(6));
    expect(progress({ counts: held, lastDueAt: after(-60) }).finishAt).toEqual(AT);
    expect(progress({ counts, lastDueAt: null }).finishAt).toEqual(after(6));
  });

  test("is unknown while anything is paused, and where nothing waits", () => {
    expect(progress({ counts: ready, sendingPaused: true }).finishAt).toBeNull();
    expect(progress({ counts: ready, waitsFor: "Trial mode" }).finishAt).toBeNull();
    expect(progress({ counts: ready, status: "paused" }).finishAt).toBeNull();
    expect(progress({ counts: [jobs("delivered", 9)] }).finishAt).toBeNull();
  });
});

test("a campaign with a speed limit of its own finishes by that, until its throughput is known", () => {
  const counts = [jobs("queued", 60)];
  expect(progress({ counts, messagesPerMinute: 60 }).finishAt).toEqual(after(60));
  expect(progress({ counts, messagesPerMinute: 6_000 }).finishAt).toEqual(after(6));
  expect(progress({ counts, messagesPerMinute: 60, ratePerSecond: 2 }).finishAt).toEqual(after(30));
  expect(Object.keys(progress({}))).not.toContain("messagesPerMinute");
});

test("a campaign whose messages wait for their send time finishes with the last of them", () => {
  const counts = [jobs("queued", 5), jobs("queued", 500, "Send time")];
  const { finishAt, nextOpeningAt } = progress({ counts, nextDueAt: after(60), lastDueAt: after(7_200) });
  expect({ finishAt, nextOpeningAt }).toEqual({ finishAt: after(7_200), nextOpeningAt: after(60) });
});

describe("the next opening", () => {
  const held = [jobs("queued", 5, "Quiet hours")];

  test("is when the first of those that are held may go", () => {
    expect(progress({ counts: held, nextDueAt: after(60) }).nextOpeningAt).toEqual(after(60));
  });

  test("is not shown once it is past, where it is unknown, or while nothing is held", () => {
    expect(progress({ counts: held, nextDueAt: AT }).nextOpeningAt).toBeNull();
    expect(progress({ counts: held }).nextOpeningAt).toBeNull();
    expect(progress({ counts: [jobs("queued", 5)], nextDueAt: after(60) }).nextOpeningAt).toBeNull();
  });
});

test("the end of a campaign with a first part is known once the time of the decision is", () => {
  const counts = [jobs("queued", 600, "First part"), jobs("sent", 60)];
  expect(progress({ counts }).finishAt).toBeNull();
  expect(progress({ counts, decideAt: after(900) }).finishAt).toEqual(after(960));
  expect(progress({ counts: [jobs("queued", 600)], decideAt: null }).finishAt).toEqual(after(60));
});
