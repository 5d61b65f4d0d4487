import { describe, expect, test } from "vitest";
import {
  betterRegistration,
  REGISTRATION_RULES,
  registrationBackOff,
  registrationRule,
  registrationState,
} from "./carrier-registration.ts";
import { faultSentence, isRegistrationUnknown, senderFault } from "./sender-rules.ts";

const number = { country: "US", kind: "long-code", phoneE164: "+12025550100" } as const;
const text = { offersOptOutMethod: true };

describe("a number that its carriers block until it is registered", () => {
  test.each([
    ["registered", null],
    ["pending", "number-pending"],
    ["not-registered", "number-not-registered"],
    ["refused", "number-registration-refused"],
    [null, null],
  ] as const)("%s: %s", (carrierRegistration, fault) => {
    expect(senderFault({ ...number, carrierRegistration }, text, "US")).toBe(fault);
    expect(senderFault({ ...number, carrierRegistration }, { ...text, purpose: "transactional" }, "US")).toBe(
      fault,
    );
  });

  test("is judged for its own country only", () => {
    expect(senderFault({ ...number, carrierRegistration: "not-registered" }, text, "AU")).toBe(
      "other-country",
    );
  });

  test("is a local or toll-free number of the USA, or a toll-free one of Canada", () => {
    const blocked = { phoneE164: "+1", carrierRegistration: "not-registered" } as const;
    const faultOf = (country: string, kind: "long-code" | "toll-free" | "short-code") =>
      senderFault({ ...blocked, country, kind }, text, country);
    expect(faultOf("US", "toll-free")).toBe("number-not-registered");
    expect(faultOf("CA", "toll-free")).toBe("number-not-registered");
    expect(faultOf("US", "short-code")).toBeNull();
    expect(faultOf("CA", "long-code")).toBeNull();
    expect(faultOf("AU", "long-code")).toBeNull();
    expect(senderFault({ ...blocked, country: "US" }, text, "US")).toBe("number-not-registered");
    expect(registrationRule("US", "alphanumeric")).toBeUndefined();
  });

  test("may be of a state that nobody knows, which stops nothing", () => {
    expect(isRegistrationUnknown(number)).toBe(true);
    expect(isRegistrationUnknown({ country: "US", phoneE164: "+1" })).toBe(true);
    expect(isRegistrationUnknown({ ...number, carrierRegistration: "pending" })).toBe(false);
    expect(isRegistrationUnknown({ ...number, country: "AU" })).toBe(false);
  });

  test("is explained by the rule and the step", () => {
    expect(faultSentence("number-not-registered", "CA")).toBe(
      "your numbers in CA are not registered for texts there: carriers block texts of unverified toll-free numbers (error 30032). Submit the toll-free verification of the number in the carrier's console, or add a registered number",
    );
    expect(faultSentence("number-pending", "US")).toContain("waiting for the carrier's review");
    expect(faultSentence("number-registration-refused", "US")).toContain("submit it again");
  });
});

test("the carrier's statuses have a state, and an unknown one has none", () => {
  expect(
    ["VERIFIED", "IN_PROGRESS", "FAILED", "TWILIO_APPROVED", "IN_REVIEW", "TWILIO_REJECTED"].map(
      registrationState,
    ),
  ).toEqual(["registered", "pending", "refused", "registered", "pending", "refused"]);
  expect(registrationState("toString")).toBeNull();
});

test("of two registrations the better one counts", () => {
  expect(betterRegistration("refused", "registered")).toBe("registered");
  expect(betterRegistration("pending", "refused")).toBe("pending");
  expect(betterRegistration("not-registered", "not-registered")).toBe("not-registered");
});

test("a carrier that fails is asked after one minute, then two, and after six hours at most", () => {
  expect([0, 1, 2, 3, 20, 1_000].map(registrationBackOff)).toEqual([60, 60, 120, 240, 21_600, 21_600]);
});

test("each rule has a source", () => {
  for (const { source, checkedOn } of REGISTRATION_RULES) {
    expect(source).toMatch(/^https:/);
    expect(Date.parse(checkedOn)).toBeLessThanOrEqual(Date.parse("2027-12-31"));
  }
});
