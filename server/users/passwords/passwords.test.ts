import { readdirSync, readFileSync } from "node:fs";
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

test("a hash that is no hash is an error, and the next password is checked all the same", async () => {
  await expect(isPassword("vivid lantern", "no hash", "a")).rejects.toThrow();
  const kept = await hashPassword("vivid lantern", "a");
  expect(await isPassword("vivid lantern", kept, "a")).toBe(true);
});

test.runIf(process.platform === "linux")("a thread that gives way to requests hashes passwords", async () => {
  await hashPassword("vivid lantern", "a");
  const threads = readdirSync("/proc/self/task").map((id) =>
    readFileSync(`/proc/self/task/${id}/stat`, "utf8"),
  );
  // Field 19 of proc(5), counted after the name, which may hold spaces.
  const priorities = threads.map((stat) => Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]));
  const [own] = readFileSync("/proc/self/stat", "utf8").split(")").slice(-1);
  expect(Number(own!.trim().split(" ")[16])).toBeLessThan(10);
  expect(priorities).toContain(10);
});

test("not a character of a password is changed or ignored when it is checked", async () => {
  const kept = await hashPassword("Vivid lantern ", "a");
  for (const other of ["Vivid lantern", "vivid lantern ", "Vivid lantern  "])
    expect(await isPassword(other, kept, "a")).toBe(false);
});
