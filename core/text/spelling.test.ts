import fc from "fast-check";
import { expect, test } from "vitest";
import { closestName, editDistance } from "./spelling.ts";

test.each([
  ["", "", 0],
  ["abc", "", 3],
  ["", "abc", 3],
  ["frist", "first", 1],
  ["first", "firsst", 1],
  ["fist", "first", 1],
  ["city", "cite", 1],
  ["kitten", "sitting", 3],
  ["ca", "abc", 3],
])("%j to %j takes %i", (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

test("it is a distance: symmetric, zero only for equals, one edit away is one", () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, fc.nat(12), (a, b, at) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, `${a.slice(0, at)}\u0000${a.slice(at)}`)).toBe(1);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test.each([
  ["frist_name", "first_name"],
  ["firstname", "first_name"],
  ["fname", null],
  ["citi", "city"],
  ["x", null],
  ["shoe_size", null],
])("%s: did you mean %s", (typed, name) => {
  expect(closestName(typed, ["last_name", "first_name", "city"])).toBe(name);
});

test("of equally close names the first wins, and a long name may differ more", () => {
  expect(closestName("cat", ["bat", "hat"])).toBe("bat");
  expect(closestName("favouritecolor", ["favourite_colours"])).toBe("favourite_colours");
  expect(closestName("abcdef", ["abcxyf", "abcxyz"])).toBe("abcxyf");
  expect(closestName("abcdef", ["abcxyz"])).toBeNull();
});

test("only neighbours swap", () => {
  expect(editDistance("ab", "ba")).toBe(1);
  expect(editDistance("xab", "xba")).toBe(1);
  expect(editDistance("abc", "cba")).toBe(2);
  expect(editDistance("aab", "b")).toBe(2);
  expect(editDistance("a", "ba")).toBe(1);
});
