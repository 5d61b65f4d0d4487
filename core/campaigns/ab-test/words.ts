import { count, counted } from "../../text/counted.ts";
import { type AbMeasure, type AbPlan, variantName } from "./ab-test.ts";

export const MEASURE_WORDS: Readonly<Record<AbMeasure, string>> = {
  replies: "replies",
  clicks: "clicks",
  delivered: "delivered",
  "opt-outs": "fewest opt-outs",
};

/** "20 %, at least 500 contacts, by replies after 60 minutes; if unclear, a person chooses". */
export function abPlanWords({
  percent,
  atLeast,
  measure,
  waitMinutes,
  choice,
  unclear,
  defaultVariant,
}: AbPlan): string {
  const how = `${percent} %, at least ${counted(atLeast, "contact")}, by ${MEASURE_WORDS[measure]} after ${count(waitMinutes)} minutes`;
  if (choice === "hand") return `${how}; a person chooses`;
  return `${how}; if unclear, ${unclear === "hold" ? "a person chooses" : `text ${variantName(defaultVariant)}`}`;
}
