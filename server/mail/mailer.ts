import { createTransport } from "nodemailer";

/** A plain text to one person. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

export interface Mailer {
  /** Resolves once the mail server has accepted it; rejects with a `MailFault`. */
  send(mail: Mail): Promise<void>;
}

/** The mail server did not accept a mail. The sentence contains no address and no password. */
export class MailFault extends Error {
  override readonly name = "MailFault";
}

export interface MailSettings {
  /** `smtp://` (STARTTLS, port 587) or `smtps://` (TLS, port 465), with user and password. */
  url: string;
  /** Such as `Acme texts <texts@example.com>`. */
  from: string;
}

/** For each step: to connect, to greet, to answer. A person waits for the sum of them. */
const STEP_LIMIT_MS = 5_000;
const SEND_LIMIT_MS = 15_000;
const LOOPBACK = /^(localhost|127\.[\d.]+|\[?::1\]?)$/;

/**
 * Sends over SMTP, never without TLS to another machine. One connection for each mail: there are few.
 */
export function openMailer({ url, from }: MailSettings): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !LOOPBACK.test(hostname),
    ignoreTLS: !secure && LOOPBACK.test(hostname),
    ...(username ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    connectionTimeout: STEP_LIMIT_MS,
    greetingTimeout: STEP_LIMIT_MS,
    socketTimeout: STEP_LIMIT_MS,
    dnsTimeout: STEP_LIMIT_MS,
    // Neither a file of this machine nor another server's page can become part of a mail.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const limit = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new MailFault(sentenceOf({ code: "ETIMEDOUT" }))), SEND_LIMIT_MS);
      });
      try {
        await Promise.race([transport.sendMail({ from, to, subject, text, headers: HEADERS }), limit]);
      } catch (error) {
        throw error instanceof MailFault ? error : new MailFault(sentenceOf(error));
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Holiday replies do not answer a program's mail. Source: RFC 3834. */
const HEADERS = { "Auto-Submitted": "auto-generated" };

/** What went wrong, without what the server said: its answer may repeat the address. */
function sentenceOf(error: unknown): string {
  const { code, responseCode, message } = error as { code?: string; responseCode?: number; message?: string };
  const status = responseCode ? ` (SMTP ${responseCode})` : "";
  if (code === "EAUTH") return `The mail server refused our user name or password${status}.`;
  if (code === "EENVELOPE") return `The mail server refused this address${status}.`;
  if (code === "ETLS" || /certificate|self.signed/i.test(message ?? ""))
    return "The mail server offers no connection with TLS that can be trusted.";
  if (code === "ETIMEDOUT") return "The mail server did not answer in time.";
  if (code === "ESOCKET" || code === "ECONNECTION" || code === "EDNS" || code === "ECONNREFUSED")
    return "The mail server cannot be reached.";
  return `The mail server did not accept the mail${status}.`;
}
