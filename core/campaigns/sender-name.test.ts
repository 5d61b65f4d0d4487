import { describe, expect, test } from "vitest";
import { firstRegistration, senderNameFault } from "./sender-name.ts";

describe("a sender name", () => {
  test.each(["Acme", "ACME AU", "B&Q", "A1", "Acme-2_x", "ELEVENCHARS", "C++"])("may be %s", (name) => {
    expect(senderNameFault(name, "AU")).toBeNull();
  });

  test.each([
    ["A", /2 to 11/],
    ["TWELVECHARS!", /2 to 11/],
    ["Café", /without accents/],
    ["Acme\n", /without accents/],
    [" Acme", /begin or end/],
    ["Acme ", /begin or end/],
    ["_Acme", /begin or end/],
    ["Acme_", /begin or end/],
    ["12345", /at least one letter/],
    ["*Acme", /signs & \+ - _/],
    ["Acme!", /signs & \+ - _/],
    ["UNVERIFIED", /may not contain/],
    ["unverified1", /may not contain/],
  ])("may not be %j", (name, fault) => {
    expect(senderNameFault(name, "AU")).toMatch(fault);
  });

  test.each(["US", "CA"])("is accepted by no carrier in %s", (country) => {
    expect(senderNameFault("Acme", country)).toBe(
      `Carriers in ${country} do not accept sender names: add a number there.`,
    );
  });

  test("must be registered where there is a register", () => {
    expect(firstRegistration("AU")).toBe("not-registered");
    expect(firstRegistration("DE")).toBe("not-required");
  });
});
