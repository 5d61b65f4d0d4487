import { classifyReply } from "../replies/replies.ts";
import { publicHolidays } from "../time/public-holidays.ts";
import { hoursRules, rulesAt } from "../time/quiet-hours-presets.ts";
import type { RuleBook } from "./rule-book.ts";

/** Returns what the author of a country's rules should look at again, one sentence each. Nothing of it is refused. */
export function ruleAdvice(country: string, book: RuleBook, now: Date): string[] {
  const rules = hoursRules(book.hours).filter((rule) => rule.country === country);
  const shown = rules.length > 0 ? rules : rulesAt(country, null, book.hours);
  const closes = shown.some(({ holidays }) => holidays !== "as usual");
  const advice: string[] = [];
  if (book.own.holidays.has(country) && !closes)
    advice.push(
      "Public holidays are set, and no rule of hours closes on them: texts go as on other days. Set that under Hours.",
    );
  for (const { jurisdiction, holidays, region, holidayRows } of shown) {
    const days = publicHolidays(country, region, now.getUTCFullYear() + 1, holidayRows);
    if (holidays !== "as usual" && (days === null || days.length === 0))
      advice.push(
        `${jurisdiction} closes on public holidays, and those of ${now.getUTCFullYear() + 1} are not known. Set them under Public holidays.`,
      );
  }
  return [...advice, ...doubtfulWords(book, country)];
}

/** Words that mean something else wherever they are not added. */
function doubtfulWords({ own }: RuleBook, country: string): string[] {
  const words = own.replies.get(country)?.body.whole ?? [];
  const other = words.filter((word) => ["opt-in", "help"].includes(classifyReply(word)));
  if (other.length === 0) return [];
  const named = other.slice(0, 5).map((word) => `“${word}”`);
  return [
    `Reply words: ${named.join(", ")} ${other.length === 1 ? "asks" : "ask"} for help or for texts in every other country, and would opt people out here.`,
  ];
}
