import { freePort } from "@smscrm/infra/embedded-postgres/port";
import { startMailServer } from "@smscrm/server/testing/mail-server";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startDrillPart } from "../drill/part.ts";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { type Production, startProduction } from "./production.ts";

const OWNER = "ada@example.com";
const SECOND = "ben@example.com";
const THIRD = "cleo@example.com";
const AGENT = "dora@example.com";
const FIRST_PASSWORD = "the first one she chose";
const NEW_PASSWORD = "the one after the reset";

let production: Production;
let url: string;

beforeAll(async () => {
  production = await startProduction("127.0.0.1");
  url = production.url;
}, 300_000);
afterAll(() => production?.stop(), 120_000);

const shot = (page: Page, name: string) => production.shot(page, `first-${name}`);
const home = (page: Page) => page.getByRole("heading", { name: "Home", level: 1 }).waitFor();

/** Returns the link, as the owner sees it. */
async function invite(owner: Page, email: string, role: string): Promise<string> {
  await owner.goto(`${url}/settings#people`);
  // Until the members are there the page still moves, and a click may miss.
  await owner.getByText("(you)").waitFor();
  await owner.getByRole("button", { name: "Invite member" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByLabel("Role").selectOption(role);
  await dialog.getByRole("button", { name: "Create link" }).click();
  const shown = owner.getByRole("dialog", { name: "Invitation link" });
  const link = (await shown.locator(".font-mono").textContent())!;
  production.tokens.push(link.split("#")[1]!);
  await shot(owner, `link-${role}`);
  await shown.getByRole("button", { name: "Close" }).click();
  await owner.getByText(new RegExp(`Invited as ${role}, expires`)).waitFor();
  return link;
}

// One journey in order: each step needs the result of the one before.
describe("production begins", () => {
  let owner: Page;
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    await shot(owner, "failed");
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));

  it("says on the sign-in page that there is no organisation, and with which command it begins", async () => {
    owner = await production.strangersPage();
    await owner.goto(url);
    await owner.getByText("There is no organisation yet.").waitFor();
    const text = await owner.getByRole("main").textContent();
    expect(text).toContain(
      'pnpm ops tenant create --name "Acme" --country AU --zone Australia/Sydney --owner ada@example.com',
    );
    await shot(owner, "none");
    expect((await production.bun("scripts/ops.ts", "tenant", "list")).output).toContain(
      "There is no organisation yet",
    );
  });

  it("lets the first owner in by the console's link", async () => {
    const words = ["--name", "Acme", "--country", "AU", "--zone", "Australia/Sydney", "--owner", OWNER];
    const { link } = await production.ops("tenant", "create", ...words);
    await owner.goto(link);
    await owner.getByRole("heading", { name: "Join Acme" }).waitFor();
    await owner.getByLabel("Your name").fill("Ada");
    await owner.getByLabel("Choose a password").fill("short");
    await owner.getByRole("button", { name: "Accept invitation" }).click();
    await owner
      .getByText(/at least 12 characters/)
      .last()
      .waitFor();
    await shot(owner, "join");
    await owner.getByLabel("Choose a password").fill(FIRST_PASSWORD);
    await owner.getByRole("button", { name: "Accept invitation" }).click();
    await home(owner);
    expect(owner.url()).toBe(`${url}/`);
    const stranger = await production.strangersPage();
    await stranger.goto(link);
    await stranger.getByText(/This invitation isn't valid/).waitFor();
    await shot(stranger, "used");
    // Production has no demo, so the page must not speak of one.
    await stranger.goto(`${url}/sign-in`);
    await stranger.getByText(/Ask an owner or admin of your organisation/).waitFor();
    expect(await stranger.getByRole("main").textContent()).not.toContain("demo");
    await stranger.context().close();
  });

  it("lets the owner invite a second person, who is a member once they accept", async () => {
    const link = await invite(owner, SECOND, "admin");
    await shot(owner, "people");
    const second = await production.strangersPage();
    await second.goto(link);
    await second.getByLabel("I have an account").check();
    await second.getByLabel("Current password").waitFor();
    await shot(second, "join-existing");
    expect(await accessibilityFaultsOf(second, url, [`/join${new URL(link).hash}`, "/sign-in"])).toEqual([]);
    await second.goto(link);
    await second.getByLabel("Your name").fill("Ben");
    await second.getByLabel("Choose a password").fill(FIRST_PASSWORD);
    await second.getByRole("button", { name: "Accept invitation" }).click();
    await home(second);
    await owner.reload();
    await owner.getByText("Ben", { exact: true }).waitFor();
    expect(await owner.getByText(/Invited as/).count()).toBe(0);
    await second.context().close();
  });

  it("shows an agent the inbox and nothing else, without a refused request", async () => {
    const link = await invite(owner, AGENT, "agent");
    const agent = await production.strangersPage();
    const refused: string[] = [];
    agent.on("response", (response) => {
      if (response.status() === 403) refused.push(new URL(response.url()).pathname);
    });
    await agent.goto(link);
    await agent.getByLabel("Your name").fill("Dora");
    await agent.getByLabel("Choose a password").fill(FIRST_PASSWORD);
    await agent.getByRole("button", { name: "Accept invitation" }).click();
    await agent.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
    const menu = agent.getByRole("navigation", { name: "Main" }).first();
    expect(await menu.getByRole("link").allTextContents()).toEqual(["Inbox"]);
    await agent.keyboard.press("Control+k");
    await agent.getByRole("combobox", { name: "Search or go to" }).fill("campaign");
    await agent.getByRole("listbox", { name: "Results" }).waitFor();
    expect(await agent.getByRole("option").count()).toBe(0);
    await agent.keyboard.press("Escape");
    await shot(agent, "agent");
    await agent.goto(`${url}/contacts`);
    await agent.getByRole("heading", { name: "Not for your role" }).waitFor();
    await shot(agent, "agent-refused");
    await agent.getByRole("link", { name: "Go back" }).click();
    await agent.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
    expect(refused).toEqual([]);
    await agent.context().close();
  });

  it("lets somebody who lost their password back in, and ends their sessions", async () => {
    const { link } = await production.ops("person", "reset", OWNER);
    const page = await production.strangersPage();
    expect(await accessibilityFaultsOf(page, url, [`/reset${new URL(link).hash}`])).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(link);
    await page.getByText(`For ${OWNER}`).waitFor();
    await page.getByLabel("New password").fill(NEW_PASSWORD);
    await shot(page, "reset");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await production.signIn(page, OWNER, FIRST_PASSWORD);
    await page.getByText("E-mail address or password is wrong.").waitFor();
    await production.signIn(page, OWNER, NEW_PASSWORD);
    await home(page);
    await owner.goto(`${url}/settings`);
    await owner.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(`${url}/audit`);
    await page.getByText("Reset their password").first().waitFor();
    await shot(page, "audit");
  });

  it("mails both kinds of links once a mail server is set", async () => {
    const mail = await startMailServer();
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const mailing = await startDrillPart("server/main.ts", `${address}/health`, {
      ...production.environment,
      PORT: String(port),
      PUBLIC_URL: address,
      SMTP_URL: mail.url,
      MAIL_FROM: "Acme texts <texts@example.com>",
    });
    const linkTo = async (email: string) => {
      await expect.poll(() => mail.mails.some(({ to }) => to[0] === email)).toBe(true);
      const link = /^http\S+$/m.exec(mail.mails.find(({ to }) => to[0] === email)!.text)![0];
      production.tokens.push(link.split("#")[1]!);
      return link;
    };
    const page = await production.strangersPage();
    try {
      await page.goto(`${address}/sign-in`);
      await page.getByRole("link", { name: "Forgot your password?" }).click();
      await page.getByLabel("Email").fill(SECOND);
      await page.getByRole("button", { name: "Send link" }).click();
      await page.getByText(/a link is on its way/).waitFor();
      await shot(page, "forgot");
      expect(await accessibilityFaultsOf(page, address, ["/forgot", "/sign-in"])).toEqual([]);
      await page.goto(await linkTo(SECOND));
      await page.getByLabel("New password").fill(NEW_PASSWORD);
      await page.getByRole("button", { name: "Change password" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await page.getByLabel("Email").fill(SECOND);
      await page.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await home(page);
      await page.goto(`${address}/settings#people`);
      await page.getByText("(you)").waitFor();
      await page.getByRole("button", { name: "Invite member" }).click();
      await page.getByRole("dialog").getByLabel("Email").fill(THIRD);
      await shot(page, "invite-by-mail");
      await page.getByRole("button", { name: "Send invitation" }).click();
      await page.getByText(`Invitation sent to ${THIRD}.`).waitFor();
      const third = await production.strangersPage();
      await third.goto(await linkTo(THIRD));
      await third.getByRole("heading", { name: "Join Acme" }).waitFor();
      await third.context().close();
    } finally {
      await page.context().close();
      await mailing.stop();
      await mail.close();
    }
    expect(production.tokens.filter((token) => token && mailing.output().includes(token))).toEqual([]);
    for (const email of [SECOND, THIRD]) expect(mailing.output()).not.toContain(email);
  });

  it("shows a suspended organisation why nothing is sent, and offers nobody to resume it", async () => {
    const page = await production.strangersPage();
    await page.goto(url);
    await production.signIn(page, OWNER, NEW_PASSWORD);
    await home(page);
    await production.ops("tenant", "suspend", "Acme", "--reason", "Complaints about spam");
    const banner = page.getByRole("status").getByText("by the platform’s operator since");
    await banner.waitFor();
    expect(await banner.textContent()).toMatch(/^Suspended .*: “Complaints about spam”\. Nothing is sent\./);
    await page.getByRole("heading", { name: "This organisation is suspended" }).waitFor();
    await shot(page, "suspended");
    await page.goto(`${url}/settings#kill-switch`);
    await page.getByText("Only the operator can reinstate this organisation.").waitFor();
    expect(await page.getByRole("button", { name: "Resume sending" }).count()).toBe(0);
    await shot(page, "suspended-settings");
    expect(await accessibilityFaultsOf(page, url, ["/", "/settings"])).toEqual([]);
    await production.ops("tenant", "reinstate", "Acme", "--reason", "They explained it");
    await page.goto(url);
    await page.getByRole("button", { name: "Pause sending" }).first().waitFor();
    expect(await page.getByText("Complaints about spam").count()).toBe(0);
    await page.goto(`${url}/audit`);
    await page.getByText("Reinstated the organisation").first().waitFor();
    await page.context().close();
  });

  it("ends a person's sessions from the console, and their page asks them to sign in", async () => {
    const page = await production.strangersPage();
    await page.goto(url);
    await production.signIn(page, OWNER, NEW_PASSWORD);
    await home(page);
    const { output } = await production.ops("person", "sessions", OWNER);
    expect(output).toMatch(/last seen \S+, Acme, Mozilla\/5\.0 .*Chrome/);
    await production.ops("person", "sessions", OWNER, "--end");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.context().close();
  });

  it("writes no link's token into the server's log", () => {
    const log = production.api.output();
    expect(log).toContain("/trpc/join.look");
    expect(production.tokens.filter((token) => token && log.includes(token))).toEqual([]);
  });
});
