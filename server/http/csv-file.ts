import { BYTE_ORDER_MARK, csvLine } from "./csv-line.ts";

/** A page of a list, and from where the next one goes on; null at the end. */
export interface CsvPage {
  lines: string[];
  next: string | null;
}

/**
 * Returns a CSV as a download. It is read as fast as the client fetches, so a million rows take no more memory than one
 * page. `name` is what it is called where any letter may be in a name, `plainName` elsewhere.
 */
export function csvFile(
  { header, name, plainName }: { header: readonly string[]; name: string; plainName: string },
  read: (after: string | null) => Promise<CsvPage>,
): Response {
  const encoder = new TextEncoder();
  let after: string | null = null;
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!begun) {
        begun = true;
        controller.enqueue(encoder.encode(BYTE_ORDER_MARK + csvLine(header)));
      }
      const { lines, next } = await read(after);
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.join("")));
      after = next;
      if (next === null) controller.close();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${plainName}"; filename*=UTF-8''${encodeURIComponent(name)}`,
      "cache-control": "no-store",
    },
  });
}
