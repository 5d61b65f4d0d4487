import { expect, test } from "vitest";
import { numberReferences } from "./number-references.ts";

const { put, read } = numberReferences(Buffer.alloc(32, 7));
const PHONE = "+61491570006";

test("a reference shows the mask, and only the server with the same key finds the number behind it", () => {
  const reference = put(PHONE);
  expect(reference).toMatch(/^\+614••••••06#[\w-]{50,}$/);
  expect(read(reference)).toBe(PHONE);
  expect(numberReferences(Buffer.alloc(32, 8)).read(reference)).toBe(reference);
  expect(Buffer.from(reference.split("#")[1]!, "base64url").toString("latin1")).not.toContain("9157");
});

test("the same number has the same reference, and two numbers have two", () => {
  expect(put(PHONE)).toBe(put(PHONE));
  expect(put("+61491570106")).not.toBe(put(PHONE));
});

test("stands inside a longer text, such as a list's cursor", () => {
  const cursor = `1764402000.123|${PHONE}`;
  const masked = put(cursor);
  expect(masked).not.toContain("9157");
  expect(read(masked)).toBe(cursor);
});

test("an invented or changed reference stays as it is", () => {
  const reference = put(PHONE);
  const [mask, sealed] = reference.split("#") as [string, string];
  for (const other of [
    `${mask}#`,
    `${mask}#AAAA`,
    `${mask}#${"A".repeat(54)}`,
    `${mask}#B${sealed.slice(1)}`,
  ])
    expect(read(other)).toBe(other);
});
