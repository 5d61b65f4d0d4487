import { TRPCClientError } from "@trpc/client";
import { WEEKDAYS } from "../../ui/words/weekdays.ts";

/** Returns the server's code for an error ("NOT_FOUND"), or null if the server did not answer. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof TRPCClientError)) return null;
  const data: unknown = error.data;
  if (data === null || typeof data !== "object" || !("code" in data)) return null;
  return typeof data.code === "string" ? data.code : null;
}

/** Whether the request got no answer. The change may have been made all the same. */
export function isAway(error: unknown): boolean {
  return error instanceof TRPCClientError && codeOf(error) === null;
}

/** Returns a sentence to show. The server's own sentences already say what to do. */
export function sentenceOf(error: unknown): string {
  if (isAway(error)) return "The server did not answer. Check whether the change was made, then try again.";
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : "";
  if (code === "BAD_REQUEST") return fieldFault(error) ?? firstIssue(message);
  if (code === "INTERNAL_SERVER_ERROR") return message || "Something went wrong on the server. Try again.";
  return message || "Something went wrong. Try again.";
}

/**
 * Returns the first fault of a field as a sentence. The server puts the field's name as programs know it before it; a
 * person reads a whole sentence without it, and a day of a week by its name.
 */
function fieldFault(error: unknown): string | undefined {
  const data: unknown = error instanceof TRPCClientError ? error.data : null;
  if (data === null || typeof data !== "object" || !("fields" in data)) return undefined;
  const [first] = Object.entries((data.fields ?? {}) as Record<string, string>);
  if (!first?.[1].endsWith(".")) return undefined;
  const [field, sentence] = first;
  const day = /^quietHours\.([0-6])\b/.exec(field)?.[1];
  return day === undefined ? sentence : `${WEEKDAYS[Number(day)]}: ${sentence}`;
}

/** Input that the schema refuses arrives as a JSON list of issues. */
function firstIssue(message: string): string {
  if (!message.startsWith("[")) return message;
  try {
    const issues = JSON.parse(message) as { message?: string }[];
    return issues[0]?.message ?? message;
  } catch {
    return message;
  }
}
