import { HAND_OVER_LIMIT_MS } from "@smscrm/core/send-job";
import { expect, test } from "vitest";
import { ClaimSize } from "./claim-size.ts";

test("slow claims get smaller, down to one message and no further", () => {
  const claims = new ClaimSize(100);
  const sizes = Array.from({ length: 8 }, () => {
    claims.took(HAND_OVER_LIMIT_MS + 1, claims.size);
    return claims.size;
  });
  expect(sizes).toEqual([50, 25, 12, 6, 3, 1, 1, 1]);
});

test("a slow claim of few messages says that few are too many", () => {
  const claims = new ClaimSize(100);
  claims.took(HAND_OVER_LIMIT_MS, 8);
  expect(claims.size).toBe(4);
});

test("quick claims of the full size grow back to the limit; smaller ones, or middling ones, say nothing", () => {
  const claims = new ClaimSize(100);
  for (let time = 0; time < 9; time += 1) claims.took(HAND_OVER_LIMIT_MS, claims.size);
  claims.took(1, 0);
  claims.took(HAND_OVER_LIMIT_MS / 2, 1);
  expect(claims.size).toBe(1);
  for (let time = 0; time < 40; time += 1) claims.took(1, claims.size);
  expect(claims.size).toBe(100);
});
