import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

interface ReceivedMail {
  from: string;
  to: string[];
  subject: string;
  /** The body, decoded. */
  text: string;
  raw: string;
}

export interface TestMailServer {
  url: string;
  /** In the order of arrival. */
  mails: ReceivedMail[];
  /** From now on no recipient is accepted. */
  refuse(value: boolean): void;
  close(): Promise<void>;
}

/** Starts an SMTP server on loopback that keeps what it receives. With `tls` its certificate is its own. */
export async function startMailServer(
  settings: { user?: string; password?: string; refuse?: boolean; tls?: boolean } = {},
): Promise<TestMailServer> {
  const { user, password, tls = false } = settings;
  const mails: ReceivedMail[] = [];
  let refusing = settings.refuse ?? false;
  const server = new SMTPServer({
    secure: tls,
    authOptional: user === undefined,
    allowInsecureAuth: true,
    disabledCommands: tls ? [] : ["STARTTLS"],
    onAuth: (auth, _, done) => {
      const right = auth.username === user && auth.password === password;
      done(right ? null : new Error("No such user"), right ? { user: auth.username } : undefined);
    },
    onRcptTo: ({ address }, _, done) =>
      done(refusing ? Object.assign(new Error(`No mailbox ${address}`), { responseCode: 550 }) : null),
    onData: (stream, { envelope }, done) => {
      void text(stream).then((raw) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), ...parsed(raw), raw });
        done();
      });
    },
  });
  // A client that ends the handshake is no fault of the server.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as { port: number };
  const login = user ? `${encodeURIComponent(user)}:${encodeURIComponent(password ?? "")}@` : "";
  return {
    url: `${tls ? "smtps" : "smtp"}://${login}127.0.0.1:${port}`,
    mails,
    refuse: (value) => {
      refusing = value;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Reads a mail with one plain text part. */
function parsed(raw: string): { subject: string; text: string } {
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  const header = (name: string) =>
    new RegExp(`^${name}: ([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)`, "im")
      .exec(head)?.[1]
      ?.replace(/\r\n[ \t]/g, " ") ?? "";
  const body = rest.join("\r\n\r\n");
  const encoding = header("Content-Transfer-Encoding").toLowerCase();
  const decoded =
    encoding === "base64"
      ? Buffer.from(body, "base64").toString()
      : encoding === "quoted-printable"
        ? quotedPrintable(body)
        : body;
  const subject = header("Subject").replace(
    /=\?utf-8\?(q|b)\?([^?]*)\?=/gi,
    (_, kind: string, word: string) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(word, "base64").toString()
        : quotedPrintable(word.replaceAll("_", " ")),
  );
  return { subject, text: decoded.replaceAll("\r\n", "\n") };
}

function quotedPrintable(encoded: string): string {
  const joined = encoded.replace(/=\r\n/g, "");
  const bytes = joined.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
