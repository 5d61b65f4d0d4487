import { subjectKey } from "./preferences.ts";

const KEEPS = /\b(?:but|however|just|only|still|keep|though|except)\b/;
const REFUSES = /\b(?:no|not|stop|don'?t|dont|never|without|remove|unsubscribe|quit|end|enough|cancel)\b/;
const MARKETING =
  /\b(?:marketing|offers?|promos?|promotions?|promotional|ads?|adverts?|advertising|advertisements?|deals?|sales?|discounts?|newsletters?|specials|coupons?|vouchers?)\b/;

/**
 * Returns what a partial opt-out clearly refuses, as subject keys: "no more offers but keep my reminders" refuses
 * marketing. A topic that the tenant named goes before the whole of marketing. Empty where a person must decide: nothing
 * is named, the same thing is refused and kept, or the language is not English.
 */
export function clearRefusals(text: string, topics: readonly string[]): string[] {
  const plain = text
    .normalize("NFKC")
    .replace(/[‘’ʼ`´]/g, "'")
    .toLowerCase();
  const [refusing = "", ...others] = plain.split(KEEPS);
  const keeping = others.join(" ");
  if (keeping.trim() === "" || !REFUSES.test(refusing) || REFUSES.test(keeping)) return [];
  const named = topics.filter((topic) => mentions(refusing, topic));
  if (named.some((topic) => mentions(keeping, topic))) return [];
  if (named.length > 0) return named.map((topic) => subjectKey({ purpose: "marketing", topic }));
  return MARKETING.test(refusing) && !MARKETING.test(keeping) ? ["marketing"] : [];
}

const mentions = (text: string, topic: string): boolean => {
  const words = (from: string) =>
    ` ${from
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim()} `;
  return words(text).includes(words(topic));
};
