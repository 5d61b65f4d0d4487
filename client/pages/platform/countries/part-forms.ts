import type { RulePart } from "../../../data/rules/law.ts";

/** One field of a part's form. Lines: one entry on each. */
export interface FieldSpec {
  key: string;
  label: string;
  kind: "text" | "lines" | "select";
  hint?: string;
  options?: readonly (readonly [value: string, label: string])[];
}

export type PartValues = Readonly<Record<string, string>>;

/** What the form does not ask again: the country, and where the rule comes from. */
interface AboutPart {
  country: string;
  name: string;
  source: string;
  checkedOn: string;
}

/** A form for the usual shape of a part. Other shapes are edited as data. */
interface PartForm {
  fields: readonly FieldSpec[];
  empty: PartValues;
  /** Returns the part. The server says what is wrong with it. */
  read: (values: PartValues, about: AboutPart) => unknown;
  /** Returns the values of a part; null: it has more than the form shows. */
  write: (body: never) => PartValues | null;
}

const DAYS = [
  ["mon", "Monday"],
  ["tue", "Tuesday"],
  ["wed", "Wednesday"],
  ["thu", "Thursday"],
  ["fri", "Friday"],
  ["sat", "Saturday"],
  ["sun", "Sunday"],
] as const;

const linesOf = (text = "") =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const value = (values: PartValues, key: string) => (values[key] ?? "").trim();
/** Leaves out what is empty. */
const filled = (parts: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(parts).filter(([, part]) => part !== "" && !(Array.isArray(part) && part.length === 0)),
  );
const MICROS = 1_000_000;

interface Rate {
  direction: string;
  microsPerSegment: number;
  senderTypes?: unknown;
  effectiveFrom: string | null;
}

const price: PartForm = {
  fields: [{ key: "dollars", label: "Price per segment, US$", kind: "text", hint: "Such as 0.0314" }],
  empty: { dollars: "" },
  read: (values, { country }) => ({
    rates: [
      {
        ...{ country, direction: "outbound", effectiveFrom: null },
        microsPerSegment: Math.round(Number(value(values, "dollars").replace(",", ".") || "NaN") * MICROS),
      },
    ],
  }),
  write: ({ rates, carrierFees }: { rates: Rate[]; carrierFees?: unknown[] }) => {
    const [rate] = rates;
    if (rates.length !== 1 || carrierFees?.length || !rate || rate.senderTypes || rate.effectiveFrom)
      return null;
    return { dollars: String(rate.microsPerSegment / MICROS) };
  },
};

interface HoursRow {
  region: string | null;
  basis: string;
  hours: Record<string, string>;
  holidays: string;
  capPerDay?: number;
  law: string;
  confidence: string;
  note?: string;
}

const hours: PartForm = {
  fields: [
    ...DAYS.map(
      ([key, label]): FieldSpec => ({
        ...{ key, label, kind: "text" },
        ...(key === "mon" && { hint: "Such as 09:00-12:00, 14:00-18:00. Empty: no texts." }),
      }),
    ),
    {
      ...{ key: "holidays", label: "On public holidays", kind: "select" },
      options: [
        ["as usual", "As on other days"],
        ["closed", "No texts"],
      ],
    },
    {
      ...{ key: "basis", label: "Basis", kind: "select" },
      options: [
        ["statute", "Law: always applies"],
        ["guidance", "Recommended: an owner may choose otherwise"],
      ],
    },
    { key: "cap", label: "Texts in 24 hours at most", kind: "text", hint: "Only for a law. Empty: no cap." },
    { key: "law", label: "Law or practice", kind: "text" },
    { key: "confidence", label: "How sure", kind: "text", hint: "Such as: the law, as published" },
  ],
  empty: { holidays: "as usual", basis: "statute", confidence: "as the source says" },
  read: (values, { country, name, source, checkedOn }) => [
    filled({
      ...{ jurisdiction: country, name, country, region: null, basis: values.basis },
      hours: filled(Object.fromEntries(DAYS.map(([day]) => [day, value(values, day)]))),
      holidays: values.holidays,
      capPerDay: value(values, "cap") === "" ? "" : Number(value(values, "cap")),
      ...{ law: value(values, "law"), source, checked: checkedOn },
      confidence: value(values, "confidence"),
    }),
  ],
  write: (rows: HoursRow[]) => {
    const [row] = rows;
    if (rows.length !== 1 || !row || row.note || !["as usual", "closed"].includes(row.holidays)) return null;
    const days = DAYS.map(([day], at) => {
      const key = Object.keys(row.hours).find((name) => {
        const [first, last = first] = name.split("-");
        return at >= indexOfDay(first!) && at <= indexOfDay(last!);
      });
      return [day, key ? row.hours[key]! : ""];
    });
    const { holidays, basis, law, confidence, capPerDay } = row;
    return {
      ...Object.fromEntries(days),
      holidays,
      basis,
      law,
      confidence,
      cap: capPerDay ? String(capPerDay) : "",
    };
  },
};

const indexOfDay = (day: string) => DAYS.findIndex(([key]) => key === day);

const DATE = /^\d{4}-\d\d-\d\d$/;
const holidays: PartForm = {
  fields: [
    {
      ...{ key: "rows", label: "Public holidays", kind: "lines" },
      hint: "One on each line, the day first: “12-12 Jamhuri Day”, “easter+1 Easter Monday”, “monday from 10-01 Mother’s Day”, or a date of one year, “2027-03-20 Eid”.",
    },
  ],
  empty: { rows: "" },
  read: ({ rows }) =>
    linesOf(rows).map((line) => {
      const [day = "", name = ""] = splitDay(line);
      return DATE.test(day) ? { name, dates: [day] } : { name, on: day };
    }),
  write: (rows: { name: string; on?: string; dates?: string[] }[]) =>
    rows.every((row) => Object.keys(row).length === 2)
      ? {
          rows: rows
            .flatMap(({ name, on, dates = [] }) => (on ? [on] : dates).map((day) => `${day} ${name}`))
            .join("\n"),
        }
      : null,
};

/** "monday from 10-01 Mother's Day" has a day of three words. */
function splitDay(line: string): [string, string] {
  const match = /^(\w+ from \S+|\S+)\s+(.*)$/.exec(line);
  return match ? [match[1]!, match[2]!] : [line, ""];
}

const consent: PartForm = {
  fields: [
    {
      ...{ key: "rule", label: "Consent", kind: "select" },
      options: [
        ["express", "Express consent only"],
        ["express-or-inferred", "Express or inferred consent"],
      ],
    },
    {
      ...{ key: "evidence", label: "Evidence", kind: "select" },
      options: [
        ["kept", "The sender keeps it"],
        ["required", "How it was given must be on record"],
        ["written", "Its wording must be on record, too"],
      ],
    },
    {
      ...{ key: "events", label: "Inferred consent follows from", kind: "lines" },
      hint: "One on each line, with its months if it ends: “purchase 24”, “enquiry 6”, “membership”. Empty: any relationship.",
    },
    { key: "law", label: "Law", kind: "text" },
    {
      ...{ key: "confidence", label: "How sure", kind: "select" },
      options: [
        ["low", "Low"],
        ["medium", "Medium"],
        ["high", "High"],
      ],
    },
  ],
  empty: { rule: "express", evidence: "kept", confidence: "medium" },
  read: ({ rule, evidence, events, law, confidence }, { country, source, checkedOn }) => {
    const lines = linesOf(events).map((line) => line.split(/\s+/));
    const named = Object.fromEntries(lines.map(([event, months]) => [event, months ? Number(months) : null]));
    return {
      ...{ countries: [country], rule, evidence, law: law ?? "", source, checkedOn, confidence },
      events: lines.length === 0 ? null : named,
    };
  },
  write: ({
    events,
    note,
    ...row
  }: { events: Record<string, number | null> | null; note?: string } & PartValues) => {
    if (note) return null;
    const { rule = "", evidence = "", law = "", confidence = "" } = row as unknown as PartValues;
    const lines = Object.entries(events ?? {}).map(([event, months]) => `${event} ${months ?? ""}`.trim());
    return { rule, evidence, law, confidence, events: lines.join("\n") };
  },
};

const sender: PartForm = {
  fields: [
    {
      ...{ key: "names", label: "Sender names", kind: "select" },
      options: [
        ["allowed", "Allowed"],
        ["registered", "Only registered ones"],
        ["refused", "Refused"],
      ],
    },
    {
      ...{ key: "numbers", label: "Marketing from numbers", kind: "select" },
      options: [
        ["", "Allowed"],
        ["refused", "Refused"],
      ],
    },
    {
      ...{ key: "beginsWith", label: "The text must begin with one of", kind: "lines" },
      hint: "One on each line. Empty: anything.",
    },
    {
      ...{ key: "oneOf", label: "The text must contain one of", kind: "lines" },
      hint: "One on each line. Empty: nothing.",
    },
    { key: "why", label: "Why", kind: "text", hint: "It ends a sentence: “the operators’ pre-registration”" },
    { key: "confidence", label: "How sure", kind: "text", hint: "Such as: regulator, carrier or secondary" },
  ],
  empty: { names: "registered", numbers: "", confidence: "secondary" },
  read: ({ names, numbers, beginsWith, oneOf, why = "", confidence = "" }, { country, source, checkedOn }) =>
    filled({
      ...{ country, names, numbers: numbers ?? "", beginsWith: linesOf(beginsWith) },
      mustSay: linesOf(oneOf).length === 0 ? "" : { oneOf: linesOf(oneOf) },
      ...{ why, source, checkedOn, confidence },
    }),
  write: (row: {
    names: string;
    numbers?: string;
    beginsWith?: string[];
    mustSay?: { oneOf: string[]; from?: unknown };
    registeredPrefix?: string;
    refusedNames?: unknown;
    why: string;
    confidence: string;
  }) => {
    if (row.registeredPrefix || row.refusedNames || row.mustSay?.from) return null;
    const { names, numbers = "", beginsWith = [], mustSay, why, confidence } = row;
    const oneOf = mustSay?.oneOf ?? [];
    return { names, numbers, beginsWith: beginsWith.join("\n"), oneOf: oneOf.join("\n"), why, confidence };
  },
};

const wording: PartForm = {
  fields: [
    {
      ...{ key: "contact", label: "How to reach the sender", kind: "select" },
      options: [
        ["warning", "Must be in the text or behind a link in it"],
        ["none", "Need not be there"],
      ],
    },
    { key: "word", label: "The opt-out instruction must contain", kind: "text", hint: "Empty: any wording." },
    {
      key: "first",
      label: "The first text must say",
      kind: "lines",
      hint: "One on each line. Empty: nothing.",
    },
    { key: "law", label: "Law", kind: "text" },
    { key: "confidence", label: "How sure", kind: "text" },
  ],
  empty: { contact: "none", confidence: "as the source says" },
  read: ({ contact, word = "", first, law = "", confidence = "" }, { country }) =>
    filled({ country, contact, word, first: linesOf(first), law, confidence }),
  write: ({ contact, word = "", first = [], law, confidence }: PartValues & { first?: string[] }) =>
    ({ contact, word, first: (first as string[]).join("\n"), law, confidence }) as PartValues,
};

const states: PartForm = {
  fields: [
    {
      ...{ key: "rows", label: "States", kind: "lines" },
      hint: "One on each line, with its code and its zones, the one where most people live first: “NT, Northern Territory, Australia/Darwin”.",
    },
  ],
  empty: { rows: "" },
  read: ({ rows }) =>
    Object.fromEntries(
      linesOf(rows).map((line) => {
        const [code = "", name = "", ...zones] = line.split(",").map((part) => part.trim());
        return [code, { name, zones }];
      }),
    ),
  write: (body: Record<string, { name: string; zones: string[] }>) => ({
    rows: Object.entries(body)
      .map(([code, { name, zones }]) => [code, name, ...zones].join(", "))
      .join("\n"),
  }),
};

const replies: PartForm = {
  fields: [
    { key: "language", label: "Language", kind: "text", hint: "In English, such as Swahili" },
    {
      ...{ key: "whole", label: "Means STOP", kind: "lines" },
      hint: "Whole messages, one on each line. Words that we know stay.",
    },
    { key: "help", label: "Asks for help", kind: "lines", hint: "Whole messages, one on each line." },
    { key: "wantsTexts", label: "Asks for texts again", kind: "lines", hint: "A person decides about them." },
    {
      key: "courtesies",
      label: "Courtesies",
      kind: "text",
      hint: "Words that change nothing, with spaces between.",
    },
  ],
  empty: {},
  read: ({ language = "", whole, help, wantsTexts, courtesies = "" }) =>
    filled({
      ...{
        language,
        whole: linesOf(whole),
        help: linesOf(help),
        wantsTexts: linesOf(wantsTexts),
        courtesies,
      },
    }),
  write: (row: {
    language: string;
    whole?: string[];
    help?: string[];
    wantsTexts?: string[];
    courtesies?: string;
    roles?: unknown;
  }) => {
    if (row.roles) return null;
    const { language, whole = [], help = [], wantsTexts = [], courtesies = "" } = row;
    const lines = (list: string[]) => list.join("\n");
    return { language, whole: lines(whole), help: lines(help), wantsTexts: lines(wantsTexts), courtesies };
  },
};

export const PART_FORMS: Record<RulePart, PartForm> = {
  ...{ price, hours, holidays, consent, sender, wording, states, replies },
};
