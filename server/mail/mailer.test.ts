import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startMailServer, type TestMailServer } from "../testing/mail-server.ts";
import { openMailer } from "./mailer.ts";

const MAIL = {
  to: "ada@example.com",
  subject: "Größe",
  text: "One line.\n\nhttps://texts.example.com/join#abc",
};
const FROM = "Acme texts <texts@example.com>";
let server: TestMailServer | undefined;
let other: Server | undefined;
afterEach(async () => {
  await server?.close();
  other?.close();
  server = undefined;
});

describe("a mail", () => {
  it("arrives as it was written, from the sender that is set, and no holiday reply answers it", async () => {
    server = await startMailServer({ user: "smscrm@example.com", password: "p@ss:w/rd" });
    await openMailer({ url: server.url, from: FROM }).send(MAIL);
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]).toMatchObject({ from: "texts@example.com", to: ["ada@example.com"] });
    expect(server.mails[0]!.subject).toBe("Größe");
    expect(server.mails[0]!.text.trim()).toBe(MAIL.text);
    expect(server.mails[0]!.raw).toMatch(/^Auto-Submitted: auto-generated$/m);
  });

  it("has no line of its own in the head, whatever the subject contains", async () => {
    server = await startMailServer();
    await openMailer({ url: server.url, from: FROM }).send({ ...MAIL, subject: "A\r\nBcc: eve@example.com" });
    expect(server.mails[0]!.to).toEqual(["ada@example.com"]);
    expect(server.mails[0]!.raw).not.toMatch(/^Bcc:/im);
  });

  it.each([
    [
      "a wrong password",
      { user: "u", password: "right" },
      "The mail server refused our user name or password (SMTP 535).",
    ],
    [
      "an address that it does not take",
      { refuse: true },
      "The mail server refused this address (SMTP 550).",
    ],
  ])("is refused for %s, in a sentence without the address", async (_, settings, sentence) => {
    server = await startMailServer(settings);
    const url = server.url.replace("right", "wrong");
    await expect(openMailer({ url, from: FROM }).send(MAIL)).rejects.toThrow(sentence);
  });

  it("goes to no server whose certificate nobody signed", async () => {
    server = await startMailServer({ tls: true });
    await expect(openMailer({ url: server.url, from: FROM }).send(MAIL)).rejects.toThrow(
      "The mail server offers no connection with TLS that can be trusted.",
    );
    expect(server.mails).toEqual([]);
  });

  it("waits no longer than a few seconds for a server that says nothing", async () => {
    other = createServer(() => {});
    await new Promise<void>((resolve) => other!.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    await expect(openMailer({ url: `smtp://127.0.0.1:${port}`, from: FROM }).send(MAIL)).rejects.toThrow(
      "The mail server did not answer in time.",
    );
  }, 20_000);

  it("says so where nobody listens", async () => {
    server = await startMailServer();
    const { url } = server;
    await server.close();
    await expect(openMailer({ url, from: FROM }).send(MAIL)).rejects.toThrow(
      "The mail server cannot be reached.",
    );
  });
});
