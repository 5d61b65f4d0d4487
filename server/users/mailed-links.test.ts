import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openMailer } from "../mail/mailer.ts";
import { startMailServer, type TestMailServer } from "../testing/mail-server.ts";
import { setUpTotp } from "../testing/second-factor.ts";
import {
  type Caller,
  createTenant,
  PASSWORD,
  PUBLIC_URL,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

const OWNER = "owner@acme.example.com";
let mail: TestMailServer;
let server: TestServer;
let owner: Caller;
let stranger: Caller;

beforeAll(async () => {
  mail = await startMailServer();
  server = await startTestServer({ mailer: openMailer({ url: mail.url, from: "Acme <texts@example.com>" }) });
  await createTenant(server.sql, "acme", ["owner", "admin", "operator", "viewer"]);
  owner = await server.signIn(OWNER);
  stranger = server.caller();
});
afterAll(async () => {
  await server.close();
  await mail.close();
});
afterEach(() => {
  mail.mails.length = 0;
  mail.refuse(false);
});

const linkIn = (text: string, page: string) =>
  new RegExp(`${PUBLIC_URL}/${page}#([\\w-]{43})`).exec(text)?.[1] ?? "no link";
const invite = (email: string) =>
  owner.mutate<{ url: string | null; mailFault: string | null }>("people.invite", {
    email,
    role: "operator",
  });
const mailTo = async (address: string) => {
  await expect.poll(() => mail.mails.filter(({ to }) => to[0] === address).length).toBe(1);
  return mail.mails.find(({ to }) => to[0] === address)!;
};

describe("an invitation where the server sends mail", () => {
  it("reaches the invited person alone, who joins with its link", async () => {
    const invited = await invite("new@example.com");
    expect(invited.data).toMatchObject({ email: "new@example.com", url: null, mailFault: null });
    const { text, subject } = await mailTo("new@example.com");
    expect(subject).toMatch(/^Invitation to /);
    expect(text).toContain(OWNER);
    const token = linkIn(text, "join");
    expect(JSON.stringify(invited.data)).not.toContain(token);
    const joined = await stranger.mutate("join.asNewPerson", {
      token,
      name: "New",
      password: "a wholly new passphrase",
    });
    expect(joined.status).toBe(200);
  });

  it("comes back to the person who invites, with the reason, if the mail server refuses it", async () => {
    mail.refuse(true);
    const invited = await invite("refused@example.com");
    expect(invited.data.mailFault).toBe("The mail server refused this address (SMTP 550).");
    expect(invited.data.url).toMatch(/\/join#[\w-]{43}$/);
    expect(server.logged.join("")).not.toContain("refused@example.com");
  });

  it("is mailed again at most three times in a quarter of an hour, and the link that was mailed last works", async () => {
    await invite("again@example.com");
    const list = await owner.query<{ id: string; email: string }[]>("people.invitations");
    const { id } = list.data.find(({ email }) => email === "again@example.com")!;
    const answers = [];
    for (let nth = 0; nth < 5; nth += 1)
      answers.push((await owner.mutate("people.renewInvitation", { id })).status);
    expect(answers).toEqual([200, 200, 200, 429, 429]);
    const texts = mail.mails.filter(({ to }) => to[0] === "again@example.com");
    expect(texts).toHaveLength(4);
    const looks = [];
    for (const { text } of texts)
      looks.push((await stranger.mutate("join.look", { token: linkIn(text, "join") })).status);
    expect(looks).toEqual([400, 400, 400, 200]);
  });
});

describe("a lost password where the server sends mail", () => {
  const request = (email: string) => stranger.mutate<{ ok: true }>("lostPassword.request", { email });

  it("is replaced by the mailed link, once", async () => {
    expect((await request("viewer@acme.example.com")).data).toEqual({ ok: true });
    const token = linkIn((await mailTo("viewer@acme.example.com")).text, "reset");
    const reset = { token, password: "another long passphrase" };
    expect((await stranger.mutate("auth.resetPassword", reset)).status).toBe(200);
    await expect.poll(() => mail.mails.map(({ subject }) => subject)).toContain("Your account changed");
    expect(await stranger.mutate("auth.resetPassword", reset)).toMatchObject({
      status: 400,
      message: expect.stringContaining("use “Forgot your password?” on the sign-in page"),
    });
    const entered = await stranger.mutate("auth.signIn", {
      email: "viewer@acme.example.com",
      password: reset.password,
    });
    expect(entered.status).toBe(200);
    const [note] =
      await server.sql`select count(*)::int as n from audit_log where action = 'auth.reset-link'`;
    expect(note!.n).toBe(1);
  });

  it("says nothing about whether there is an account: the same answer, and no mail without one", async () => {
    const unknown = await request("nobody@example.com");
    const known = await request(OWNER);
    expect(unknown).toEqual(known);
    await mailTo(OWNER);
    expect(mail.mails).toHaveLength(1);
    expect((await owner.mutate("auth.signIn", { email: OWNER, password: PASSWORD })).status).toBe(200);
  });

  it("is asked for at most three times in a quarter of an hour, with or without an account", async () => {
    const statuses = async (email: string) => {
      const answers = [];
      for (let nth = 0; nth < 5; nth += 1) answers.push((await request(email)).status);
      return answers;
    };
    expect(await statuses("operator@acme.example.com")).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses("nowhere@example.com")).toEqual([200, 200, 200, 429, 429]);
  });

  it("names the operator where no mail server is set", async () => {
    const without = await startTestServer();
    try {
      const answer = await without.caller().mutate("lostPassword.request", { email: "a@example.com" });
      expect(answer).toMatchObject({
        status: 412,
        message: expect.stringContaining("pnpm ops person reset"),
      });
      expect((await without.caller().query("auth.front")).data).toMatchObject({ sendsMail: false });
    } finally {
      await without.close();
    }
  });
});

describe("a change to how a person signs in", () => {
  beforeAll(() => createTenant(server.sql, "gamma", ["owner", "operator"]));

  it("is mailed to the person, also when a stolen session made it", async () => {
    const next = "an entirely different passphrase";
    const viewer = await server.signIn("owner@gamma.example.com");
    expect((await viewer.mutate("auth.changePassword", { current: PASSWORD, next })).status).toBe(200);
    const { subject, text } = await mailTo("owner@gamma.example.com");
    expect(subject).toBe("Your account changed");
    expect(text).toMatch(/^The password was changed/);
    expect(text).not.toContain(next);
    mail.mails.length = 0;
    await setUpTotp(viewer);
    expect((await mailTo("owner@gamma.example.com")).text).toMatch(/^An authenticator app was added/);
  });

  it("holds although the mail server refuses, which the log says without the address", async () => {
    mail.refuse(true);
    const operator = await server.signIn("operator@gamma.example.com");
    const next = "an entirely different passphrase";
    expect((await operator.mutate("auth.changePassword", { current: PASSWORD, next })).status).toBe(200);
    const told = () => server.logged.filter((line) => line.includes("A notice was not mailed"));
    await expect.poll(() => told().length).toBe(1);
    expect(told().join()).not.toContain("operator@");
    await server.signIn("operator@gamma.example.com", next);
  });
});
