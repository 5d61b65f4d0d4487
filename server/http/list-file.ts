import { z } from "zod";
import { BYTE_ORDER_MARK, csvLine } from "./csv-line.ts";
import { type Cell, workbookOf } from "./files/xlsx-file.ts";

/** What a list is downloaded as. */
export const FILE_FORMATS = ["csv", "xlsx"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
export const fileFormat = z.enum(FILE_FORMATS).default("csv");

/** The part of a route that names the file of a list: `messages` gives `messages.csv` and `messages.xlsx`. */
export const fileOf = <Name extends string>(name: Name) =>
  `:file{${name}\\.(?:${FILE_FORMATS.join("|")})}` as const;
export const formatOf = (file: string): FileFormat => (file.endsWith(".xlsx") ? "xlsx" : "csv");

/** A page of a list, and from where the next one continues; null at the end. */
interface ListPage {
  rows: readonly (readonly Cell[])[];
  next: string | null;
}

interface ListFile {
  format: FileFormat;
  header: readonly string[];
  /** What the file is called where any letter may be in a name, without its ending. */
  name: string;
  /** What it is called elsewhere. */
  plainName: string;
}

const TYPES: Readonly<Record<FileFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/**
 * Returns a list as a download. It is read as fast as the client fetches, so a million rows take no more memory than one
 * page.
 */
export function listFile(
  { format, header, name, plainName }: ListFile,
  read: (after: string | null) => Promise<ListPage>,
): Response {
  const pages = pagesOf(read);
  const body = format === "csv" ? csvOf(header, pages) : workbookOf(header, rowsOf(pages));
  const whole = encodeURIComponent(`${name}.${format}`);
  return new Response(body, {
    headers: {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="${plainName}.${format}"; filename*=UTF-8''${whole}`,
      "cache-control": "no-store",
    },
  });
}

type Pages = AsyncGenerator<ListPage["rows"], void>;

async function* pagesOf(read: (after: string | null) => Promise<ListPage>): Pages {
  let after: string | null = null;
  do {
    const page: ListPage = await read(after);
    yield page.rows;
    after = page.next;
  } while (after !== null);
}

async function* rowsOf(pages: Pages): AsyncGenerator<readonly Cell[], void> {
  for await (const rows of pages) yield* rows;
}

function csvOf(header: readonly string[], pages: Pages): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let begun = false;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!begun) {
        begun = true;
        controller.enqueue(encoder.encode(BYTE_ORDER_MARK + csvLine(header)));
        return;
      }
      // A pull that gives nothing is not repeated, so a page without rows must not end it.
      for (let page = await pages.next(); !page.done; page = await pages.next()) {
        if (page.value.length === 0) continue;
        const lines = page.value.map((row) => csvLine(row.map(String)));
        controller.enqueue(encoder.encode(lines.join("")));
        return;
      }
      controller.close();
    },
    async cancel() {
      await pages.return();
    },
  });
}
