import { expect, test } from "vitest";
import { phoneCells } from "../testing/phone-cells.ts";
import { mapRow } from "./contact-import.ts";

/** A quick run. `pnpm cells 10000000` reads ten million. */
const CELLS = 100_000;
const SEED = 16;

test("no import yields a number that its cell does not spell", () => {
  const wrong: string[] = [];
  let read = 0;
  const cells = phoneCells(SEED);
  for (let n = 0; n < CELLS; n++) {
    const { cell, country, spelled } = cells.next().value!;
    const mapped = mapRow([cell], { phone: 0 }, { defaultCountry: country });
    if (!mapped.ok) continue;
    read++;
    const { phoneE164 } = mapped.contact;
    if (!spelled.includes(phoneE164)) wrong.push(`${JSON.stringify(cell)} in ${country}: ${phoneE164}`);
  }
  expect(wrong).toEqual([]);
  expect(read / CELLS).toBeGreaterThan(0.4);
});
