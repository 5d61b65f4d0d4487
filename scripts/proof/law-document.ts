// pnpm law:document: writes docs/law.md from the data. With --check it only says whether the file is current.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lawCountries, outdatedLaw } from "@smscrm/core/law/country-law";
import { lawDocument } from "@smscrm/core/law/law-document";

const FILE = fileURLToPath(new URL("../../docs/law.md", import.meta.url));
const text = lawDocument();

// A warning, not a failure: a release of last year must still build.
for (const problem of outdatedLaw(lawCountries(), new Date())) console.warn(`warning: ${problem}`);

if (!process.argv.includes("--check")) writeFileSync(FILE, text);
else if (readFileSync(FILE, "utf8") !== text) {
  console.error("docs/law.md is not what core/data says. Run pnpm law:document, and commit the file.");
  process.exitCode = 1;
}
