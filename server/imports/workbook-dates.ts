import type { XmlListener } from "./xml.ts";

/** Formats that Excel has without naming them: dates and times in its own languages. */
const isBuiltIn = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Returns whether a cell of a style shows its number as a date or a time. `read` reads the part with the styles. */
export async function dateStyles(
  read: (into: XmlListener) => Promise<void>,
): Promise<(style: number) => boolean> {
  const formats = new Map<number, string>();
  const styles: number[] = [];
  let isCellStyle = false;
  await read({
    open(name, attribute) {
      if (name === "numFmt") formats.set(Number(attribute("numFmtId")), attribute("formatCode") ?? "");
      else if (name === "cellXfs") isCellStyle = true;
      else if (name === "xf" && isCellStyle) styles.push(Number(attribute("numFmtId") ?? 0));
    },
    close(name) {
      if (name === "cellXfs") isCellStyle = false;
    },
  });
  const dates = styles.map((id) => (formats.has(id) ? isDateFormat(formats.get(id)!) : isBuiltIn(id)));
  return (style) => dates[style] ?? false;
}

/** Letters of a date, outside of quoted text, colours and conditions. "General" and "Standard" have none meant so. */
function isDateFormat(format: string): boolean {
  const code = format.split(";")[0]!.replace(/"[^"]*"|\\.|_.|\*./g, "");
  if (/\[(?:h+|m+|s+)\]/i.test(code)) return true;
  return /[dmyhs]/i.test(code.replace(/\[[^\]]*\]/g, "").replace(/general|standard/gi, ""));
}

const DAY_MS = 86_400_000;
/** 1 January 1970 in days since the end of 1899, and since 1904. */
const EPOCH_1900 = 25_569;
const EPOCH_1904 = 24_107;
/** Excel counts a 29 February 1900 that never was. */
const NEVER_WAS = 60;

/** Returns a day, or a day and a time, for Excel's number of days. */
export function isoDate(days: number, is1904: boolean): string {
  const counted = is1904 ? days - EPOCH_1904 : days - EPOCH_1900 + (days < NEVER_WAS ? 1 : 0);
  const date = new Date(Math.round((counted * DAY_MS) / 1000) * 1000);
  if (Number.isNaN(date.getTime())) return String(days);
  const [day = "", time = ""] = date.toISOString().split("T");
  return time.startsWith("00:00:00") ? day : `${day} ${time.slice(0, 8)}`;
}
