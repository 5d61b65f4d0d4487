import { expect, test } from "vitest";
import { SUBMISSION_LIMIT_MS } from "../send/send-job.ts";
import { ClaimSize } from "./claim-size.ts";

test("claims that come too late halve the size, down to one message and no further", () => {
  const claims = new ClaimSize(100);
  const sizes = Array.from({ length: 8 }, () => {
    claims.took(SUBMISSION_LIMIT_MS + 1, claims.size);
    return claims.size;
  });
  expect(sizes).toEqual([50, 25, 12, 6, 3, 1, 1, 1]);
});

test("a slow claim that is in time keeps its size, because its messages were sent", () => {
  const claims = new ClaimSize(100);
  claims.took(SUBMISSION_LIMIT_MS, 100);
  expect(claims.size).toBe(100);
});

test("a late claim of few messages means that even few are too many", () => {
  const claims = new ClaimSize(100);
  claims.took(SUBMISSION_LIMIT_MS + 1, 8);
  expect(claims.size).toBe(4);
});

test("quick claims of the full size grow it back to the limit; smaller or slower ones change nothing", () => {
  const claims = new ClaimSize(100);
  for (let time = 0; time < 9; time += 1) claims.took(SUBMISSION_LIMIT_MS + 1, claims.size);
  claims.took(1, 0);
  claims.took(SUBMISSION_LIMIT_MS * 0.8, 1);
  expect(claims.size).toBe(1);
  for (let time = 0; time < 40; time += 1) claims.took(1, claims.size);
  expect(claims.size).toBe(100);
});
