import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { weekGroups } from "../../ui/time/week-groups.ts";
import { formatMoment } from "../../ui/words/format.ts";

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isBlank = (value: unknown) =>
  value === null ||
  value === undefined ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Returns an entry's details in words: "name: value" pairs without the empty ones, and what was changed as "name: old →
 * new" without what stayed.
 */
export function detailWords(detail: unknown, now = new Date(), locale?: string): string {
  if (!isFields(detail)) return "";
  const { before, after, ...rest } = detail;
  const say = (value: unknown) => valueWords(value, now, locale);
  const changes = isFields(before) && isFields(after) ? changeWords(before, after, say) : [];
  const others = changes.length > 0 ? rest : detail;
  return [...changes, ...pairs(others, say)].join(" · ");
}

/** Either may have more than what changed: `before` all there was, or `after` all that was sent. */
function changeWords(before: Fields, after: Fields, say: (value: unknown) => string): string[] {
  return Object.keys(before)
    .filter((name) => name in after && !same(before[name], after[name]))
    .map((name) => `${nameWords(name)}: ${orNone(before[name], say)} → ${orNone(after[name], say)}`);
}

const orNone = (value: unknown, say: (value: unknown) => string) => (isBlank(value) ? "none" : say(value));

const pairs = (fields: Fields, say: (value: unknown) => string): string[] =>
  Object.entries(fields)
    .filter(([, value]) => !isBlank(value))
    .map(([name, value]) => {
      // Which fields were changed, by their names in the program.
      const named =
        name === "fields" && Array.isArray(value) ? value.map((field) => nameWords(String(field))) : value;
      return `${nameWords(name)}: ${say(named)}`;
    });

/** A field's name as people write it; names in the settings carry their unit. */
const nameWords = (name: string) =>
  name
    .replace(/([A-Z])/g, " $1")
    .toLowerCase()
    .replace(/^phone e164$/, "number")
    .replace(/ cents$/, " (in cents)");

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

function valueWords(value: unknown, now: Date, locale?: string): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) {
    if (isWeek(value)) return weekGroups(value).join(", ");
    return value.map((part) => (isFields(part) ? listed(part, now, locale) : String(part))).join(", ");
  }
  if (isFields(value)) return listed(value, now, locale);
  const text = String(value);
  if (ISO.test(text)) return formatMoment(new Date(text), now, "minute", undefined, locale);
  // A dual-stack socket reports an IPv4 address with this prefix.
  return text.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}

/** A value that has fields of its own, in brackets: they separate its fields from those beside it. */
const listed = (fields: Fields, now: Date, locale?: string) =>
  `(${pairs(fields, (value) => valueWords(value, now, locale)).join(", ")})`;

/** Seven days, each with its windows or none. */
const isWeek = (value: unknown[]): value is WeekSchedule & unknown[] =>
  value.length === 7 && value.every((day) => day === null || [day].flat().every(isWindow));

const isWindow = (value: unknown) => isFields(value) && "open" in value && "close" in value;
