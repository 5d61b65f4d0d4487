import { mapRow } from "@smscrm/core/contacts/contact-import";
import { phoneCells } from "@smscrm/core/testing/phone-cells";

/**
 * Reads generated phone cells as an import does, and fails if one yields a number that the cell does not spell:
 * `pnpm cells 10000000 7` reads ten million with seed 7.
 */
const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const SHOWN_MAX = 20;

const started = Date.now();
const cells = phoneCells(seed);
let read = 0;
let wrong = 0;
for (let n = 0; n < count; n++) {
  const { cell, country, spelled } = cells.next().value!;
  const mapped = mapRow([cell], { phone: 0 }, { defaultCountry: country });
  if (!mapped.ok) continue;
  read++;
  const { phoneE164 } = mapped.contact;
  if (spelled.includes(phoneE164)) continue;
  wrong++;
  if (wrong <= SHOWN_MAX) console.error(`${JSON.stringify(cell)} in ${country} became ${phoneE164}`);
}
const seconds = Math.round((Date.now() - started) / 1000);
console.info(`${count} cells, ${read} read, ${count - read} refused, ${wrong} wrong, in ${seconds} s`);
if (wrong > 0 || !(count > 0)) process.exitCode = 1;
