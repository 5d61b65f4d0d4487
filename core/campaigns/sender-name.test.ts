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

  test("may begin with a country's sign for registered names there, and nowhere else", () => {
    expect(senderNameFault("#Acme", "HK")).toBeNull();
    expect(senderNameFault("Ac#me", "HK")).toMatch(/signs/);
    expect(senderNameFault("#Acme", "AU")).toMatch(/signs/);
    expect(firstRegistration("#Acme", "HK")).toBe("not-registered");
    expect(firstRegistration("Acme", "HK")).toBe("not-required");
  });

  test("is not as general as the names that operators block", () => {
    expect(senderNameFault("Alert", "GB")).toBe(
      'Carriers in GB block a name as general as "Alert": use your own.',
    );
    expect(senderNameFault("Alerta", "GB")).toBeNull();
  });

  test("must be registered where there is a register", () => {
    expect(firstRegistration("Acme", "AU")).toBe("not-registered");
    expect(firstRegistration("Acme", "DE")).toBe("not-required");
  });
});
