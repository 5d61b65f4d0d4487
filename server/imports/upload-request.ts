import { FROM_ANOTHER_SITE, isSameOrigin } from "../http/same-origin.ts";

const FORMS = /^(multipart\/|application\/(json|x-www-form-urlencoded))/i;

/** Returns what is wrong with a request that uploads a file as its body, before the body is read; null: nothing. */
export function uploadFault(
  { headers }: Request,
  publicUrl: string,
  maxBytes: number,
): { status: 403 | 413 | 415; error: string } | null {
  if (!isSameOrigin(headers, publicUrl)) return { status: 403, error: FROM_ANOTHER_SITE };
  if (FORMS.test(headers.get("content-type") ?? "")) {
    const error = "Send the file itself as the body, with Content-Type text/csv, not a form or JSON.";
    return { status: 415, error };
  }
  if (Number(headers.get("content-length") ?? 0) <= maxBytes) return null;
  return { status: 413, error: `The file is larger than ${sizeInWords(maxBytes)}.` };
}

/** Returns the name alone, on one line: some browsers send a path. */
export function fileNameOf(request: Request): string {
  const raw = new URL(request.url).searchParams.get("fileName") ?? "";
  const name = raw.split(/[\\/]/).at(-1) ?? "";
  return name.replace(/\p{C}/gu, "").trim().slice(0, 200) || "contacts.csv";
}

export function sizeInWords(bytes: number): string {
  const gibibytes = bytes / 1024 ** 3;
  return gibibytes >= 1 ? `${+gibibytes.toFixed(1)} GB` : `${+(bytes / 1024 ** 2).toFixed(1)} MB`;
}

export const emptyBody = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
