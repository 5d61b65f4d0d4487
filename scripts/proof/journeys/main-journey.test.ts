import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { launchBrowser } from "./browser.ts";
import { confirmSignIn } from "./confirm.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const SAMPLE = fileURLToPath(new URL("../../sample/contacts.csv", import.meta.url));
const ARTEFACTS = fileURLToPath(new URL("../../../artefacts/", import.meta.url));
const REASON = "Journey test: the carrier is the simulator";

let product: RunningProduct;
let browser: Browser;
let page: Page;
const faults: string[] = [];
/** The page of the draft of sending rules. */
let rulesAt: string;

beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  [product, browser] = await Promise.all([runProduct(), launchBrowser()]);
  page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    locale: "en-AU",
    timezoneId: "Australia/Sydney",
  });
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 120_000);

const shot = (name: string) => page.screenshot({ path: path.join(ARTEFACTS, `${name}.png`) });
const heading = (name: string | RegExp) => page.getByRole("heading", { name, level: 1 });

/** Writes a campaign, waits for its check, and launches it; at night with an owner's reason. */
async function launchCampaign(name: string): Promise<string> {
  await page.goto(`${product.url}/campaigns/new`);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page
    .getByLabel("Message", { exact: true })
    .fill("Hi {{first_name|there}}, our spring sale starts today. Demo Store. Reply STOP to opt out");
  await page.getByRole("button", { name: "Review" }).click();
  await heading(name).waitFor();
  const launch = page.getByRole("button", { name: "Launch…" });
  await expect.poll(() => launch.isEnabled(), { timeout: 30_000 }).toBe(true);
  await page.locator("canvas").first().waitFor();
  await shot(`${name}-preflight`);
  await launch.click();
  const dialog = page.getByRole("dialog");
  const anyway = dialog.getByLabel("Send anyway, outside quiet hours");
  if (await anyway.isVisible()) {
    await anyway.check();
    await dialog.getByLabel("Reason").fill(REASON);
  }
  await dialog.getByRole("button", { name: /^Launch to/ }).click();
  await dialog.waitFor({ state: "hidden" });
  return new URL(page.url()).pathname.split("/").at(-1)!;
}

/** Returns how many requests the carrier has had so far. */
async function submittedCount(): Promise<number> {
  const answer = await fetch(`${product.simulatorUrl}/simulator/ledger?format=summary`);
  return ((await answer.json()) as { creates: number }).creates;
}

async function finished(): Promise<void> {
  await page.getByText("Finished", { exact: true }).first().waitFor({ timeout: 300_000 });
}

// One journey in order: each step needs the result of the one before.
describe("an operator's first hour", () => {
  let campaignId: string;
  let optedOut: string;
  let audience: string;
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    await shot("failed");
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));
  beforeEach(() => confirmSignIn(page, product));

  it("signs in", async () => {
    await page.goto(product.url);
    await page.getByLabel("Email").fill(product.signIn.email);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").first().waitFor();
    await page.getByLabel("Password", { exact: true }).fill(product.signIn.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await heading("Home").waitFor();
    faults.length = 0;
  });

  it("imports a messy file and learns what became of each row", async () => {
    await page.goto(`${product.url}/contacts/import`);
    await page.getByRole("button", { name: "Upload a file" }).first().click();
    await page.getByLabel("CSV file").setInputFiles(SAMPLE);
    await page.getByLabel("How do you know?").fill("Sign-up form of the demo shop");
    await page.getByLabel("Wording they agreed to").fill("I agree to marketing texts from Demo Store");
    await shot("import-mapping");
    await page.getByRole("button", { name: "Start the import" }).click();
    await page.getByText("Created", { exact: true }).waitFor();
    await expect.poll(() => page.getByText("8,330").count(), { timeout: 60_000 }).toBeGreaterThan(0);
    await page.getByText("Landline").first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download all" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    await shot("import");
  }, 120_000);

  it("launches a campaign and watches it to its end without reloading", async () => {
    campaignId = await launchCampaign("first");
    await page.getByText("Sending", { exact: true }).first().waitFor();
    const half = await submittedCount();
    await expect.poll(submittedCount, { timeout: 180_000 }).toBeGreaterThan(half + 3_000);
    await shot("campaign-live");
    await finished();
    await shot("campaign");
    expect(await submittedCount()).toBe(8_330);
  }, 600_000);

  it("reads why a message was not delivered", async () => {
    await page.goto(`${product.url}/messages?campaignId=${campaignId}&status=failed`);
    await page.getByRole("row").nth(1).getByRole("link").first().click();
    await page.getByRole("region", { name: "Why" }).waitFor();
    expect(await page.getByRole("region", { name: "Why" }).textContent()).toMatch(/\w{3,}/);
    await shot("message-failed");
  });

  it("shows a list of any length with only the rows near the window in the page", async () => {
    await page.goto(`${product.url}/messages?campaignId=${campaignId}`);
    const more = page.getByRole("button", { name: "Show more" });
    const table = page.getByRole("table", { name: "Messages" });
    const shown = async () => Number(await table.getAttribute("aria-rowcount")) - 1;
    for (let pages = 0; pages < 20 && (await shown()) < 400; pages += 1) {
      await more.click();
      await expect.poll(() => more.isEnabled()).toBe(true);
    }
    const all = await shown();
    expect(all).toBeGreaterThanOrEqual(400);
    const rows = table.locator("tbody tr[data-index]");
    const row = (index: number) => table.locator(`tbody tr[data-index="${index}"]`);
    await expect.poll(() => rows.count()).toBeLessThan(150);
    // The last row has the position that it would have among all rows, and the first is at the top again.
    await more.scrollIntoViewIfNeeded();
    await row(all - 1).waitFor();
    expect(await row(0).count()).toBe(0);
    const below = (await more.boundingBox())!.y - (await row(all - 1).boundingBox())!.y;
    expect(below).toBeGreaterThan(0);
    expect(below).toBeLessThan(200);
    const linkOf = (index: number) => row(index).getByRole("link");
    const focused = (index: number) =>
      expect
        .poll(() => linkOf(index).evaluate((link) => link.matches(":focus")), { timeout: 10_000 })
        .toBe(true);
    await linkOf(all - 30).focus();
    await page.keyboard.press("Tab");
    await focused(all - 29);
    // Directly after Tab: the focus must not scroll the window back while the person scrolls away.
    await page.mouse.wheel(0, -1_000_000);
    await row(0).waitFor();
    await expect.poll(() => rows.count()).toBeLessThan(150);
    await expect.poll(() => page.evaluate("window.scrollY")).toBe(0);
    // The focused row stays when it is far from the window, and Tab continues from it.
    await focused(all - 29);
    await page.keyboard.press("Tab");
    await focused(all - 28);
    await expect.poll(() => rows.count()).toBeLessThan(150);
  }, 90_000);

  it("answers STOP on the handset page", async () => {
    // A person whose phone works: the simulator makes some fail, as in real life.
    await page.goto(`${product.url}/messages?campaignId=${campaignId}&status=delivered`);
    const row = await page.getByRole("row").nth(1).textContent();
    optedOut = row!.match(/\+[\d ]{9,}\d/)![0].replaceAll(" ", "");
    await page.goto(`${product.simulatorUrl}/?search=${encodeURIComponent(optedOut)}`);
    await page.locator("#handsets a").first().click();
    await page.getByRole("heading", { name: optedOut }).waitFor();
    await page.getByRole("button", { name: "STOP" }).click();
    await expect.poll(() => page.locator("#bubbles li.theirs").count()).toBeGreaterThan(0);
    await shot("handset");
    await page.goto(`${product.url}/do-not-contact`);
    await page.getByRole("row").filter({ hasText: /repl/i }).first().waitFor();
  });

  it("adds a suppression list and uploads its numbers", async () => {
    await page.goto(`${product.url}/do-not-contact`);
    await page.getByRole("button", { name: "Add list" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Register").selectOption("OTHER");
    await dialog.getByLabel("Name").fill("Partner list");
    await dialog.getByLabel("Country", { exact: true }).fill("AU");
    await dialog.getByRole("button", { name: "Add list" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("It stops nothing yet.").last().waitFor();
    await page.getByRole("button", { name: "Upload Partner list" }).click();
    const file = {
      name: "list.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("+61400999001\n+61400999002\n"),
    };
    await dialog.getByLabel("File").setInputFiles(file);
    await dialog.getByLabel("Downloaded on").fill(new Date().toISOString().slice(0, 10));
    await dialog.getByRole("button", { name: "Upload" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("No end", { exact: true }).last().waitFor();
    await shot("suppression-lists");
    for (const width of [768, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await shot(`suppression-lists-${width}`);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("launches again, and the kill switch stops it within a second", async () => {
    campaignId = await launchCampaign("second");
    const before = await submittedCount();
    await expect.poll(submittedCount, { timeout: 30_000 }).toBeGreaterThan(before);
    await page.getByRole("button", { name: "Pause sending" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause sending" }).click();
    await page.getByText("Sending is paused").first().waitFor();
    await new Promise((second) => setTimeout(second, 1_000));
    const stopped = await submittedCount();
    await new Promise((later) => setTimeout(later, 3_000));
    expect(await submittedCount()).toBe(stopped);
    expect(stopped).toBeLessThan(2 * 8_330);
    await page.goto(`${product.url}/settings`);
    await heading("Settings").waitFor();
    await shot("settings");
  }, 120_000);

  it("resumes and finishes, with the person who said STOP refused", async () => {
    await page.getByRole("button", { name: "Resume sending" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume sending" }).click();
    await page.goto(`${product.url}/campaigns/${campaignId}`);
    await finished();
    await page.goto(
      `${product.url}/messages?campaignId=${campaignId}#search=${encodeURIComponent(optedOut)}`,
    );
    await page.getByRole("row").nth(1).getByRole("link").first().click();
    const why = page.getByRole("region", { name: "Why" });
    await why.waitFor();
    expect(await why.textContent()).toMatch(/opt|do.not.contact/i);
    await shot("message");
  }, 600_000);

  it("shows what a stricter limit would have changed, and activates it", async () => {
    await page.goto(`${product.url}/settings#limits`);
    const limits = page.locator("#limits");
    await limits.getByLabel("Texts per contact in 24 hours").fill("1");
    await limits.getByRole("button", { name: "See what this would have changed" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why these rules").fill("Two texts in a day were too many");
    await dialog.getByRole("button", { name: "Draft and replay" }).click();
    await heading("Rule change").waitFor();
    rulesAt = new URL(page.url()).pathname;
    // Both campaigns went to the same people within minutes, so the second one would have waited.
    await page.getByText(/In the last 30 days these rules would have held [\d,]{5,} messages/).waitFor();
    for (const width of [1440, 768, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      await page.screenshot({ path: path.join(ARTEFACTS, `rules-${width}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("link", { name: "Message 1", exact: true }).click();
    await page.getByRole("region", { name: "Why" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Activate…" }).click();
    await dialog.getByRole("button", { name: "Activate", exact: true }).click();
    await page.getByText("Activated", { exact: true }).first().waitFor();
    await page.goto(`${product.url}/settings#rules`);
    await page.getByText("Versions in force", { exact: true }).click();
    await page.getByText(/Texts per contact in 24 hours: .+ → 1/).waitFor();
    await shot("rules-versions");
  }, 120_000);
  it("saves an audience by keyboard alone, with its count while it is built, and chooses it for a campaign", async () => {
    await page.goto(`${product.url}/audiences/new`);
    await page.getByLabel("Name", { exact: true }).focus();
    await page.keyboard.type("Texans");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    // The new condition has the focus: State, matches, is one of.
    const about = page.getByLabel("About");
    await expect.poll(() => about.evaluate((select) => select.matches(":focus"))).toBe(true);
    for (let tabs = 0; tabs < 4; tabs += 1) await page.keyboard.press("Tab");
    await page.keyboard.type("TX");
    await page.getByText("Contacts whose state is TX.").waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: /^[\d,]+ contacts/ })
      .waitFor();
    await page.keyboard.press("Enter");
    await heading("Texans").waitFor();
    audience = new URL(page.url()).pathname;
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const width of [360, 768, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        await shot(`audience-${width}-${colorScheme}`);
        const wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        expect(await page.evaluate(wider)).toBe(0);
      }
    }
    await page.goto(`${product.url}/campaigns/new`);
    await page.getByLabel(/^Saved audience/).check();
    await page.getByLabel("Audience", { exact: true }).selectOption({ label: "Texans" });
    await page.getByText(/in this audience/).waitFor();
  }, 60_000);

  // The pages are the same ones, whatever is behind the queue.
  it.skipIf(process.env.REDIS_URL)(
    "finds no accessibility fault on any page, light or dark",
    async () => {
      const pages = [
        rulesAt,
        ...["/", "/campaigns", "/campaigns/new", `/campaigns/${campaignId}`, "/messages", "/contacts"],
        ...["/audiences", "/audiences/new", audience],
        ...["/contacts/import", "/do-not-contact", "/numbers", "/settings", "/audit", "/privacy", "/system"],
        ...["/inbox", `/inbox#with=${encodeURIComponent(optedOut)}`, "/budgets", "/security", "/alerts"],
      ];
      expect(await accessibilityFaultsOf(page, product.url, pages)).toEqual([]);
    },
    180_000,
  );

  it("never reported an error to the browser's console", () => {
    expect(faults).toEqual([]);
  });
});
