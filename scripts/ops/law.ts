import { readCountry } from "@smscrm/core/contacts/country-name";
import { countryLaw } from "@smscrm/core/law/country-law";
import { holidayWords, weekWords } from "@smscrm/core/law/law-document";
import { counted } from "@smscrm/core/text/counted";
import { type OpsContext, OpsRefusal } from "./context.ts";

/** `pnpm ops law check COUNTRY`: says what is known about a country, and what is missing before texts go there. */
export async function law({ say }: Pick<OpsContext, "say">, words: readonly string[]): Promise<void> {
  const [verb, ...name] = words;
  if (verb !== "check" || name.length === 0) {
    throw new OpsRefusal("Use: pnpm ops law check COUNTRY, with a code or a name, such as ZA or France.");
  }
  const typed = name.join(" ");
  const read = readCountry(typed);
  const found = read.kind === "country" ? countryLaw(read.code, new Date()) : null;
  if (!found) {
    throw new OpsRefusal(`"${typed}" is no country that smscrm knows. Give its two-letter code, such as ZA.`);
  }
  const { country, name: title, zones, rules, consent, priced, missing } = found;
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
  if (missing.length === 0) say("Nothing is missing.");
  else say(`${counted(missing.length, "thing is", "things are")} missing:`);
  for (const sentence of missing) say(`  - ${sentence}`);
}
