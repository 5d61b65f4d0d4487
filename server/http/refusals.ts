import { TRPCError } from "@trpc/server";

/** The refusals of the API. Each is a sentence that says what to do. */
const refuse = (code: ConstructorParameters<typeof TRPCError>[0]["code"], message: string) =>
  new TRPCError({ code, message });

/** Also for rows of another tenant, so that nobody learns that they exist. */
export const notFound = (what: string) =>
  refuse("NOT_FOUND", `This ${what} does not exist, or was removed. Go back to the list and choose another.`);
export const badRequest = (message: string) => refuse("BAD_REQUEST", message);
export const conflict = (message: string) => refuse("CONFLICT", message);
export const forbidden = (message: string) => refuse("FORBIDDEN", message);
export const unmet = (message: string) => refuse("PRECONDITION_FAILED", message);
export const tooMany = (message: string) => refuse("TOO_MANY_REQUESTS", message);
/** Not 503 or 504: the dashboard would think that the server is away. */
export const tooSlow = () =>
  refuse(
    "UNPROCESSABLE_CONTENT",
    "The database took too long for this and it was stopped. Narrow the search, or try again in a few seconds.",
  );
export const unauthorized = (message = "Please sign in to continue.") => refuse("UNAUTHORIZED", message);

/** Status 428. The dashboard asks for a second factor or the password, then repeats the call. */
export const proofWanted = (message: string) => refuse("PRECONDITION_REQUIRED", message);

/** Ends a stream so that the client opens it again. */
export const comeBack = () => refuse("SERVICE_UNAVAILABLE", "The connection is renewed.");

/** Returns the row, or throws "not found", which hides whether another tenant has it. */
export function found<T>(row: T | null | undefined, what: string): T {
  if (row === null || row === undefined) throw notFound(what);
  return row;
}
