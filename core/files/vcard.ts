/** The headings of a vCard file's rows. Several numbers of a person stand in one cell, mobiles first. */
const VCARD_HEADINGS = [
  ..."First name|Last name|Full name|Phone|Email|City|State|Postcode|Country|Organisation|Birthday|Tags".split(
    "|",
  ),
];
const BETWEEN_NUMBERS = " ::: ";

interface Property {
  name: string;
  parameters: ReadonlyMap<string, string[]>;
  value: string;
}

/** Whether a text is a file of vCards, as phones and address books export. */
export const isVCard = (text: string): boolean => /^\s*BEGIN:VCARD\s*$/im.test(text.slice(0, 200));

/** Turns vCards (2.1, 3.0 and 4.0: RFC 2426 and 6350) into rows with headings. A card without a number is a row too. */
export function vCardRows(text: string): string[][] {
  const rows: string[][] = [VCARD_HEADINGS];
  let card: Property[] | null = null;
  for (const line of unfolded(text)) {
    if (/^BEGIN:VCARD\s*$/i.test(line)) card = [];
    else if (/^END:VCARD\s*$/i.test(line)) {
      if (card) rows.push(rowOf(card));
      card = null;
    } else {
      const property = card && propertyOf(line);
      if (property) card!.push(property);
    }
  }
  return rows;
}

/** Long lines continue on the next one after a space, and quoted-printable ones after "=". */
function unfolded(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.replace(/^\ufeff/, "").split(/\r+\n|\n|\r/)) {
    const last = lines.at(-1) ?? "";
    if (/^[ \t]/.test(line) && lines.length > 0) lines[lines.length - 1] = last + line.slice(1);
    else if (last.endsWith("=") && /QUOTED-PRINTABLE/i.test(last))
      lines[lines.length - 1] = last.slice(0, -1) + line;
    else lines.push(line);
  }
  return lines;
}

/** Reads a property such as `item1.TEL;type=CELL;type=pref:+61 491 570 006`. Null: the line is no property. */
function propertyOf(line: string): Property | null {
  const colon = line.search(/:(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  if (colon < 0) return null;
  const [first, ...rest] = line.slice(0, colon).split(";");
  const parameters = new Map<string, string[]>();
  for (const part of rest) {
    // Version 2.1 leaves out "TYPE=".
    const sign = part.indexOf("=");
    const name = sign < 0 ? "TYPE" : part.slice(0, sign).toUpperCase();
    const values = part
      .slice(sign + 1)
      .replaceAll('"', "")
      .toUpperCase()
      .split(",");
    parameters.set(name, [...(parameters.get(name) ?? []), ...values]);
  }
  const raw = line.slice(colon + 1);
  const isQuoted = [...parameters.values()].flat().includes("QUOTED-PRINTABLE");
  const value = isQuoted ? fromQuotedPrintable(raw, parameters.get("CHARSET")?.[0] ?? "UTF-8") : raw;
  const [, group = "", name = ""] = /^(?:(.*)\.)?(.*)$/s.exec(first!.toUpperCase())!;
  // Some programs write PHONE.WORK, with the type behind the name.
  return group === "PHONE"
    ? { name: "TEL", parameters: parameters.set("TYPE", [name]), value }
    : { name, parameters, value };
}

function fromQuotedPrintable(text: string, charset: string): string {
  const bytes: number[] = [];
  for (const [sign, hex] of text.matchAll(/=([0-9A-F]{2})|[\s\S]/gi)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else bytes.push(...new TextEncoder().encode(sign));
  }
  try {
    return new TextDecoder(charset).decode(Uint8Array.from(bytes));
  } catch {
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }
}

function rowOf(card: readonly Property[]): string[] {
  const all = (name: string) => card.filter((property) => property.name === name);
  const one = (name: string) => unescaped(all(name)[0]?.value ?? "");
  const part = (name: string, at: number) =>
    unescaped((all(name)[0]?.value ?? "").split(/(?<!\\);/)[at] ?? "");
  const [family, given] = [part("N", 0), part("N", 1)];
  const address = [3, 4, 5, 6].map((at) => part("ADR", at));
  const numbers = all("TEL").filter(({ parameters }) => !parameters.get("TYPE")?.includes("FAX"));
  const phones = numbers
    .sort((a, b) => rankOf(a) - rankOf(b))
    .map(({ value }) => unescaped(value).replace(/^tel:/i, ""));
  const tags = all("CATEGORIES").flatMap(({ value }) => value.split(/(?<!\\),/).map(unescaped));
  const cells = [given, family, given || family ? "" : one("FN"), phones.join(BETWEEN_NUMBERS), one("EMAIL")];
  return [...cells, ...address, part("ORG", 0), one("BDAY"), tags.join(";")].map((cell) => cell.trim());
}

const MOBILE_TYPES = ["CELL", "IPHONE", "MOBILE"];

const rankOf = ({ parameters }: Property): number => {
  const types = parameters.get("TYPE") ?? [];
  if (MOBILE_TYPES.some((type) => types.includes(type))) return 0;
  return types.includes("PREF") || parameters.has("PREF") ? 1 : 2;
};

const unescaped = (text: string) =>
  text.replace(/\\([nN,;:\\])/g, (_, sign: string) => (sign.toLowerCase() === "n" ? " " : sign));
