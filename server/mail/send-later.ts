import type { Dependencies } from "../dependencies.ts";
import type { Mail } from "./mailer.ts";

/** Mails under way in this process. Each waits at most a quarter of a minute for the mail server. */
const UNDER_WAY_MAX = 50;

let underWay = 0;

/** Mails a notice, where the server sends mail. What it is about does not wait for the mail and holds without it. */
export function sendLater({ mailer, log }: Pick<Dependencies, "mailer" | "log">, mail: Mail): void {
  if (!mailer) return;
  const { subject } = mail;
  if (underWay >= UNDER_WAY_MAX) {
    log.warn({ subject }, "A notice was not mailed: too many mails wait for the mail server");
    return;
  }
  underWay += 1;
  void mailer
    .send(mail)
    .catch((error) => log.warn({ error, subject }, "A notice was not mailed"))
    .finally(() => {
      underWay -= 1;
    });
}
