import { maskCell, maskNumbersIn } from "@smscrm/core/contacts/masked-phone";
import { normalisePhone } from "@smscrm/core/contacts/phone";
import { type MemberRole, may } from "@smscrm/core/process/roles";
import { badRequest } from "../../http/refusals.ts";
import { holdsNumber, numberReferences } from "./number-references.ts";

/** Whose answers have masked numbers: a session of a role without `phoneNumbers.read`. */
interface Reader extends MemberRole {
  visitsUntil: Date | null;
  tenant: { country: string };
  numberKey: Uint8Array;
}

/** Whether this member sees people's numbers masked, as a platform operator who looks inside does, too. */
export const seesMasked = (reader: MemberRole & { visitsUntil: Date | null }): boolean =>
  reader.visitsUntil !== null || !may(reader, "phoneNumbers.read");

/** Fields with which a page asks for the next thing: they keep a reference. */
const WITH_REFERENCE = new Set(["phone", "nextCursor"]);
/** Cells of files as they came. Damaged numbers are in them, too. */
const OF_FILES = new Set(["sample", "row", "header"]);
/** What who approves must see exactly as it goes out: the text, and from which of the organisation's numbers. */
const AS_APPROVED: Readonly<Record<string, ReadonlySet<string>>> = {
  "approvals.get": new Set(["body", "senders"]),
};
/** The organisation's own numbers, which every text shows. No person's number is in these answers. */
const OF_THE_ORGANISATION = /^numbers\./;

/**
 * Returns an answer with every phone number masked, wherever it stands: a field that nobody thought of is masked, too.
 * `path` is the procedure's.
 */
export function maskAnswer(reader: Reader, path: string, answer: unknown): unknown {
  if (OF_THE_ORGANISATION.test(path)) return answer;
  const { country } = reader.tenant;
  const references = numberReferences(reader.numberKey);
  const shown = may(reader, "campaigns.approve") ? AS_APPROVED[path] : undefined;
  const masked = (value: unknown, field: string, inFile: boolean): unknown => {
    if (typeof value === "string") {
      if (WITH_REFERENCE.has(field) && holdsNumber(value)) return references.put(value);
      return inFile ? maskCell(value) : maskNumbersIn(value, country);
    }
    if (Array.isArray(value)) return value.map((each) => masked(each, field, inFile));
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        maskNumbersIn(name, country),
        shown?.has(name) ? each : masked(each, name, inFile || OF_FILES.has(name)),
      ]),
    );
  };
  return masked(answer, "", false);
}

/** Times and bytes are objects, too, and hold no text. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Returns a row of a file with its numbers masked, without references. */
export function maskRow<Row extends object>(reader: Reader, row: Row): Row {
  const { country } = reader.tenant;
  const cells = Object.entries(row).map(([name, cell]) => [
    name,
    typeof cell === "string" ? maskNumbersIn(cell, country) : cell,
  ]);
  return Object.fromEntries(cells) as Row;
}

/** Returns a stream whose values are masked. */
export async function* maskStream(
  reader: Reader,
  path: string,
  values: AsyncIterable<unknown>,
): AsyncGenerator<unknown, void> {
  for await (const value of values) yield maskAnswer(reader, path, value);
}

/** Returns a sentence, such as an error's, with its numbers masked. */
export const maskSentence = (reader: Reader, sentence: string): string =>
  maskNumbersIn(sentence, reader.tenant.country);

/** An input with its numbers, and whether a number was typed in full. */
export interface ReadInput {
  input: unknown;
  looksUp: boolean;
}

/**
 * Returns an input with numbers in place of references. A member who sees numbers masked finds nobody by a part of one,
 * because parts, tried one after the other, would add up to the whole.
 */
export function readInput(reader: Reader, input: unknown): ReadInput {
  const isMasked = seesMasked(reader);
  const references = numberReferences(reader.numberKey);
  let looksUp = false;
  const read = (value: unknown, field: string): unknown => {
    if (typeof value === "string") {
      if (field !== "phone" && field !== "cursor" && field !== "search") return value;
      if (isMasked && field === "cursor" && holdsNumber(value)) return "";
      const known = field === "search" ? value : references.read(value);
      looksUp ||= isMasked && known === value && field !== "cursor" && /\d/.test(value);
      return isMasked && field === "search" ? wholeNumberOnly(value, reader.tenant.country) : known;
    }
    if (Array.isArray(value)) return value.map((each) => read(each, field));
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, read(each, name)]));
  };
  return { input: read(input, ""), looksUp };
}

const PART_OF_NUMBER =
  "Your role sees phone numbers masked, so you can search by a whole number only. Type all of its digits, or a name.";

function wholeNumberOnly(search: string, country: string): string {
  if (!/\p{Nd}/u.test(search)) return search;
  const phone = normalisePhone(search, country);
  if (!phone.ok) throw badRequest(PART_OF_NUMBER);
  return phone.e164;
}
