import { readCountry } from "@smscrm/core/contacts/country-name";
import { ruleAdvice } from "@smscrm/core/law/advice";
import { countryLaw } from "@smscrm/core/law/country-law";
import { holidayWords, weekWords } from "@smscrm/core/law/law-document";
import { counted } from "@smscrm/core/text/counted";
import { readRules } from "@smscrm/db/law/rule-book";
import { type OpsContext, OpsRefusal } from "./context.ts";

/** `pnpm ops law check COUNTRY`: says what is known about a country, and what is missing before texts go there. */
export async function law(
  { say, sql }: Pick<OpsContext, "say" | "sql">,
  words: readonly string[],
): Promise<void> {
  const [verb, ...name] = words;
  if (verb !== "check" || name.length === 0) {
    throw new OpsRefusal("Use: pnpm ops law check COUNTRY, with a code or a name, such as ZA or France.");
  }
  const typed = name.join(" ");
  const read = readCountry(typed);
  const book = await readRules(sql);
  const now = new Date();
  const found = read.kind === "country" ? countryLaw(read.code, now, book) : null;
  if (!found) {
    throw new OpsRefusal(`"${typed}" is no country that smscrm knows. Give its two-letter code, such as ZA.`);
  }
  const { country, name: title, zones, rules, consent, priced } = found;
  const missing = [...found.missing, ...ruleAdvice(country, book, now)];
  say(`${title} (${country})`);
  say(`  ${counted(zones.length, "time zone")}: ${zones.join(", ")}`);
  say(`  Consent for marketing: ${consent}`);
  say(`  Price: ${priced ? "known" : "none, so texts are refused"}`);
  for (const rule of rules) {
    const cap = rule.capPerDay === null ? "" : `, at most ${rule.capPerDay} in 24 hours`;
    say(
      `  ${rule.jurisdiction}, ${rule.basis}: ${weekWords(rule.week)}; public holidays ${holidayWords(rule)}${cap}`,
    );
    say(`      ${rule.law}. Read on ${rule.checked}: ${rule.source}`);
  }
  for (const part of found.ownParts) {
    const version = book.own[part].get(country)!;
    const since = version.validFrom.toISOString().slice(0, 10);
    say(`  Set by the platform since ${since}: ${part}, revision ${version.revision}`);
    say(`      Read on ${version.checkedOn}: ${version.source}${version.note ? `. ${version.note}` : ""}`);
  }
  if (missing.length === 0) say("Nothing is missing.");
  else say(`${counted(missing.length, "thing is", "things are")} missing:`);
  for (const sentence of missing) say(`  - ${sentence}`);
}
