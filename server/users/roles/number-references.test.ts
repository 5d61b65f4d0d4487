import { expect, test } from "vitest";
import { withoutReferences, withReferences } from "./number-references.ts";

const key = Buffer.alloc(32, 7);
const PHONE = "+61491570006";

test("a reference shows the mask, and only the server with the same key finds the number behind it", () => {
  const reference = withReferences(PHONE, key);
  expect(reference).toMatch(/^\+614••••••06#[\w-]{50,}$/);
  expect(withoutReferences(reference, key)).toBe(PHONE);
  expect(withoutReferences(reference, Buffer.alloc(32, 8))).toBe(reference);
  expect(Buffer.from(reference.split("#")[1]!, "base64url").toString("latin1")).not.toContain("9157");
});

test("the same number has the same reference, and two numbers have two", () => {
  expect(withReferences(PHONE, key)).toBe(withReferences(PHONE, key));
  expect(withReferences("+61491570106", key)).not.toBe(withReferences(PHONE, key));
});

test("stands inside a longer text, such as a list's cursor", () => {
  const cursor = `1764402000.123|${PHONE}`;
  const masked = withReferences(cursor, key);
  expect(masked).not.toContain("9157");
  expect(withoutReferences(masked, key)).toBe(cursor);
});

test("an invented or changed reference stays as it is", () => {
  const reference = withReferences(PHONE, key);
  const [mask, sealed] = reference.split("#") as [string, string];
  for (const other of [
    `${mask}#`,
    `${mask}#AAAA`,
    `${mask}#${"A".repeat(54)}`,
    `${mask}#B${sealed.slice(1)}`,
  ])
    expect(withoutReferences(other, key)).toBe(other);
});
