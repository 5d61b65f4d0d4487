import { type NonGsmCharacter, segments } from "../text/segments.ts";
import { renderTemplate, type Template } from "../text/template.ts";
import { createOffenders, gsmSafeText, type Offender } from "./cost-offenders.ts";
import { messagePriceMicros, type PriceQuery, RATE_CARD, type RateCard } from "./pricing.ts";

export interface LintOptions {
  /** The campaign's setting. Characters that smart encoding replaces are not faults. */
  smartEncoding?: boolean;
  /** The sender type and the time, for the price. */
  price?: Pick<PriceQuery, "senderType" | "at">;
  card?: RateCard;
  /** The most values that each list names. Default 20. */
  offenders?: number;
  /** Values that are as long for everyone, such as the opt-out link: a part of the template, and no fault. */
  fixed?: Values;
}

/** What one cause adds to the cost of the audience. */
export interface LintCause {
  people: number;
  extraSegments: number;
  /** Micros; recipients without a price count as zero here. */
  extraMicros: number;
  /** The most expensive values first. They are personal data: shown to the author, never logged. */
  offenders: Offender[];
}

export interface LintReport {
  people: number;
  /** Characters of the template itself that force UCS-2: replace these first. */
  template: NonGsmCharacter[];
  /** Values that force UCS-2 where the template alone is GSM-7. */
  ucs2: LintCause;
  /** Values so long that the text needs more segments than with blanks. */
  longer: LintCause;
  /** Recipients in countries without a price. */
  unpriced: number;
  /** False if there were too many different values, and the cheapest ones were dropped from the lists. */
  complete: boolean;
}

type Values = Readonly<Record<string, string | null | undefined>>;

/**
 * Reads an audience one contact at a time. Reports which merge values raise the cost, for how many contacts and by
 * how much, with replacements. Memory is bounded for any audience: totals are exact, lists keep the most expensive
 * values.
 */
export function startLint(template: Template, options: LintOptions = {}) {
  const { smartEncoding = false, card = RATE_CARD, price = {}, offenders: most = 20, fixed = {} } = options;
  const sized = (text: string) => segments(text, { smartEncoding });
  const own = template.parts.filter((part) => typeof part === "string").join("");
  const fallbacks = template.fields.map((field) => field.fallback ?? "").join("");
  const ownFaults = sized(own).nonGsm;
  const mayForce = ownFaults.length === 0 && sized(fallbacks).encoding === "GSM-7";
  const bare = sized(renderTemplate(template, fixed).text).segments;
  const fields = template.fields.filter(({ name }) => !Object.hasOwn(fixed, name));
  const ucs2 = startCause(most);
  const longer = startCause(most);
  let people = 0;
  let unpriced = 0;

  return {
    /** Counts one contact. `country` is for the price: ISO 3166-1 alpha-2. */
    add(values: Values, country: string | null): void {
      people += 1;
      const perSegment = messagePriceMicros({ ...price, country, segments: 1 }, card);
      if (perSegment === null) unpriced += 1;
      const micros = perSegment ?? 0;
      const shown = shownValues(fields, values);
      const forcing = mayForce ? shown.filter(({ value }) => sized(value).encoding === "UCS-2") : [];
      const now = sized(renderTemplate(template, values).text).segments;
      const safe =
        forcing.length === 0 ? now : sized(renderTemplate(template, gsmSafe(values)).text).segments;
      if (forcing.length > 0) ucs2.count(forcing, now - safe, micros);
      if (safe > bare && shown.length > 0) longer.count([longest(shown)], safe - bare, micros);
    },
    report(): LintReport {
      return {
        people,
        template: ownFaults,
        ucs2: ucs2.result(),
        longer: longer.result(),
        unpriced,
        complete: ucs2.complete() && longer.complete(),
      };
    },
  };
}

interface Shown {
  field: string;
  value: string;
}

/** Returns the values in this contact's text, formatted. */
function shownValues(fields: Template["fields"], values: Values): Shown[] {
  const shown: Shown[] = [];
  for (const field of fields) {
    const { text } = renderTemplate({ parts: [{ ...field, fallback: "" }], fields: [], errors: [] }, values);
    if (text !== "" && !shown.some(({ field: name }) => name === field.name)) {
      shown.push({ field: field.name, value: text });
    }
  }
  return shown;
}

function longest(shown: readonly Shown[]): Shown {
  return shown.reduce((best, one) => (one.value.length > best.value.length ? one : best));
}

function gsmSafe(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, gsmSafeText(value ?? "")]));
}

function startCause(most: number) {
  const total = { people: 0, extraSegments: 0, extraMicros: 0 };
  const offenders = createOffenders(most);
  return {
    /** If several values raise the cost together, each is listed with its share; the total counts them once. */
    count(blamed: readonly Shown[], extraSegments: number, micros: number): void {
      const extraMicros = extraSegments * micros;
      total.people += 1;
      total.extraSegments += extraSegments;
      total.extraMicros += extraMicros;
      for (const { field, value } of blamed) {
        offenders.add(field, value, Math.round(extraMicros / blamed.length));
      }
    },
    result: (): LintCause => ({ ...total, offenders: offenders.list() }),
    complete: offenders.complete,
  };
}
