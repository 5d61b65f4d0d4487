import type { Dependencies } from "../dependencies.ts";
import { changedMail } from "./letters.ts";
import { sendLater } from "./send-later.ts";

/**
 * Tells a person by mail what changed about how they sign in, where the server sends mail. A thief of
 * the session cannot read the mailbox. The change does not wait for the mail and holds without it.
 */
export function noticeOfChange(
  dependencies: Pick<Dependencies, "mailer" | "log" | "publicUrl">,
  to: string,
  change: string,
): void {
  sendLater(dependencies, changedMail({ to, change, url: dependencies.publicUrl }));
}
