/** Gets the parts of an XML text, in their order. Names come without their namespace's prefix. */
export interface XmlListener {
  open?(name: string, attribute: (name: string) => string | undefined): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** A single tag or text beyond this is no workbook's. */
const TOKEN_CHARS_MAX = 4 * 1024 * 1024;

/**
 * Reads XML piece by piece, as far as workbooks need it. Refuses a document type, because entities of its own can name
 * files or unfold without end; an unknown entity stays as it is written.
 */
export function xmlReader({ open, text, close }: XmlListener) {
  let rest = "";

  function feed(piece: string): void {
    const xml = rest + piece;
    let at = 0;
    for (;;) {
      const start = xml.indexOf("<", at);
      if (start < 0) break;
      const end = endOf(xml, start);
      if (end < 0) break;
      if (start > at) text?.(withoutEntities(xml.slice(at, start)));
      tell(xml.slice(start, end));
      at = end;
    }
    rest = xml.slice(at);
    if (rest.length > TOKEN_CHARS_MAX) throw new Error("A part of the XML never ends.");
  }

  function tell(token: string): void {
    if (token.startsWith("<!--") || token.startsWith("<?")) return;
    if (token.startsWith("<![CDATA[")) text?.(token.slice(9, -3));
    else if (token.startsWith("<!")) throw new Error("The XML has a document type.");
    else if (token.startsWith("</")) close?.(localName(token.slice(2, -1).trim()));
    else tellOpen(token);
  }

  function tellOpen(token: string): void {
    const isEmpty = token.endsWith("/>");
    const inside = token.slice(1, isEmpty ? -2 : -1);
    const space = inside.search(/\s/);
    const name = localName(space < 0 ? inside : inside.slice(0, space));
    open?.(name, (wanted) => (space < 0 ? undefined : attributeOf(inside.slice(space), wanted)));
    if (isEmpty) close?.(name);
  }

  return { feed };
}

const localName = (name: string) => name.slice(name.indexOf(":") + 1);

/** The end of the tag, comment or section that begins at `start`; -1 if it is not there yet. */
function endOf(xml: string, start: number): number {
  for (const [begin, end] of SECTIONS) {
    // A piece may end inside "<!--".
    if (begin.startsWith(xml.slice(start, start + begin.length)) && xml.length < start + begin.length)
      return -1;
    if (!xml.startsWith(begin, start)) continue;
    const found = xml.indexOf(end, start + begin.length);
    return found < 0 ? -1 : found + end.length;
  }
  let quote = "";
  for (let at = start + 1; at < xml.length; at++) {
    const sign = xml[at]!;
    if (quote !== "") {
      if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === ">") return at + 1;
  }
  return -1;
}

const SECTIONS = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;

/** The value of an attribute, with or without the prefix of a namespace. */
function attributeOf(text: string, wanted: string): string | undefined {
  for (const [, name = "", , double, single] of text.matchAll(/([^\s=]+)\s*=\s*("([^"]*)"|'([^']*)')/g))
    if (name === wanted || localName(name) === wanted) return withoutEntities(double ?? single ?? "");
  return undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function withoutEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}
