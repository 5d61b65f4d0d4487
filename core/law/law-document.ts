import { REGISTERS, type Register } from "../suppression/registers.ts";
import { type HoursRule, hoursRules } from "../time/quiet-hours-presets.ts";
import { dayWords, type WeekSchedule } from "../time/week-schedule.ts";
import { countryLaw, lawCountries } from "./country-law.ts";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Returns a week in words, equal days joined: "Mon–Fri 09:00–20:00; Sat 09:00–17:00; Sun none". */
export function weekWords(week: WeekSchedule): string {
  const parts: { from: number; to: number; words: string }[] = [];
  for (const [day, hours] of week.entries()) {
    const words = dayWords(hours) ?? "none";
    const last = parts.at(-1);
    if (last?.words === words) last.to = day;
    else parts.push({ from: day, to: day, words });
  }
  if (parts.length === 1) return `every day ${parts[0]!.words}`;
  return parts
    .map(({ from, to, words }) => `${from === to ? DAYS[from] : `${DAYS[from]}–${DAYS[to]}`} ${words}`)
    .join("; ");
}

/** Returns what a rule says about public holidays in words. */
export function holidayWords({ holidays }: HoursRule): string {
  return holidays === "as usual" ? holidays : (dayWords(holidays) ?? "closed");
}

const row = (...cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const head = (...cells: string[]) => `${row(...cells)}\n${row(...cells.map(() => "---"))}`;

function ruleRow(rule: HoursRule): string {
  const { jurisdiction, name, basis, week, capPerDay, law, source, checked, confidence, note } = rule;
  return row(
    `${name} (${jurisdiction})`,
    basis,
    weekWords(week),
    holidayWords(rule),
    capPerDay === null ? "–" : `${capPerDay} in 24 h`,
    note ? `${law}. ${note}` : law,
    `<${source}>`,
    checked,
    confidence,
  );
}

function registerRow({
  name,
  register,
  covers,
  validDays,
  consent,
  law,
  source,
  checkedOn,
  confidence,
  note,
}: Register): string {
  return row(
    `${name} (${register})`,
    covers,
    validDays === null ? "as stated" : validDays === 1 ? "1 day" : `${validDays} days`,
    consent,
    note ? `${law}. ${note}` : law,
    `<${source}>`,
    checkedOn,
    confidence,
  );
}

/** Returns docs/law.md: every rule of hours with its source, and what is known of every country. */
export function lawDocument(): string {
  const countries = lawCountries().map((country) => countryLaw(country, new Date(0))!);
  return [
    "# The law as data",
    "",
    "Written by `pnpm law:document` from `core/data`. Don't edit it: change the data, and write it again. Engineering",
    "reference, not legal advice.",
    "",
    "## When marketing texts may go",
    "",
    "Hours are the recipient's local time. **statute** always applies. **guidance** is recommended: it applies to every",
    "country but the organisation's own, until an owner chooses otherwise under Settings → Destinations. The organisation's",
    "own hours, the campaign's and the platform's limit apply as well. If the area code and the address of a person name two",
    "states, both count. `db/send/claim-by-law.test.ts` sends through the claim at an allowed and a forbidden minute of each row.",
    "",
    head("where", "basis", "hours", "public holidays", "cap", "law", "source", "read on", "confidence"),
    ...hoursRules().map(ruleRow),
    "",
    "## Registers of people who want no marketing",
    "",
    "A tenant uploads the list of a register under Do not contact → Suppression lists. **texts**: the register's law is about",
    "texts too; **calls**: about calls only, and an uploaded list still stops marketing texts. **override**: the consent that",
    "by the register's rule counts more than an entry.",
    "",
    head("register", "covers", "valid for", "override", "law", "source", "read on", "confidence"),
    ...REGISTERS.map(registerRow),
    "",
    "## Every country",
    "",
    "A country without a row above has the default hours, 09:00 to 20:00 on every day but Sunday, as guidance. `pnpm ops law",
    "check COUNTRY` says what is missing.",
    "",
    head("country", "zones", "hours", "consent for marketing", "price"),
    ...countries.map(({ country, name, zones, rules, consent, priced }) =>
      row(
        `${name} (${country})`,
        String(zones.length),
        rules.some((rule) => !rule.isDefault) ? "above" : "default",
        consent,
        priced ? "yes" : "needed before use",
      ),
    ),
    "",
  ].join("\n");
}
