import { TRPCClientError } from "@trpc/client";
import { expect, test } from "vitest";
import { sentenceOf } from "./problem.ts";

const refusal = (message: string, fields?: Record<string, string>) =>
  TRPCClientError.from({
    error: { message, code: -32600, data: { code: "BAD_REQUEST", httpStatus: 400, fields } },
  });

test("a person reads a field's sentence without the name that programs have for the field", () => {
  const email = "Enter an e-mail address.";
  expect(sentenceOf(refusal(`email: ${email}`, { email }))).toBe(email);
  const open = "Write the opening time as HH:MM, for example 09:00.";
  expect(sentenceOf(refusal(`quietHours.2.open: ${open}`, { "quietHours.2.open": open }))).toBe(
    `Wednesday: ${open}`,
  );
});

test("what is no sentence of ours keeps the field's name", () => {
  const fault = "Invalid input: expected string, received number";
  expect(sentenceOf(refusal(`name: ${fault}`, { name: fault }))).toBe(`name: ${fault}`);
  expect(sentenceOf(refusal("A draft can’t be paused."))).toBe("A draft can’t be paused.");
});
