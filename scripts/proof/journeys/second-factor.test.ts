import { codeOf } from "@smscrm/server/testing/second-factor";
import type { Page } from "playwright-core";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { joinAs, keepCodes, setUpApp } from "./person.ts";
import { type Production, startProduction } from "./production.ts";

const OWNER = "ada@example.com";
const OPERATOR = "ben@example.com";
const PASSWORD = "the first one she chose";

let production: Production;
let url: string;
let sql: postgres.Sql;

// Browsers have passkeys only for a host with a name.
beforeAll(async () => {
  production = await startProduction("localhost");
  url = production.url;
  sql = postgres(production.databaseUrl, { max: 1 });
}, 300_000);
afterAll(async () => {
  await sql?.end();
  await production?.stop();
}, 120_000);

const shot = (page: Page, name: string) => production.shot(page, `second-factor-${name}`);
const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
const dialog = (page: Page, name: string) => page.getByRole("dialog", { name });
/** As if the last proof had been given ten minutes ago. */
const tenMinutesLater = () => sql`update sessions set proven_at = now() - interval '10 minutes'`;

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(page, "Sign in");
}

// One journey in order: each step needs the result of the one before.
describe("a second factor", () => {
  let page: Page;
  let secret: string;
  let codes: string[];
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    await shot(page, "failed");
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));

  it("is set up with an app, and comes with ten recovery codes", async () => {
    const words = ["--name", "Acme", "--country", "AU", "--zone", "Australia/Sydney", "--owner", OWNER];
    const { link } = await production.ops("tenant", "create", ...words);
    page = await production.strangersPage();
    await joinAs(page, link, { name: "Ada", password: PASSWORD });
    await heading(page, "Home");
    await page.getByRole("button", { name: /account of/ }).click();
    await page.getByRole("menuitem", { name: "Security" }).click();
    await heading(page, "Security");
    secret = await setUpApp(page, () => shot(page, "set-up"));
    await dialog(page, "Your recovery codes").getByRole("listitem").first().waitFor();
    await shot(page, "codes");
    codes = await keepCodes(page);
    expect(codes).toHaveLength(10);
    await page.getByText("10 of 10 left").waitFor();
    await shot(page, "page");
  });

  it("is asked for after the password", async () => {
    await signOut(page);
    await production.signIn(page, OWNER, PASSWORD);
    await heading(page, "Confirm that it’s you");
    await shot(page, "second-step");
    // The step survives a reload, and the password alone leads nowhere else.
    await page.goto(`${url}/contacts`);
    await heading(page, "Confirm that it’s you");
    await page.getByLabel("Code from your app").fill("000000");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Code from your app").fill(codeOf(secret));
    await page.getByRole("button", { name: "Sign in" }).click();
    await heading(page, "Contacts");
  });

  it("may be a passkey, which then signs in", async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true },
        ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      },
    });
    await page.goto(`${url}/security`);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await dialog(page, "Add a passkey").getByLabel("Name").fill("My laptop");
    await dialog(page, "Add a passkey").getByRole("button", { name: "Continue" }).click();
    await page.getByText("My laptop", { exact: true }).waitFor();
    await shot(page, "passkey");
    await signOut(page);
    await production.signIn(page, OWNER, PASSWORD);
    await heading(page, "Confirm that it’s you");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await heading(page, "Home");
    await page.goto(`${url}/security`);
    await page.getByText(/last used/).waitFor();
  });

  it("is asked for again by what needs a fresh proof, which then goes through", async () => {
    await page.goto(url);
    await page.getByRole("button", { name: /Pause/ }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: /Pause/ }).click();
    await page.getByText("Paused", { exact: true }).waitFor();
    await tenMinutesLater();
    await page
      .getByRole("button", { name: /Resume/ })
      .first()
      .click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Resume/ })
      .click();
    const asked = dialog(page, "Confirm that it’s you");
    await asked.waitFor();
    await asked.getByRole("button", { name: "Use a recovery code" }).click();
    await shot(page, "proof");
    await asked.getByLabel("Recovery code").fill(codes[0]!.toLowerCase());
    await asked.getByRole("button", { name: "Confirm" }).click();
    await asked.waitFor({ state: "hidden" });
    await page.getByText("Paused", { exact: true }).waitFor({ state: "detached" });
    await page.goto(`${url}/security`);
    await page.getByText("9 of 10 left").waitFor();
  });

  it("is required of everybody once an owner says so: a member without one can only set one up", async () => {
    const operator = await production.strangersPage();
    const { link } = await production.ops(
      "tenant",
      "invite",
      "--tenant",
      await tenantId(),
      "--owner",
      OPERATOR,
    );
    await joinAs(operator, link, { name: "Ben", password: PASSWORD });
    await heading(operator, "Home");
    await page.goto(`${url}/settings#security`);
    await page.getByLabel("Everybody").check();
    await shot(page, "policy");
    await page.locator("#security").getByRole("button", { name: "Save" }).click();
    await page.getByText("Settings saved.").waitFor();
    await operator.goto(`${url}/contacts`);
    await heading(operator, "Set up a second factor");
    await shot(operator, "required");
    await setUpApp(operator);
    await keepCodes(operator);
    await heading(operator, "Contacts");
    await operator.context().close();
  });

  it("is turned off at the console for somebody who lost it", async () => {
    await sql`update tenants set second_factor_policy = 'optional'`;
    const { output } = await production.ops("person", "second-factor-off", OWNER);
    expect(output).toContain(`Turned off the second factor of ${OWNER}`);
    await page.goto(`${url}/contacts`);
    await heading(page, "Sign in");
    await production.signIn(page, OWNER, PASSWORD);
    await heading(page, "Home");
    await page.goto(`${url}/audit`);
    await page.getByText("Turned off a member’s second factors").first().waitFor();
    await shot(page, "audit");
  });

  it("has pages that everybody can use", async () => {
    expect(await accessibilityFaultsOf(page, url, ["/security", "/settings"])).toEqual([]);
  });

  const tenantId = async () =>
    (await sql<{ id: string }[]>`select id from tenants where name = 'Acme'`)[0]!.id;
});
