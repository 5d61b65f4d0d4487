import { expect, test } from "vitest";
import vectors from "../data/segmentation-cases.json" with { type: "json" };
import { countSegments, smartEncode } from "./segments.ts";

test.each(vectors.cases)("counts $name", ({ text, smartEncoding, encoding, segments, units }) => {
  expect(countSegments(smartEncoding ? smartEncode(text) : text)).toEqual({ encoding, segments, units });
});

test("the fast path for plain text agrees with the slow one for every ASCII character", () => {
  for (let code = 0; code < 128; code += 1) {
    const char = String.fromCharCode(code);
    // Padding beyond 160 characters forces the slow path; it adds 200 septets or code units of its own.
    const long = countSegments(char + "a".repeat(200));
    const short = countSegments(char);
    expect({ encoding: short.encoding, units: short.units + 200 }).toEqual({
      encoding: long.encoding,
      units: long.units,
    });
  }
});
