import { z } from "zod";
import { FILE_FORMATS, type FileFormat, fileFormat } from "../http/list-file.ts";
import { LISTS, type ListName } from "./lists.ts";

const one = <Name extends ListName, Filter extends z.ZodType>(name: Name, filter: Filter) =>
  z.strictObject({ list: z.literal(name), format: fileFormat, filter: filter.optional() });

/** A list, what it is filtered by, and as what it is downloaded. */
export const askedList = z.discriminatedUnion("list", [
  one("contacts", LISTS.contacts.filter),
  one("messages", LISTS.messages.filter),
  one("do-not-contact", LISTS["do-not-contact"].filter),
  one("conversations", LISTS.conversations.filter),
  one("campaigns", LISTS.campaigns.filter),
  one("imports", LISTS.imports.filter),
  one("report", LISTS.report.filter),
]);

const ADDRESS = new RegExp(`^([a-z-]{1,40})\\.(${FILE_FORMATS.join("|")})$`);

/** The address of the file. The filter is as it was asked for, so that it is read and checked once more. */
export function listPath(list: ListName, format: FileFormat, filter: object | undefined): string {
  const query =
    filter && Object.keys(filter).length > 0 ? `?filter=${encodeURIComponent(JSON.stringify(filter))}` : "";
  return `/exports/${list}.${format}${query}`;
}

/** Reads what `listPath` wrote; null if it is not one. */
export function readListPath(
  file: string,
  filter: string | undefined,
): { list: string; format: string; filter?: unknown } | null {
  const [, list, format] = ADDRESS.exec(file) ?? [];
  if (!list || !format) return null;
  try {
    return { list, format, ...(filter !== undefined && { filter: JSON.parse(filter) as unknown }) };
  } catch {
    return null;
  }
}
