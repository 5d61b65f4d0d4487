import fc from "fast-check";
import { describe, expect, test } from "vitest";
import table from "../data/carrier-errors.json" with { type: "json" };
import {
  type ClassifiedOutcome,
  classifyCallbackError,
  classifySendOutcome,
  describeCarrierError,
  provesNothingSent,
  strikeCodes,
  suppressCodes,
} from "./carrier-outcome.ts";
import { DROP_REASONS } from "./send-job.ts";

const answer = (httpStatus: number, code?: number | null) =>
  classifySendOutcome({ kind: "response", httpStatus, code });

const nothing = {
  recipientAction: "none",
  senderAction: "none",
  campaignAction: "none",
  accountAction: "none",
  retryAfterMs: null,
};

describe("what became of it", () => {
  test.each([
    [201, undefined, "accepted"],
    [200, null, "accepted"],
    [201, 30007, "accepted"],
    [429, undefined, "throttled"],
    [429, 20429, "throttled"],
    [429, 20500, "throttled"],
    [400, 21611, "throttled"],
    [400, 63017, "throttled"],
    [400, 63038, "throttled"],
    [400, 21610, "rejected"],
    [400, undefined, "rejected"],
    [400, 99999, "rejected"],
    [401, 20003, "rejected"],
    [404, undefined, "rejected"],
    [400, 12400, "rejected"],
    [400, 20500, "unknown"],
    [408, undefined, "unknown"],
    [500, undefined, "unknown"],
    [500, 20500, "unknown"],
    [502, 21610, "unknown"],
    [503, 20429, "unknown"],
    [302, undefined, "unknown"],
    [100, undefined, "unknown"],
    [Number.NaN, undefined, "unknown"],
  ])("HTTP %s with code %s: %s", (status, code, outcome) => {
    expect(answer(status, code).outcome).toBe(outcome);
  });

  test("a missing answer is unknown, and causes no action", () => {
    for (const cause of ["timeout", "reset", "process died"]) {
      expect(classifySendOutcome({ kind: "no-response", cause })).toEqual({
        ...nothing,
        outcome: "unknown",
        reason: null,
      });
    }
  });

  test("a request that never connected is not sent, and may be retried", () => {
    expect(classifySendOutcome({ kind: "not-sent", cause: "ECONNREFUSED" })).toEqual({
      ...nothing,
      outcome: "not-sent",
      reason: null,
      retryAfterMs: 1000,
    });
  });
});

describe("what is done", () => {
  const rows: [string, ClassifiedOutcome, Partial<ClassifiedOutcome>][] = [
    ["opted out", answer(400, 21610), { recipientAction: "suppress", reason: "Do not contact" }],
    ["invalid number", answer(400, 21211), { recipientAction: "mark-invalid", reason: "Invalid phone" }],
    ["landline", answer(400, 21635), { recipientAction: "mark-invalid", reason: "Invalid phone" }],
    ["no route", answer(400, 21612), { recipientAction: "none", campaignAction: "alert-on-rate" }],
    ["too long", answer(400, 21617), { reason: "Content", campaignAction: "none" }],
    ["bad body", answer(400, 21618), { reason: "Content", campaignAction: "stop-after-repeats" }],
    ["wrong From", answer(400, 21606), { senderAction: "pause", campaignAction: "stop-after-repeats" }],
    ["country off", answer(400, 21408), { campaignAction: "pause-country", reason: "Provider error" }],
    ["wrong password", answer(401, 20003), { accountAction: "hold", reason: "Provider error" }],
    ["401 without a code", answer(401), { accountAction: "hold", campaignAction: "none" }],
    ["403 with a new code", answer(403, 1), { accountAction: "hold" }],
    ["400 with a new code", answer(400, 1), { accountAction: "none", campaignAction: "stop-after-repeats" }],
    ["429", answer(429), { accountAction: "throttle", retryAfterMs: 1000 }],
    ["429 with 20429", answer(429, 20429), { accountAction: "throttle", retryAfterMs: 1000 }],
    [
      "queue full",
      answer(400, 21611),
      { senderAction: "throttle", accountAction: "none", retryAfterMs: 300_000 },
    ],
    ["day's limit", answer(400, 63038), { accountAction: "hold", retryAfterMs: 3_600_000 }],
    ["500", answer(500, 20500), { campaignAction: "alert-on-rate", reason: null, retryAfterMs: null }],
    ["5xx with another code", answer(500, 20003), { ...nothing, reason: null } as Partial<ClassifiedOutcome>],
  ];
  test.each(rows)("%s", (_, result, expected) => expect(result).toMatchObject(expected));
});

describe("errors in callbacks", () => {
  test.each([
    [30003, "Undelivered", "strike", "none"],
    [30004, "Do not contact", "suppress", "alert-on-rate"],
    [30005, "Invalid phone", "mark-invalid", "alert-on-rate"],
    [30006, "Undelivered", "strike", "alert-on-rate"],
    [30007, "Undelivered", "none", "pause-on-rate"],
    [30008, "Undelivered", "none", "alert-on-rate"],
    [30036, "Undelivered", "none", "alert-on-rate"],
    [30019, "Undelivered", "none", "none"],
    [30034, "Provider error", "none", "pause-country"],
    [30500, "Provider error", "none", "alert-on-rate"],
    [21610, "Do not contact", "suppress", "none"],
    [63032, "Undelivered", "none", "none"],
    [null, "Undelivered", "none", "alert-on-rate"],
    [30999, "Undelivered", "none", "alert-on-rate"],
  ] as const)("%s: %s", (code, reason, recipientAction, campaignAction) => {
    expect(classifyCallbackError(code)).toMatchObject({ reason, recipientAction, campaignAction });
  });

  test("account errors hold the account, full queues slow the sender", () => {
    expect(classifyCallbackError(30002).accountAction).toBe("hold");
    expect(classifyCallbackError(30001)).toMatchObject({ senderAction: "throttle", retryAfterMs: 300_000 });
    expect(classifyCallbackError(30023)).toMatchObject({ senderAction: "throttle", retryAfterMs: 3_600_000 });
  });
});

describe("properties over every status and code", () => {
  const codes = fc.option(fc.oneof(fc.constantFrom(...table.codes.map((row) => row.code)), fc.nat(99_999)));

  test("a message that may have been sent is never safe to repeat", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), codes, (status, code) => {
        const { outcome, reason } = answer(status, code);
        if (status >= 500 || status < 200) expect(outcome).toBe("unknown");
        if (outcome === "throttled") expect(status).toBeLessThan(500);
        if (outcome === "rejected") expect(DROP_REASONS).toContain(reason);
        else expect(reason).toBeNull();
        if (status === 429) expect(outcome).toBe("throttled");
      }),
    );
  });

  test("a message that returns to the queue has a wait", () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 499 }), codes, (status, code) => {
        const { outcome, retryAfterMs } = answer(status, code);
        if (outcome === "throttled") expect(retryAfterMs).toBeGreaterThan(0);
      }),
    );
  });

  test("all 122 codes have a sentence and a callback reason", () => {
    expect(table.codes).toHaveLength(122);
    for (const { code } of table.codes) {
      expect(describeCarrierError(code)).toMatch(new RegExp(`\\(carrier code ${code}\\)\\.$`));
      expect(["Undelivered", "Invalid phone", "Do not contact", "Provider error"]).toContain(
        classifyCallbackError(code).reason,
      );
    }
  });
});

test("no code and a new code have a sentence too", () => {
  expect(describeCarrierError(null)).toBe("The carrier gave no reason.");
  expect(describeCarrierError(12345)).toMatch(/12345/);
});

test("only a connection that was never made proves that nothing was sent", () => {
  for (const code of ["ECONNREFUSED", "ConnectionRefused", "ENOTFOUND", "CERT_HAS_EXPIRED"]) {
    expect(provesNothingSent(code)).toBe(true);
  }
  for (const code of [
    "ECONNRESET",
    "ETIMEDOUT",
    "ECONNABORTED",
    "EPIPE",
    "UND_ERR_SOCKET",
    "",
    null,
    undefined,
  ]) {
    expect(provesNothingSent(code)).toBe(false);
  }
});

test.each([
  "ENETUNREACH EHOSTUNREACH EADDRNOTAVAIL UND_ERR_CONNECT_TIMEOUT",
  "ECONNREFUSED ConnectionRefused ENOTFOUND EAI_AGAIN EAI_FAIL DNSException FailedToOpenSocket",
  "CERT_HAS_EXPIRED CERT_NOT_YET_VALID DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT_LOCALLY ERR_TLS_CERT_ALTNAME_INVALID",
])("after %s no byte went out", (codes) => {
  for (const code of codes.split(" ")) expect(provesNothingSent(code), code).toBe(true);
});

test("a redirect is not an acceptance, and an unknown outcome has no action", () => {
  expect(answer(299).outcome).toBe("accepted");
  expect(answer(300).outcome).toBe("unknown");
  expect(answer(199).outcome).toBe("unknown");
  expect(classifySendOutcome({ kind: "no-response", cause: "timeout" })).toEqual({
    ...nothing,
    outcome: "unknown",
    reason: null,
  });
});

test("strikes are temporary: a handset that is off, a carrier that is down", () => {
  expect([...strikeCodes()].sort()).toEqual([30003, 30006]);
});

test("the codes that count as a strike, and those that say that the person may not be texted, are others", () => {
  expect(suppressCodes()).toContain(21610);
  expect(suppressCodes().filter((code) => strikeCodes().includes(code))).toEqual([]);
});
