import { expect, test } from "vitest";
import { exampleOptOutLink, OPT_OUT_TOKEN_LENGTH, optOutLink } from "./opt-out-link.ts";

test("the example is as long as every real link, and costs no more: all of it is in GSM-7", () => {
  const real = optOutLink("https://texts.example.com", "0".repeat(OPT_OUT_TOKEN_LENGTH));
  expect(real).toBe("https://texts.example.com/o/000000000000000000000000000000000");
  expect(exampleOptOutLink("https://texts.example.com")).toHaveLength(real.length);
});
