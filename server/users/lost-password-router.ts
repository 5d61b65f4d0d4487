import { insertPasswordReset } from "@smscrm/db/users/password-resets";
import { hashToken, newToken, resetAddress } from "@smscrm/db/users/secret-tokens";
import { z } from "zod";
import type { Dependencies } from "../dependencies.ts";
import { email } from "../http/inputs.ts";
import { tooMany, unmet } from "../http/refusals.ts";
import { resetMail } from "../mail/letters.ts";
import type { Mailer } from "../mail/mailer.ts";
import { anybody, router } from "../trpc.ts";
import { withinMailLimit } from "./check-password.ts";

/** Mails of this process under way. Each waits at most a quarter of a minute for the mail server. */
const UNDER_WAY_MAX = 50;

let underWay = 0;

export const lostPassword = router({
  /**
   * Mails a link to the account with this address. Without an account the answer is the same and takes as long, because
   * the server answers before it looks for one.
   */
  request: anybody.input(z.object({ email })).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    const { dependencies, visitor } = ctx;
    const { mailer } = dependencies;
    if (!mailer) {
      throw unmet(
        "This server sends no e-mail. Ask the platform operator for a reset link (pnpm ops person reset).",
      );
    }
    await withinMailLimit(dependencies, `reset/${input.email}`, visitor.address);
    if (underWay >= UNDER_WAY_MAX)
      throw tooMany("Many people ask for a new password now. Try again in a minute.");
    underWay += 1;
    void mailLink(dependencies, mailer, input.email).finally(() => {
      underWay -= 1;
    });
    return { ok: true };
  }),
});

async function mailLink(
  { pipeline, publicUrl, log }: Pick<Dependencies, "pipeline" | "publicUrl" | "log">,
  mailer: Mailer,
  to: string,
): Promise<void> {
  try {
    const token = newToken();
    const made = await insertPasswordReset(pipeline, {
      email: to,
      tokenHash: hashToken(token),
      by: "e-mail",
    });
    if (made) await mailer.send(resetMail({ to, url: resetAddress(publicUrl, token) }));
  } catch (error) {
    log.error({ error }, "A link for a new password was not mailed");
  }
}
