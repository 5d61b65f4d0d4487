import type { Dependencies } from "../../dependencies.ts";

/** Returns how a person gets a link for a new password here, as the end of a sentence. */
export function resetAdvice({ mailer }: Pick<Dependencies, "mailer">): string {
  return mailer
    ? "use “Forgot your password?” on the sign-in page"
    : "ask the platform operator for a reset link (pnpm ops person reset)";
}
