import { recordDate } from "./record-date.ts";
import type { ConsentEventKind, MessagePurpose } from "./terms.ts";

/** What holds for the consent of every person in a file, beside its basis. */
export interface FileConsent {
  /** The text that the people agreed to. */
  wording?: string;
  /** When they agreed: `YYYY-MM-DD`. A column of the file goes before it. */
  givenOn?: string;
  purposes?: MessagePurpose[];
  topics?: string[];
  /** What inferred consent follows from. */
  event?: { kind: ConsentEventKind; on?: string };
  /** The last day of the consent, if it has one. */
  endsOn?: string;
}

/** What one row says about its consent; an absent field is as the file says. ISO 8601. */
export interface RowConsentTerms {
  at?: string;
  how?: string;
  wording?: string;
  eventAt?: string;
}

type Role = "at" | "how" | "wording";

const WORDING = /\b(?:wording|disclosure|statement|consent text|text shown|consent language|terms shown)\b/;
const AT = /\b(?:date|time|timestamp|at|on|when|since|datum|fecha)\b|_?(?:time|date|at)$/;
const HOW =
  /\b(?:source|method|channel|form|url|page|keyword|how|via|origin|campaign)\b|_?(?:source|method)$/;

function roleOf(heading: string): Role | null {
  const words = heading
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  if (WORDING.test(words)) return "wording";
  if (AT.test(words)) return "at";
  return HOW.test(words) ? "how" : null;
}

/** A cache: the headings of a file are the same in each row. */
const roles = new Map<string, Role | null>();
const ROLES_MAX = 500;

function knownRole(heading: string): Role | null {
  const known = roles.get(heading);
  if (known !== undefined) return known;
  const role = roleOf(heading);
  if (roles.size >= ROLES_MAX) roles.clear();
  roles.set(heading, role);
  return role;
}

const HOW_LENGTH_MAX = 100;

/**
 * Returns what a row's evidence says about its consent, by the headings of its columns: when, how, and to what words the
 * person agreed. A date that can't be read stays evidence, but dates nothing. Null where the row says nothing.
 */
export function rowConsentTerms(
  evidence: Readonly<Record<string, string>>,
  eventDate: string | null,
): RowConsentTerms | null {
  const terms: RowConsentTerms = {};
  for (const heading in evidence) {
    const value = evidence[heading]!;
    const role = knownRole(heading);
    if (role === "at") terms.at ??= recordDate(value)?.toISOString();
    else if (role === "how") terms.how ??= `${heading}: ${value}`.slice(0, HOW_LENGTH_MAX);
    else if (role === "wording") terms.wording ??= value;
  }
  if (eventDate) terms.eventAt = recordDate(eventDate)?.toISOString();
  for (const key in terms) if (terms[key as keyof RowConsentTerms] !== undefined) return terms;
  return null;
}
