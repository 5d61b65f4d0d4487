import { expect, test } from "vitest";
import { registrationWords } from "./registration-words.ts";

const number = {
  kind: "long-code",
  country: "US",
  carrierRegistration: null,
  carrierRegistrationReason: null,
  carrierRegistrationSince: null,
  carrierRegistrationFailure: null,
} as const;

test("a number that needs no registration has no words", () => {
  expect(registrationWords({ ...number, country: "AU" })).toBeNull();
  expect(registrationWords({ ...number, kind: "short-code" })).toBeNull();
});

test.each([
  [{ carrierRegistration: "registered" }, /^Registered for US texts$/, "ok"],
  [
    { carrierRegistration: "pending", carrierRegistrationSince: "2026-11-20T08:00:00Z" },
    /^Waiting for review since \S+/,
    "warn",
  ],
  [{ carrierRegistration: "pending" }, /^Waiting for review$/, "warn"],
  [
    { carrierRegistration: "refused", carrierRegistrationReason: "No opt-in image" },
    /^Refused: No opt-in image$/,
    "danger",
  ],
  [{ carrierRegistration: "not-registered" }, /^Not registered for US texts$/, "danger"],
  [{}, /^Registration for US texts not known$/, "quiet"],
] as const)("%j", (changes, label, tone) => {
  const words = registrationWords({ ...number, ...changes });
  expect(words?.label).toMatch(label);
  expect(words?.tone).toBe(tone);
});

test("what stops a number names the step, and what is not known says why", () => {
  expect(registrationWords({ ...number, carrierRegistration: "not-registered" })?.step).toMatch(
    /A2P 10DLC campaign/,
  );
  expect(
    registrationWords({ ...number, kind: "toll-free", carrierRegistration: "not-registered" })?.step,
  ).toMatch(/toll-free verification/);
  expect(
    registrationWords({
      ...number,
      carrierRegistrationFailure: "The carrier refused a request (HTTP 403, code 20403)",
    })?.step,
  ).toBe(
    "The carrier refused a request (HTTP 403, code 20403). We ask again later. Texts are sent all the same.",
  );
});
