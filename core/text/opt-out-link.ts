/** The merge field whose value is the recipient's own opt-out link. */
export const OPT_OUT_FIELD = "opt_out_link";

/** Letters and digits only: a phone might leave a sign at the end out of the link. */
export const OPT_OUT_TOKEN_LENGTH = 33;

/** Returns the address of the opt-out page. `publicUrl` has no slash at its end. */
export function optOutLink(publicUrl: string, token: string): string {
  return `${publicUrl}/o/${token}`;
}

/** Returns a link that opts nobody out, as long as every real one: for previews, costs and forecasts. */
export function exampleOptOutLink(publicUrl: string): string {
  return optOutLink(publicUrl, "x".repeat(OPT_OUT_TOKEN_LENGTH));
}
