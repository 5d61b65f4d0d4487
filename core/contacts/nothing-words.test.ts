import { expect, test } from "vitest";
import { isNothing } from "./nothing-words.ts";

// NULL: MySQL and phpMyAdmin exports. None: Python's csv. \N: MySQL's SELECT INTO OUTFILE. #N/A, #NV: Excel in English
// and German. NaN, NaT, <NA>: pandas. (blank): pivot tables. undefined: JavaScript. 0000-00-00: MySQL's empty date.
test.each(
  "|NULL|null|N/A|n/a|#N/A|#NV|None|none|nil|NIL|undefined|NaN|\\N|<NA>|(null)|(blank)|-|--|\u2014|?|??|.|_|0000-00-00|NA|''".split(
    "|",
  ),
)("%j is no value", (cell) => expect(isNothing(cell)).toBe(true));

test.each([
  "Null",
  "Nil",
  "Na",
  "Nan",
  "0",
  "x",
  "No",
  "no",
  "Nona",
  "Noner",
  "-5",
  "?a",
  "*",
  "Unknown",
  "a".repeat(30),
])("%j is a value", (cell) => expect(isNothing(cell)).toBe(false));
