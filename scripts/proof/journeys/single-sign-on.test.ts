import path from "node:path";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type IdentityProvider,
  startIdentityProvider,
} from "@smscrm/server/testing/identity-provider";
import type { Browser, Page } from "playwright-core";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";
import { runScript } from "../operations/run-script.ts";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { launchBrowser } from "./browser.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const ADA = "ada@acme.example";

let product: RunningProduct;
let idp: IdentityProvider;
let browser: Browser;
let sql: postgres.Sql;

beforeAll(async () => {
  product = await runProduct();
  idp = await startIdentityProvider({ publicUrl: product.url, asks: true });
  idp.people.set("ada", {
    email: ADA,
    email_verified: true,
    name: "Ada King",
    groups: ["marketing", "texting"],
  });
  browser = await launchBrowser();
  const { EMBEDDED_POSTGRES_PORT } = product.environment;
  sql = postgres(`postgres://smscrm:smscrm@127.0.0.1:${EMBEDDED_POSTGRES_PORT}/smscrm`, { max: 1 });
}, 300_000);
afterAll(async () => {
  await sql?.end();
  await browser?.close();
  await idp?.close();
  await product?.stop();
}, 120_000);

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-AU" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}
const shot = (page: Page, name: string, fullPage = false) =>
  page.screenshot({ path: path.join(projectFolder, "artefacts", `single-sign-on-${name}.png`), fullPage });
const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const savedAs = (page: Page, text: string) => page.getByText(text).first().waitFor();

/** At the provider's own page. */
async function logIn(page: Page, user: string): Promise<void> {
  await page.getByRole("heading", { name: "Acme login" }).waitFor();
  await page.getByLabel("User").fill(user);
  await page.getByRole("button", { name: "Log in" }).click();
}

// One journey in order: each step needs the result of the one before.
describe("single sign-on", () => {
  let owner: Page;
  let ada: Page;
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    await shot(ada ?? owner, "failed");
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));

  it("is set up by an owner under Settings", async () => {
    owner = await newPage();
    await owner.goto(`${product.url}/sign-in?next=/settings`);
    await owner.getByLabel("Email").fill(product.signIn.email);
    await owner.getByLabel("Password", { exact: true }).fill(product.signIn.password);
    await button(owner, "Sign in").click();
    await owner.getByRole("link", { name: "Set up single sign-on" }).click();
    await heading(owner, "Single sign-on");
    await owner.getByText(`${product.url}/sign-in/sso/callback`).waitFor();
    await owner.getByLabel("Issuer").fill("https://127.0.0.1:1");
    await owner.getByLabel("Client id").fill(CLIENT_ID);
    await owner.getByLabel("Client secret").fill(CLIENT_SECRET);
    await button(owner, "Add group").click();
    await owner.getByLabel("Group of row 1").fill("texting");
    await owner.getByLabel("Role of row 1").selectOption("admin");
    await button(owner, "Save").click();
    await owner.getByText(/No identity provider answers at this address/).waitFor();
    await shot(owner, "no-provider", true);
    await owner.getByLabel("Issuer").fill(idp.issuer);
    await button(owner, "Save").click();
    await savedAs(owner, "Identity provider saved.");
    expect(await owner.getByLabel("Client secret").inputValue()).toBe("");
  });

  it("asks for a proof that the domain is the organisation's", async () => {
    await owner.getByLabel("Domain", { exact: true }).fill("gmail.com");
    await button(owner, "Add domain").click();
    await owner.getByText(/Anybody can have an address at this domain/).waitFor();
    await owner.getByLabel("Domain", { exact: true }).fill("acme.example");
    await button(owner, "Add domain").click();
    await owner.getByText(/^smscrm-verification=/).waitFor();
    await shot(owner, "domain", true);
    const [tenant] = await sql<{ id: string }[]>`select tenant_id as id from sign_in_domains`;
    const words = ["sso", "domain", "confirm", "acme.example", "--tenant", tenant!.id] as const;
    const { code, output } = await runScript([runtimeProgram("bun"), "scripts/ops.ts", ...words], {
      env: product.environment,
    });
    expect(output).toMatch(/^Confirmed acme.example/m);
    expect(code).toBe(0);
    await owner.reload();
    await owner.getByText(/by the platform operator/).waitFor();
  });

  it("is tried without changing anything", async () => {
    await button(owner, "Try it").click();
    await logIn(owner, "ada");
    await owner.getByText("This person would be signed in.").waitFor();
    await owner.getByText("marketing, texting").waitFor();
    await shot(owner, "tried", true);
    expect(await sql`select 1 from users where email = ${ADA}`).toHaveLength(0);
    await owner.getByLabel("Required").check();
    await owner
      .getByText(/Set up a password and a second factor for yourself first/)
      .first()
      .waitFor();
    await owner.getByLabel("Offered").check();
    await owner.locator("#mode").getByRole("button", { name: "Save" }).click();
    await savedAs(owner, "Single sign-on saved.");
  });

  it("signs a new person in, by the domain of their address", async () => {
    ada = await newPage();
    await ada.goto(`${product.url}/sign-in?next=/inbox`);
    await ada.getByLabel("Email").fill("someone@elsewhere.example");
    await ada.keyboard.press("Tab");
    expect(await button(ada, "Continue with single sign-on").count()).toBe(0);
    await ada.getByLabel("Email").fill(ADA);
    await ada.keyboard.press("Tab");
    await button(ada, "Continue with single sign-on").waitFor();
    await shot(ada, "sign-in");
    await button(ada, "Continue with single sign-on").click();
    await logIn(ada, "ada");
    await heading(ada, "Inbox");
    await ada.getByRole("button", { name: /account of Ada King/i }).waitFor();
    await shot(ada, "signed-in");
  });

  it("confirms an action in another tab", async () => {
    await sql`update sessions set proven_at = now() - interval '10 minutes' where signed_in_by = 'sso'`;
    await ada.goto(`${product.url}/settings#people`);
    await button(ada, "Invite member").click();
    await ada.getByRole("dialog").getByLabel("Email").fill("new@acme.example");
    await ada.getByRole("dialog").getByRole("button", { name: "Create link" }).click();
    const dialog = ada.getByRole("dialog", { name: "Confirm that it’s you" });
    const opens = ada.context().waitForEvent("page");
    await dialog.getByRole("link", { name: "Confirm with single sign-on" }).click();
    await shot(ada, "confirm");
    const other = await opens;
    await logIn(other, "ada");
    await heading(other, "Confirmed");
    await shot(other, "confirmed");
    await other.close();
    await dialog.getByRole("button", { name: "I have confirmed" }).click();
    await ada.getByRole("dialog", { name: "Invitation link" }).waitFor();
  });

  it("says in words why somebody is not signed in", async () => {
    idp.people.set("ada", { email: ADA, email_verified: true, groups: ["marketing"] });
    const page = await newPage();
    await page.goto(`${product.url}/sign-in`);
    await page.getByLabel("Email").fill(ADA);
    await page.keyboard.press("Tab");
    await button(page, "Continue with single sign-on").click();
    await logIn(page, "ada");
    await page.getByText(/None of your groups at the identity provider has a role here/).waitFor();
    await shot(page, "no-group");
    // Her open session ended with it.
    await ada.goto(`${product.url}/campaigns`);
    await heading(ada, "Sign in");
  });

  it("is the only way where it is required, but for owners", async () => {
    await sql`update single_sign_on set mode = 'required'`;
    const page = await newPage();
    await page.goto(`${product.url}/sign-in`);
    await page.getByLabel("Email").fill(ADA);
    await page.keyboard.press("Tab");
    await page.getByText("Your organisation requires single sign-on.").waitFor();
    expect(await page.getByLabel("Password", { exact: true }).count()).toBe(0);
    await shot(page, "required");
    await button(page, "Owners: use the password").click();
    await page.getByLabel("Password", { exact: true }).fill("a wrong password");
    await button(page, "Sign in").click();
    await page.getByText("E-mail address or password is wrong.").waitFor();
    await sql`update single_sign_on set mode = 'offered'`;
  });

  it("has pages that everyone can use, in both themes and on a phone", async () => {
    expect(await accessibilityFaultsOf(owner, product.url, ["/settings/single-sign-on"])).toEqual([]);
    for (const [colorScheme, width] of [
      ["light", 1440],
      ["dark", 1440],
      ["light", 360],
      ["dark", 360],
    ] as const) {
      await owner.emulateMedia({ colorScheme });
      await owner.setViewportSize({ width, height: 900 });
      await owner.goto(`${product.url}/settings/single-sign-on`);
      await owner.getByLabel("Issuer").waitFor();
      await shot(owner, `page-${colorScheme}-${width}`, true);
      const wide = (await owner.evaluate(
        "document.documentElement.scrollWidth - window.innerWidth",
      )) as number;
      expect(wide, `${colorScheme} ${width}`).toBeLessThanOrEqual(0);
    }
  });
});
