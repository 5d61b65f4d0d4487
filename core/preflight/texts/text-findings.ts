import type { ChosenText } from "../../campaigns/texts/chosen-text.ts";
import type { MessageVerdict } from "../../gates/index.ts";
import type { CompiledCampaign, PreparedMessage } from "../../gates/message-facts.ts";
import type { LanguageReason } from "../../text/language.ts";

/** What a preflight says about the text in one language. */
export interface TextFinding {
  variant: number;
  /** A tag; empty: the default, whose tag is not said. */
  language: string;
  isDefault: boolean;
  /** Who gets it now or later. */
  people: number;
  /** Of all their messages. */
  segments: number;
  costMicros: number;
  /** Merge fields without a value and a fallback, with the people who don't get it for that. */
  missing: { field: string; contacts: number }[];
  /** Why they get this language. */
  reasons: { reason: LanguageReason; people: number }[];
  /** Where they are, by the country of their numbers. */
  countries: { country: string; people: number }[];
}

interface Found {
  people: number;
  segments: number;
  costMicros: number;
  missing: Map<string, number>;
  reasons: Map<LanguageReason, number>;
  countries: Map<string, number>;
}

type Message = Pick<PreparedMessage, "facts" | "missing">;

const count = <Key>(map: Map<Key, number>, key: Key, times: number): void =>
  void map.set(key, (map.get(key) ?? 0) + times);

/** Adds up who gets which text of a campaign, and what each costs. A campaign with one text has one row. */
export function createTextFindings({ defaultLanguage = "" }: Pick<CompiledCampaign, "defaultLanguage">) {
  const found = new Map<string, Found & Pick<ChosenText, "variant" | "language">>();

  function of({ variant, language }: ChosenText) {
    const key = `${variant} ${language}`;
    const known = found.get(key);
    if (known) return known;
    const made = {
      ...{ variant, language, people: 0, segments: 0, costMicros: 0 },
      ...{ missing: new Map(), reasons: new Map(), countries: new Map() },
    };
    found.set(key, made);
    return made;
  }

  return {
    add(
      chosen: ChosenText,
      country: string | null,
      { facts, missing }: Message,
      verdict: MessageVerdict,
      times = 1,
    ): void {
      const text = of(chosen);
      for (const field of missing) count(text.missing, field, times);
      if (verdict.kind === "drop") return;
      text.people += times;
      text.segments += facts.segments * times;
      text.costMicros += (facts.priceMicros ?? 0) * times;
      if (chosen.reason !== null) count(text.reasons, chosen.reason, times);
      if (country !== null) count(text.countries, country, times);
    },
    /** The one that most people get comes first; of equals the default, then by language. */
    result: (): TextFinding[] =>
      [...found.keys()]
        .sort()
        .map((key) => found.get(key)!)
        .map(({ variant, language, people, segments, costMicros, missing, reasons, countries }) => ({
          ...{ variant, language: language || defaultLanguage, isDefault: language === "" },
          ...{ people, segments, costMicros },
          missing: [...missing].map(([field, contacts]) => ({ field, contacts })),
          reasons: [...reasons].map(([reason, of]) => ({ reason, people: of })),
          countries: [...countries].map(([place, of]) => ({ country: place, people: of })),
        }))
        .sort((a, b) => b.people - a.people),
  };
}
