import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callOverTrpc, type Session } from "../../demo/session.ts";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { launchBrowser } from "./browser.ts";
import { confirmSignIn } from "./confirm.ts";
import { importFile } from "./import-file.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const ARTEFACTS = fileURLToPath(new URL("../../../artefacts/", import.meta.url));
const DAY_MS = 86_400_000;
/** Set aside for fiction in Australia: two in Perth, and a mobile number that says nothing about where. */
const FILE = "Mobile,First name,Postcode\n0491 570 006,Mia,6000\n0491 570 156,Noah,6000\n0491 570 157,Ava,\n";

let product: RunningProduct;
let browser: Browser;
let page: Page;
let session: Session;
let campaignAt: string;
let importId: string;
/** A launched campaign with an A/B test, and a draft with one. */
let testedAt: string;
let draftAt: string;
const faults: string[] = [];

beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  [product, browser] = await Promise.all([runProduct(), launchBrowser()]);
  session = await callOverTrpc(product.url, product.signIn);
  importId = await importFile(session, "people.csv", FILE, ["journey"]);
  page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    locale: "en-AU",
    timezoneId: "Australia/Sydney",
  });
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => faults.push(error.message));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 120_000);

const shot = (name: string) =>
  page.screenshot({ path: path.join(ARTEFACTS, `send-times-${name}.png`), fullPage: true });
const heading = (name: string | RegExp) => page.getByRole("heading", { name, level: 1 });
/** Tomorrow in Perth. */
const tomorrow = () =>
  new Intl.DateTimeFormat("en-CA", { timeZone: "Australia/Perth" }).format(Date.now() + DAY_MS);

describe("a campaign at noon where each contact is", () => {
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    await shot("failed");
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));
  beforeEach(() => confirmSignIn(page, product));

  it("is written with its day and time, a spread and a speed limit", async () => {
    await expect
      .poll(async () => (await session.api.imports.get.query({ id: importId })).status, { timeout: 60_000 })
      .toBe("completed");
    await page.goto(product.url);
    await page.getByLabel("Email").fill(product.signIn.email);
    await page.getByLabel("Password", { exact: true }).fill(product.signIn.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await heading("Home").waitFor();
    await page.goto(`${product.url}/campaigns/new`);
    await page.getByLabel("Name", { exact: true }).fill("Noon");
    await page
      .getByLabel("Message", { exact: true })
      .fill("Hi {{first_name|there}}, lunch is served. Demo Store. Reply STOP to opt out");
    await page.getByLabel("At a local time of each contact").check();
    await page.getByLabel("Day", { exact: true }).fill(tomorrow());
    await page.getByLabel("Time", { exact: true }).fill("12:00");
    await page.getByLabel("If it has passed").selectOption({ label: "Skip them" });
    await page.getByLabel("Spread over (minutes)").fill("2");
    await page.getByLabel("Speed limit (messages per minute)").fill("120");
    await page.getByLabel("Send to a few first").check();
    await page.getByLabel("Watch for (minutes)").fill("45");
    await page.getByRole("button", { name: "Review" }).click();
    await page.getByText("Spread over at least 5 minutes.").waitFor();
    await page.getByLabel("Spread over (minutes)").fill("30");
    await shot("editor");
    await page.getByRole("button", { name: "Review" }).click();
    await heading("Noon").waitFor();
  });

  it("shows in its check when the first and the last text go", async () => {
    await page.getByText("The first text goes").waitFor();
    await page.getByText("Waits for its send time").first().waitFor();
    const facts = await page.getByRole("main").textContent();
    expect(facts).toMatch(/12:00 on .* where each contact is\. If it has passed: skipped\./);
    expect(facts).toMatch(/Spread over30 minutes/);
    expect(facts).toMatch(/First part1 %, at least 50 contacts, watched for 45 minutes/);
    expect(facts).toMatch(/All 3 contacts go first, so nothing is watched/);
    expect(facts).toMatch(/Speed limit120 messages per minute/);
    await shot("preflight");
    campaignAt = new URL(page.url()).pathname;
  });

  it("waits for each contact's noon once it is launched, and says so on the contact's page", async () => {
    await page.getByRole("button", { name: "Launch…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /^Launch to 3 contacts/ }).click();
    await dialog.waitFor({ state: "hidden" });
    const id = campaignAt.split("/").at(-1)!;
    await expect
      .poll(async () => (await session.api.campaigns.progress.query({ id })).counts, { timeout: 30_000 })
      .toEqual([{ status: "queued", reason: "Send time", jobs: 3 }]);
    await page.getByText("Waits for its send time").first().waitFor();
    await page.getByText("All recipients are in the first part, so nothing waits.").waitFor();
    await shot("live");
    const { items } = await session.api.messages.list.query({ campaignId: id });
    await page.goto(`${product.url}/messages/${items[0]!.id}`);
    await expect
      .poll(() => page.getByRole("region", { name: "Why" }).textContent(), { timeout: 20_000 })
      .toMatch(/waits for 12:00 where they are, and for its turn in the spread over 30 minutes/);
    await shot("message");
    await page.goto(`${product.url}/contacts/${items[0]!.contactId}`);
    await page.getByText("waits for 12:00 where they are").first().waitFor();
    const ledger = await fetch(`${product.simulatorUrl}/simulator/ledger?format=summary`);
    expect(((await ledger.json()) as { creates: number }).creates).toBe(0);
  });

  it("repeats every week and month by choice, and is paused, resumed and ended", async () => {
    const copy = await session.api.campaigns.duplicate.mutate({ id: campaignAt.split("/").at(-1)! });
    await page.goto(`${product.url}/campaigns/${copy.id}`);
    await page.getByRole("button", { name: "Repeat…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Friday").check();
    await shot("repeat-dialog");
    await dialog.getByRole("button", { name: "Start repeating" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("Every Monday and Friday at 09:00").waitFor();
    await page.getByRole("button", { name: "Pause repeating" }).click();
    await page.getByRole("button", { name: "Resume repeating" }).click();
    await page.getByRole("button", { name: "Pause repeating" }).waitFor();
    await shot("repeat");
    expect(await accessibilityFaultsOf(page, product.url, [`/campaigns/${copy.id}`])).toEqual([]);
    await page.goto(`${product.url}/campaigns`);
    await page.getByText("Repeats automatically").waitFor();
    await page.goto(`${product.url}/campaigns/${copy.id}`);
    await page.getByRole("button", { name: "End repeating" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End repeating" }).click();
    await page.getByRole("button", { name: "Repeat…" }).waitFor();
  }, 120_000);

  it("has short links: the text that went has one, and a phone's click is on the campaign's page", async () => {
    await page.goto(`${product.url}/campaigns/new`);
    await page.getByLabel("Name", { exact: true }).fill("Linked");
    await page
      .getByLabel("Message", { exact: true })
      .fill("Lunch at Demo Store: https://shop.example/menu. Reply STOP to opt out");
    await page.getByLabel("Shorten and count links").check();
    await page.getByText(/may not lead to shop\.example/).waitFor();
    await shot("links-refused");
    await page.getByRole("link", { name: "Open the settings of short links" }).click();
    await page
      .getByRole("button", { name: /^Leave/ })
      .click()
      .catch(() => {});
    await page.getByLabel("Hosts that short links may lead to").fill("shop.example");
    await page.locator("#short-links").getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Settings saved.").waitFor();
    await page
      .locator("#short-links")
      .screenshot({ path: path.join(ARTEFACTS, "send-times-links-settings.png") });
    const { id } = await session.api.campaigns.create.mutate({
      ...{ name: "Linked", body: "Lunch at Demo Store: https://shop.example/menu. Reply STOP to opt out" },
      ...{
        audience: { kind: "all" },
        quietHours: null,
        expiresAt: null,
        smartEncoding: true,
        shortenLinks: true,
      },
    });
    const quietHoursOverrideReason = "A journey at any hour of the day";
    await session.api.campaigns.launch.mutate({ id, quietHoursOverrideReason });
    const ledger = async () =>
      (await (await fetch(`${product.simulatorUrl}/simulator/ledger`)).text()) as string;
    await expect
      .poll(async () => (await ledger()).match(/\/l\/\w{14}/g)?.length, { timeout: 60_000 })
      .toBeGreaterThan(2);
    const link = /https?:\/\/[^\s"\\]+\/l\/\w{14}/.exec(await ledger())![0];
    const headers = {
      "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148 Safari/604.1",
    };
    for (let times = 0; times < 2; times += 1) {
      const answer = await fetch(link, { headers, redirect: "manual" });
      expect(answer.headers.get("location")).toBe("https://shop.example/menu");
    }
    await page.goto(`${product.url}/campaigns/${id}`);
    await page
      .getByText(/^1 person/)
      .first()
      .waitFor();
    await shot("links-clicked");
    expect(await accessibilityFaultsOf(page, product.url, [`/campaigns/${id}`, "/settings"])).toEqual([]);
  }, 120_000);

  it("tests two texts: the check prices both, and a member chooses one for the rest", async () => {
    const rows = Array.from({ length: 120 }, (_, at) => `0401 ${String(100_000 + at)},Kim`);
    const added = await importFile(session, "more.csv", `Mobile,First name\n${rows.join("\n")}\n`, ["ab"]);
    await expect
      .poll(async () => (await session.api.imports.get.query({ id: added })).status, { timeout: 60_000 })
      .toBe("completed");
    await page.goto(`${product.url}/campaigns/new`);
    await page.getByLabel("Name", { exact: true }).fill("Two texts");
    await page.getByLabel("Message", { exact: true }).fill("Lunch at Demo Store. Reply STOP to opt out");
    await page.getByLabel("Test several texts").check();
    await page.getByRole("button", { name: "Review" }).click();
    await page.getByText("Write every text, or remove it.").waitFor();
    await page
      .getByLabel("Text B", { exact: true })
      .last()
      .fill("{{first_name|you}}, hungry? Demo Store. Reply STOP to opt out");
    await page.getByLabel("Show text").selectOption({ label: "Text B" });
    await page
      .getByText(/, hungry\? Demo Store\. Reply STOP to opt out$/)
      .last()
      .waitFor();
    await shot("ab-editor");
    await page.getByRole("button", { name: "Review" }).click();
    await heading("Two texts").waitFor();
    await page.getByText(/^Each of 2 texts goes to about 5\d contacts, chosen at random\./).waitFor();
    draftAt = new URL(page.url()).pathname;
    await shot("ab-preflight");
    const { id } = await session.api.campaigns.duplicate.mutate({ id: draftAt.split("/").at(-1)! });
    testedAt = `/campaigns/${id}`;
    await session.api.campaigns.launch.mutate({
      ...{ id, quietHoursOverrideReason: "A journey at any hour of the day" },
    });
    await page.goto(product.url + testedAt);
    await page.getByText(/^100 contacts get one of the texts; 23 others wait/).waitFor();
    await shot("ab-live");
    await page.getByRole("button", { name: "Choose B" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("23 contacts get it.").waitFor();
    await dialog.getByRole("button", { name: "Send text B" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText(/ chose text B for the rest/).waitFor();
    await expect
      .poll(async () => (await session.api.abTest.get.query({ id }))?.winner, { timeout: 20_000 })
      .toBe(2);
    await shot("ab-chosen");
  }, 120_000);

  it("can be read in both themes, and on a phone", async () => {
    const pages = ["/campaigns/new", campaignAt, testedAt, `${draftAt}/edit`];
    const copy = await session.api.campaigns.duplicate.mutate({ id: campaignAt.split("/").at(-1)! });
    const { updatedAt } = await session.api.campaigns.get.query({ id: copy.id });
    await session.api.campaigns.update.mutate({
      ...{ id: copy.id, updatedAt: new Date(updatedAt).toISOString(), name: "Noon again" },
      ...{ body: "Lunch at Demo Store. Reply STOP to opt out", audience: { kind: "all" } },
      ...{ quietHours: null, expiresAt: null, smartEncoding: true },
      localTime: { date: tomorrow(), time: "12:00", passed: "next-day" },
    });
    pages.push(`/campaigns/${copy.id}`, `/campaigns/${copy.id}/edit`);
    expect(await accessibilityFaultsOf(page, product.url, pages)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 780 });
    for (const at of pages) {
      await page.goto(product.url + at);
      await heading(/./).first().waitFor();
      await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => {});
      const wider = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(wider, at).toBeLessThanOrEqual(0);
    }
    await shot("phone");
    expect(faults).toEqual([]);
  }, 120_000);
});
