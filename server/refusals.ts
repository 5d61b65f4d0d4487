import { TRPCError } from "@trpc/server";

/** The refusals of the API: each a sentence that says what to do. */
const refuse = (code: ConstructorParameters<typeof TRPCError>[0]["code"], message: string) =>
  new TRPCError({ code, message });

/** Also for what belongs to another tenant: nobody learns that it exists. */
export const notFound = (what: string) =>
  refuse("NOT_FOUND", `This ${what} does not exist, or was removed. Go back to the list and choose another.`);
export const badRequest = (message: string) => refuse("BAD_REQUEST", message);
export const conflict = (message: string) => refuse("CONFLICT", message);
export const forbidden = (message: string) => refuse("FORBIDDEN", message);
export const unmet = (message: string) => refuse("PRECONDITION_FAILED", message);
export const tooMany = (message: string) => refuse("TOO_MANY_REQUESTS", message);
export const unauthorized = (message = "Please sign in to go on.") => refuse("UNAUTHORIZED", message);

/** Ends a stream so that the client opens it again. */
export const comeBack = () => refuse("SERVICE_UNAVAILABLE", "The connection is renewed.");

/** The row that was asked for, or the refusal that hides whether another tenant has it. */
export function found<T>(row: T | null | undefined, what: string): T {
  if (row === null || row === undefined) throw notFound(what);
  return row;
}
