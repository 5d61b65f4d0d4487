import { TRPCClientError } from "@trpc/client";
import { expect, test } from "vitest";
import { codeOf, isAway, sentenceOf } from "./problem.ts";

const answered = (code: string, message: string) =>
  TRPCClientError.from({ error: { code: -32600, message, data: { code } } } as never);

test("shows the server's sentence as it is", () => {
  const error = answered("CONFLICT", "This campaign was launched already.");
  expect(codeOf(error)).toBe("CONFLICT");
  expect(sentenceOf(error)).toBe("This campaign was launched already.");
});

test("shows the first error of refused input, not JSON", () => {
  const error = answered(
    "BAD_REQUEST",
    JSON.stringify([{ message: "Give the campaign a name." }, { message: "b" }]),
  );
  expect(sentenceOf(error)).toBe("Give the campaign a name.");
});

test("knows a missing answer from a refusal, because the change may have been made", () => {
  const error = TRPCClientError.from(new TypeError("Failed to fetch"));
  expect(isAway(error)).toBe(true);
  expect(isAway(answered("NOT_FOUND", "No such contact."))).toBe(false);
  expect(sentenceOf(error)).toContain("did not answer");
});
