import { expect, test } from "vitest";
import { searchText } from "./search-text.ts";

test.each([
  ["0491 570 006", "0491570006"],
  ["\u202a+61 491 570 006\u202c", "61491570006"],
  ["tel:+61491570006", "61491570006"],
  ["https://wa.me/61491570006", "61491570006"],
  ["(0491) 570-006", "0491570006"],
  ["0491\u2011570\u00a0006", "0491570006"],
  ["٠٤٩١", "0491"],
  ["０４９１", "0491"],
  ["570.006", "570006"],
  ["06", "06"],
])("%j is part of a number", (search, digits) => expect(searchText(search)).toEqual({ digits, words: [] }));

test.each([
  ["  Mia\u200b  Jones ", ["Mia", "Jones"]],
  ["\u2068Zoë\u2069", ["Zoë"]],
  ["Ava 2", ["Ava", "2"]],
  ["7", ["7"]],
  ["1234567890123456", ["1234567890123456"]],
  ["\u200b", []],
])("%j is part of a name", (search, words) => expect(searchText(search)).toEqual({ digits: null, words }));
