import type { Dependencies } from "../dependencies.ts";
import { changedMail } from "./letters.ts";

/** Mails under way in this process. Each waits at most a quarter of a minute for the mail server. */
const UNDER_WAY_MAX = 50;

let underWay = 0;

/**
 * Tells a person by mail what changed about how they sign in, where the server sends mail. A thief of
 * the session cannot read the mailbox. The change does not wait for the mail and holds without it.
 */
export function noticeOfChange(
  { mailer, log, publicUrl }: Pick<Dependencies, "mailer" | "log" | "publicUrl">,
  to: string,
  change: string,
): void {
  if (!mailer) return;
  if (underWay >= UNDER_WAY_MAX) {
    log.warn("A person was not told of a change to their account: too many mails wait for the mail server");
    return;
  }
  underWay += 1;
  void mailer
    .send(changedMail({ to, change, url: publicUrl }))
    .catch((error) => log.warn({ error }, "A person was not told of a change to their account"))
    .finally(() => {
      underWay -= 1;
    });
}
