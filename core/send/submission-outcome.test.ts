import { describe, expect, test } from "vitest";
import { type CarrierAnswer, outcomeOf, stopsEverything } from "./submission-outcome.ts";

const BEGAN = new Date("2026-11-23T04:00:00Z");
const NOW = new Date("2026-11-23T04:00:01Z");
const outcome = (answer: CarrierAnswer) => outcomeOf("attempt", answer, BEGAN, NOW);
const refused = (httpStatus: number, code: number | null = null) =>
  outcome({ kind: "refused", httpStatus, code });

test("a message that the carrier took is accepted with its SID and status", () => {
  const { result, code } = outcome({ kind: "accepted", httpStatus: 201, sid: "SM1", status: "queued" });
  expect(result).toEqual({
    attemptId: "attempt",
    code: null,
    httpStatus: 201,
    state: "accepted",
    sid: "SM1",
    carrierStatus: "queued",
    submittedAt: BEGAN,
  });
  expect(code).toBeNull();
});

describe("a message is released only with proof that nothing was sent", () => {
  test("a refused connection is proof, and goes again after the carrier's pause", () => {
    expect(outcome({ kind: "no-answer", cause: "ECONNREFUSED" }).result).toEqual({
      attemptId: "attempt",
      code: null,
      httpStatus: null,
      state: "released",
      holdReason: "Carrier busy",
      retryAt: new Date(NOW.getTime() + 1_000),
    });
  });

  test("HTTP 429 is proof", () => {
    expect(refused(429).result).toMatchObject({ state: "released", holdReason: "Carrier busy" });
  });

  test("a timeout, a reset and an answer that can't be read leave it unknown", () => {
    for (const cause of ["timeout", "ECONNRESET", "unreadable"]) {
      expect(outcome({ kind: "no-answer", cause }).result).toEqual({
        attemptId: "attempt",
        code: null,
        httpStatus: null,
        state: "unknown",
        submittedAt: BEGAN,
      });
    }
  });

  test("HTTP 500 leaves it unknown, and so does a refusal that proves nothing", () => {
    expect(refused(500).result).toMatchObject({ state: "unknown", httpStatus: 500 });
    expect(refused(200).result).toMatchObject({ state: "unknown", httpStatus: 200 });
  });
});

describe("a refused message", () => {
  test("fails with its reason and code, and teaches about the number", () => {
    const { result, code } = refused(400, 21610);
    expect(code).toBe(21610);
    expect(result).toMatchObject({
      state: "rejected",
      reason: "Do not contact",
      submittedAt: BEGAN,
      feedback: { action: "suppress", why: expect.stringMatching(/\w/) },
    });
  });

  test("teaches nothing where the number is not to blame", () => {
    expect(refused(400, 21606).result).toMatchObject({ state: "rejected", feedback: null });
    expect(refused(400).result).toMatchObject({
      state: "rejected",
      reason: "Provider error",
      feedback: null,
    });
  });
});

test("a refusal of the whole account sends the message back to the queue for a minute, and stops everything", () => {
  const { result, classified } = refused(401, 20003);
  expect(stopsEverything(classified)).toBe(true);
  expect(result).toMatchObject({ state: "released", retryAt: new Date(NOW.getTime() + 60_000) });
  expect(stopsEverything(refused(400, 21606).classified)).toBe(false);
});
