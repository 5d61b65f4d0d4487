import { expect, test } from "vitest";
import { hashPassword, isPassword } from "./passwords.ts";

test("a password is kept as argon2id with OWASP's cost and a salt of its own", async () => {
  const [first, second] = await Promise.all([
    hashPassword("vivid lantern", "a"),
    hashPassword("vivid lantern", "a"),
  ]);
  for (const kept of [first, second])
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43}$/);
  expect(first).not.toBe(second);
  expect(await isPassword("vivid lantern", first, "a")).toBe(true);
});

test("not a character of a password is changed or ignored when it is checked", async () => {
  const kept = await hashPassword("Vivid lantern ", "a");
  for (const other of ["Vivid lantern", "vivid lantern ", "Vivid lantern  "])
    expect(await isPassword(other, kept, "a")).toBe(false);
});
