import { describe, expect, it } from "vitest";
import {
  domainOfAddress,
  groupsIn,
  isFreeMail,
  roleOfGroups,
  SINGLE_SIGN_ON_PROBLEMS,
  singleSignOnProblem,
  statesSecondFactor,
} from "./single-sign-on.ts";

describe("the groups of a person", () => {
  it.each([
    ["a list", { groups: ["a", "b"] }, ["a", "b"]],
    ["one name", { groups: "a" }, ["a"]],
    ["what is no name", { groups: ["a", 1, null, "", { b: 1 }] }, ["a"]],
    [
      "what can't be stored",
      { groups: ["a", "b\u0000", "c\ud800", "d".repeat(501), "e".repeat(500)] },
      ["a", "e".repeat(500)],
    ],
    ["no claim", {}, []],
    ["a claim of another form", { groups: { a: true } }, []],
  ])("are read from %s", (_, claims, groups) => {
    expect(groupsIn(claims, "groups")).toEqual(groups);
  });

  it("are never read from what every object has", () => {
    expect(groupsIn({}, "constructor")).toEqual([]);
  });

  it("are at most a thousand", () => {
    expect(groupsIn({ groups: Array.from({ length: 5_000 }, (_, n) => `g${n}`) }, "groups")).toHaveLength(
      1_000,
    );
  });

  it("give the role of the first row that matches", () => {
    const map = [
      { group: "texting-owners", role: "owner" },
      { group: "support", role: "agent" },
      { group: "marketing", role: "operator" },
    ] as const;
    expect(roleOfGroups(map, ["marketing", "support"])).toBe("agent");
    expect(roleOfGroups(map, ["marketing", "texting-owners"])).toBe("owner");
    expect(roleOfGroups(map, ["Marketing"])).toBeNull();
    expect(roleOfGroups(map, [])).toBeNull();
  });
});

describe("a second factor at the provider", () => {
  it.each([
    [{ amr: ["pwd", "mfa"] }, true],
    [{ acr: "phr" }, true],
    [{ acr: "https://refeds.org/profile/mfa" }, true],
    [{ amr: ["pwd"], acr: "1" }, false],
    [{ amr: "mfa" }, false],
    [{ acr: ["phr"] }, false],
    [{}, false],
  ])("is stated by %j: %s", (claims, stated) => {
    expect(statesSecondFactor(claims)).toBe(stated);
  });
});

describe("the domain of an address", () => {
  it("is what follows the last @, in lower case", () => {
    expect(domainOfAddress("ada@Acme.Example")).toBe("acme.example");
    expect(domainOfAddress('"ada@home"@acme.example')).toBe("acme.example");
  });

  it("belongs to nobody if anybody can have an address there", () => {
    expect(isFreeMail("gmail.com")).toBe(true);
    expect(isFreeMail("acme.example")).toBe(false);
  });
});

describe("a problem", () => {
  it("has a sentence that says what to do", () => {
    for (const [name, sentence] of Object.entries(SINGLE_SIGN_ON_PROBLEMS)) {
      expect(singleSignOnProblem(name)).toBe(sentence);
      expect(sentence, name).toMatch(/Ask|Try|try again|Start again|Confirm|Sign out/);
    }
  });

  it("that an address invents has none", () => {
    expect(singleSignOnProblem("constructor")).toBeNull();
    expect(singleSignOnProblem("anything")).toBeNull();
    expect(singleSignOnProblem(undefined)).toBeNull();
  });
});
