import type { Dimension, Figure } from "@smscrm/core/reports/figures";
import type { PeriodName } from "@smscrm/core/reports/period";
import { countryName, formatMoment } from "../../ui/words/format.ts";
import { lookUp } from "../../ui/words/look-up.ts";
import { reasonWords } from "../../ui/words/reasons.ts";
import { WEEKDAYS } from "../../ui/words/weekdays.ts";

export const PERIOD_WORDS: Readonly<Record<PeriodName, string>> = {
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  month: "This month",
  "last-month": "Last month",
  custom: "Custom",
};

export const DIMENSION_WORDS: Readonly<Record<Dimension, string>> = {
  campaign: "Campaign",
  audience: "Audience",
  template: "Template",
  sender: "Sender",
  country: "Country",
  hour: "Hour",
  weekday: "Weekday",
  failed: "Failed by cause",
  notSent: "Not sent by reason",
};

export const FIGURE_WORDS: Readonly<Record<Figure, string>> = {
  sent: "Sent",
  delivered: "Delivered",
  failed: "Failed",
  open: "No result yet",
  notSent: "Not sent",
  replied: "Replied",
  optedOut: "Opted out",
  clicked: "Clicked",
};

/** Messages that belong to no campaign of the list. */
const KINDS = {
  reply: "Replies from the inbox",
  test: "Tests",
  answer: "Automatic answers",
  confirmation: "Confirmations of opt-outs",
  code: "Codes for test numbers",
};

const AUDIENCES = {
  ...KINDS,
  all: "All contacts",
  tags: "Contacts by tag",
  one: "One contact",
  saved: "Saved audience",
};

/** Returns what a row of a report's table is about. `name`: what the server knows it by. */
export function rowWords(by: Dimension, { key, name }: { key: string; name: string | null }): string {
  if (name) return name;
  switch (by) {
    case "campaign":
      return lookUp(KINDS, key) ?? "Removed campaign";
    case "audience":
      return lookUp(AUDIENCES, key) ?? "Removed audience";
    case "template":
      return key === "" ? "No template" : "Removed template";
    case "sender":
      return key === "" ? "No sender" : "Removed sender";
    case "country":
      return key === "" ? "Unknown country" : countryName(key);
    case "hour":
      return `${key.padStart(2, "0")}:00`;
    case "weekday":
      return WEEKDAYS[Number(key) - 1] ?? key;
    default:
      return key === "" ? "No reason recorded" : reasonWords(key);
  }
}

/** Returns a local day: "24 Nov", with the year if it is not this one. */
export const dayWords = (day: string): string => formatMoment(new Date(`${day}T00:00`), new Date(), "day");

/** Returns how a figure changed against the period before: "+12 %"; null: there was nothing to compare with. */
export function changeWords(now: number, before: number): string | null {
  if (before === 0) return null;
  const percent = Math.round(((now - before) / before) * 100);
  return `${percent > 0 ? "+" : percent < 0 ? "−" : "±"}${Math.abs(percent)} %`;
}

/** Returns the address of the messages that a figure counts. */
export function messagesOf(
  figure: Figure,
  period: { from: string; to: string },
  row?: { by: Dimension; key: string },
): string {
  const query = new URLSearchParams({ figure, ...period, ...(row && { by: row.by, key: row.key }) });
  return `/messages?${query}`;
}

/** Returns rows in the order in which people look for them: clocks and weeks as they run, else most messages first. */
export function inOrder<Row extends { key: string }>(by: Dimension, rows: readonly Row[]): Row[] {
  return by === "hour" || by === "weekday"
    ? [...rows].sort((one, other) => Number(one.key) - Number(other.key))
    : [...rows];
}
