import { expect, it } from "vitest";
import { readCommand } from "./options.ts";

it("reads what to torture, and how", () => {
  const words = ["--seed", "7", "--seconds", "90", "--mode", "redis", "--phases", "gates,hours"];
  expect(readCommand(words)).toMatchObject({
    action: "run",
    seed: 7,
    seconds: 90,
    mode: "redis",
    phases: ["gates", "hours"],
  });
  expect(readCommand(["--mutants", "no-limit,unsigned"])).toMatchObject({
    action: "mutants",
    only: ["no-limit", "unsigned"],
  });
  expect(readCommand(["--clock", "2026-11-01T05:59:30Z"])).toMatchObject({
    clock: new Date("2026-11-01T05:59:30Z"),
  });
});

it.each([["--seed"], ["--seed", "x"], ["--mode", "both"], ["--clock", "noon"], ["--nonsense", "1"]])(
  "says what it does not understand: %s %s",
  (...words) => {
    expect(readCommand(words)).toBe(words.join(" "));
  },
);
