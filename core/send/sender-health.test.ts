import { describe, expect, test } from "vitest";
import { type RestReason, restReason, restReasonText, type SenderResult } from "./sender-health.ts";

const well = (messages: number): SenderResult => ({ code: null, failed: false, messages });
const bad = (code: number | null, messages: number): SenderResult => ({ code, failed: true, messages });

describe("a sending number", () => {
  test.each<[string, SenderResult[], RestReason | null]>([
    ["that sent nothing", [], null],
    ["whose messages arrive", [well(1_000)], null],
    // 21606: not a number that can send there.
    ["that is refused five times of five", [bad(21606, 5)], "refused"],
    ["that is refused four times", [bad(21606, 4)], null],
    ["that is refused in 12 % of few messages", [well(44), bad(30032, 6)], "refused"],
    ["that is refused in less than 12 %", [well(45), bad(30032, 6)], null],
    // 30007: filtered.
    ["of which carriers filter 3 %", [well(194), bad(30007, 6)], "filtered"],
    ["of which carriers filter less", [well(195), bad(30007, 5)], null],
    ["of which carriers filter much, but with few messages", [well(150), bad(30007, 49)], null],
    ["that fails in 12 % for reasons of its own", [well(176), bad(30410, 24)], "failing"],
    ["that fails in less than 12 %", [well(177), bad(30410, 23)], null],
    ["whose failures add up", [well(176), bad(30410, 12), bad(30500, 12)], "failing"],
    ["on a list of dead numbers", [well(100), bad(30003, 50), bad(30005, 50), bad(30006, 50)], null],
    ["that people have opted out from", [well(100), bad(21610, 100)], null],
    ["whose receipts name no reason: that is the handset's strike", [well(100), bad(null, 100)], null],
    ["with ends that have a code and went well", [{ code: 30007, failed: false, messages: 300 }], null],
  ])("%s", (_, ends, reason) => {
    expect(restReason(ends)).toBe(reason);
  });

  test("rests with a reason in words", () => {
    const words = (["refused", "filtered", "failing"] as const).map(restReasonText);
    expect(new Set(words).size).toBe(3);
    expect(words.join("; ")).toBe(
      "the carrier refuses this number; carriers filter what it sends as spam; too much of what it sends fails",
    );
  });
});
