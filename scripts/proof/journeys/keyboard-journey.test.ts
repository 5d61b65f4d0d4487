import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, FileChooser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callOverTrpc, type Session } from "../../demo/session.ts";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { launchBrowser } from "./browser.ts";
import { confirmSignIn } from "./confirm.ts";
import { tabTo } from "./keyboard.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const ARTEFACTS = fileURLToPath(new URL("../../../artefacts/", import.meta.url));
const REASON = "Journey test: the carrier is the simulator";
/** Set aside for fiction in Australia. */
const PEOPLE = [
  { phone: "+61491570006", firstName: "Mia" },
  { phone: "+61491570156", firstName: "Noah" },
  { phone: "+61491570157", firstName: "Ava" },
];
/** A mobile number and a landline: the import accepts one and rejects the other. */
const FILE = "Mobile,First name\n0491 570 158,Olivia\n(02) 5550 8476,Jack\n";
const [MIA, NOAH] = PEOPLE.map((person) => person.phone) as [string, string];

let product: RunningProduct;
let browser: Browser;
let page: Page;
let session: Session;
const faults: string[] = [];
const choosers: FileChooser[] = [];

beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  [product, browser] = await Promise.all([runProduct(), launchBrowser()]);
  session = await callOverTrpc(product.url, product.signIn);
  for (const person of PEOPLE) {
    await session.api.contacts.add.mutate({
      ...person,
      consentBasis: "express",
      consentEvidence: "Made up for this test",
      tags: ["journey"],
    });
  }
  page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    locale: "en-AU",
    timezoneId: "Australia/Sydney",
  });
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => faults.push(error.message));
  // The browser reports file choosers only while a listener exists, and learns of it asynchronously. A listener that
  // is added for a key press can be too late (2 of 60 on a loaded machine).
  page.on("filechooser", (chooser) => choosers.push(chooser));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 120_000);

const shot = (name: string) => page.screenshot({ path: path.join(ARTEFACTS, `${name}.png`) });
const heading = (name: string | RegExp) => page.getByRole("heading", { name, level: 1 });
const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const type = (text: string) => page.keyboard.type(text);
const dialog = () => page.getByRole("dialog");
/** Resolves once the dialog has the focus: a key pressed before that goes to the page behind it. */
const dialogOpen = () => page.locator("[role=dialog]:focus-within").waitFor();

/** Texts our number. */
async function write(from: string, body: string): Promise<void> {
  const numbers = await session.api.numbers.list.query();
  const to = numbers.find((number) => number.country === "AU")!.phone;
  const response = await fetch(`${product.simulatorUrl}/simulator/inbound`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ from, to, body, wait: true }),
  });
  expect(response.ok).toBe(true);
}

// One journey in order, without a mouse: each step needs the result of the one before.
describe("an operator without a mouse", () => {
  let broken = false;
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    broken = true;
    await shot("keyboard-failed");
  });
  beforeEach(({ skip }) => skip(broken, "a step before failed"));
  beforeEach(() => confirmSignIn(page, product));

  it("signs in, and lands on the page that was asked for", async () => {
    await page.goto(`${product.url}/campaigns`);
    await page.getByLabel("Email").waitFor();
    await tabTo(page, "Email");
    await type(product.signIn.email);
    await tabTo(page, "Password");
    await type(product.signIn.password);
    await press("Enter");
    await heading("Campaigns").waitFor();
  }, 60_000);

  it("finds the shortcuts, and goes anywhere by typing its name", async () => {
    await press("?");
    await dialog().getByText("Go to Inbox").waitFor();
    await dialog().getByText("Inbox: next conversation").waitFor();
    await press("Escape");
    await dialog().waitFor({ state: "hidden" });
    await press("Control+k");
    await dialog().getByRole("combobox").waitFor();
    await type("budg");
    await dialog().getByRole("option", { name: "Budgets" }).waitFor();
    await press("Enter");
    await heading("Budgets").waitFor();
  }, 60_000);

  it("raises a budget with a reason", async () => {
    await tabTo(page, "Change the daily budget");
    await press("Enter");
    await dialogOpen();
    await tabTo(page, /^Budget per day/);
    await press("Control+a");
    await type("2500");
    await tabTo(page, "Reason");
    await type("Journey test");
    await press("Enter");
    await page.getByText("left of USD 2,500.00").waitFor();
  }, 60_000);

  it("writes a campaign, tests it on one person, and launches it", async () => {
    await press("c");
    await heading("New campaign").waitFor();
    await tabTo(page, "Name");
    await type("By keyboard");
    await tabTo(page, "Message");
    await type("Hi {{first_name|there}}, doors open at nine. Demo Store. Reply STOP to opt out");
    await tabTo(page, "Review");
    await press("Enter");
    await heading("By keyboard").waitFor();
    await tabTo(page, "Test…");
    await press("Enter");
    await dialogOpen();
    await tabTo(page, /^Test numbers/);
    await press("ArrowDown");
    await tabTo(page, "Recipient");
    await type("Mia");
    await dialog().getByRole("option", { name: /^Mia/, selected: true }).waitFor();
    await press("ArrowDown", "ArrowUp", "Enter");
    await dialog().getByRole("combobox").waitFor({ state: "detached" });
    await tabTo(page, "Send test");
    await press("Enter");
    await dialog().getByRole("link", { name: "See why" }).waitFor();
    await shot("campaign-test");
    await press("Escape");
    await dialog().waitFor({ state: "hidden" });
    await expect.poll(() => page.getByRole("button", { name: "Launch…" }).isEnabled()).toBe(true);
    await tabTo(page, "Launch…");
    await press("Enter");
    await dialogOpen();
    if (await dialog().getByLabel("Send anyway, outside quiet hours").isVisible()) {
      await tabTo(page, "Send anyway, outside quiet hours");
      await press("Space");
      await tabTo(page, "Reason");
      await type(REASON);
    }
    await tabTo(page, /^Launch to/);
    await press("Enter");
    await dialog().waitFor({ state: "hidden" });
    await page.getByText("Finished", { exact: true }).first().waitFor({ timeout: 90_000 });
  }, 240_000);

  it("answers a question in the inbox: the reply reaches the phone through the same gates", async () => {
    await write(MIA, "Can I bring my sister?");
    await press("g", "b");
    await heading("Inbox").waitFor();
    await page.getByRole("button", { name: /Can I bring my sister/ }).waitFor();
    await press("j");
    await page.getByRole("log", { name: "Conversation" }).getByText("Can I bring my sister?").waitFor();
    await page.getByText("Sends now.").waitFor();
    await press("r");
    await type("x".repeat(10));
    await page.getByLabel(/^Reply to/).fill("x".repeat(1_700));
    await page.getByRole("alert").filter({ hasText: "Too long for one text: shorten it by 100" }).waitFor();
    await page.getByLabel(/^Reply to/).fill("");
    // Escape leaves the reply: the keys of the page work again.
    await press("Escape", "?");
    await dialog().getByText("Inbox: write a reply").waitFor();
    await press("Escape");
    await dialog().waitFor({ state: "hidden" });
    await press("r");
    await type("Of course, Mia: bring her along!");
    await press("Control+Enter");
    const said = page.getByRole("log").getByRole("listitem").filter({ hasText: "bring her along" });
    await said.getByRole("link", { name: /Awaiting delivery|Delivered/ }).waitFor({ timeout: 60_000 });
    await shot("inbox-reply");
    const handset = await fetch(`${product.simulatorUrl}/simulator/handsets/${encodeURIComponent(MIA)}`);
    expect(await handset.text()).toContain("bring her along");
  }, 120_000);

  it("takes care of the conversation: it is theirs, has a note that nobody is sent, and is closed", async () => {
    await press("Escape");
    await expect.poll(() => page.getByLabel("With").inputValue()).not.toBe("");
    await tabTo(page, "Note…");
    await press("Enter");
    await dialogOpen();
    await tabTo(page, "Note");
    await type("She comes with her sister");
    await tabTo(page, "Add note");
    await press("Enter");
    await page.getByRole("log").getByText("Note by").waitFor();
    await shot("inbox-note");
    await press("e");
    await page.getByText("Closed. A new message opens it again.").waitFor();
    await page.getByRole("button", { name: "Open again" }).waitFor();
    await page.getByRole("button", { name: /^Mine/ }).click();
    await page.getByText("Nothing here").waitFor();
    await write(MIA, "And my brother?");
    await page.getByRole("button", { name: /And my brother/ }).waitFor();
    await page.getByRole("button", { name: /^All/ }).click();
    const handset = await fetch(`${product.simulatorUrl}/simulator/handsets/${encodeURIComponent(MIA)}`);
    expect(await handset.text()).not.toContain("comes with her sister");
  }, 60_000);

  it("decides a possible opt-out, which is in force at once", async () => {
    await write(NOAH, "why did you stop texting me?");
    await page.getByRole("button", { name: /why did you stop texting me/ }).waitFor();
    await press("Escape");
    await tabTo(page, /why did you stop texting me/);
    await press("Enter");
    await page.getByText("Is this an opt-out?").waitFor();
    await shot("inbox-possible-opt-out");
    await tabTo(page, "Yes, opt out");
    await press("Enter");
    await page.getByText("Marked as an opt-out").waitFor();
    const { items } = await session.api.doNotContact.list.query({});
    expect(items.map((entry) => entry.phone)).toContain(NOAH);
    await page.getByText("opted out").first().waitFor();
  }, 90_000);

  it("pauses everything and resumes it", async () => {
    await page.goto(product.url);
    await heading("Home").waitFor();
    await tabTo(page, "Pause sending");
    await press("Enter");
    await dialogOpen();
    await tabTo(page, "Pause sending");
    await press("Enter");
    await page.getByText("Sending is paused").first().waitFor();
    await dialog().waitFor({ state: "hidden" });
    await tabTo(page, "Resume sending");
    await press("Enter");
    await dialogOpen();
    await tabTo(page, "Resume sending");
    await press("Enter");
    await dialog().waitFor({ state: "hidden" });
    await expect.poll(() => page.getByText("Sending is paused").count()).toBe(0);
  }, 90_000);

  it("imports a file, and learns what became of each row", async () => {
    await press("Control+k");
    await dialog().getByRole("combobox").waitFor();
    await type("impor");
    await dialog().getByRole("option", { name: "Imports" }).waitFor();
    await press("Enter");
    await heading("Imports").waitFor();
    await tabTo(page, "Upload a file");
    await press("Enter");
    await dialogOpen();
    await tabTo(page, "Choose a file");
    await press("Enter");
    await expect.poll(() => choosers.length, { timeout: 10_000 }).toBe(1);
    await choosers[0]!.setFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) });
    await heading("people.csv").waitFor();
    await tabTo(page, "How do you know?");
    await type("Sign-up form of the demo shop");
    await tabTo(page, "Start the import");
    await press("Enter");
    await page.getByText("Finished", { exact: true }).first().waitFor();
    await page.getByText("Landline").first().waitFor();
    await tabTo(page, "Download all");
    const [download] = await Promise.all([page.waitForEvent("download"), press("Enter")]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
  }, 90_000);

  it("finds one message among all, and reads its whole path", async () => {
    await press("g", "m");
    await heading("Messages").waitFor();
    await tabTo(page, /^Mia/);
    await press("Enter");
    await heading("To Mia").waitFor();
    await page.getByRole("region", { name: "Why" }).waitFor();
    expect(await page.getByRole("region", { name: "Why" }).textContent()).toMatch(/\w{3,}/);
    await tabTo(page, "Messages of this campaign");
    await press("Enter");
    await heading("Messages").waitFor();
    expect(new URL(page.url()).searchParams.get("campaignId")).toBeTruthy();
  }, 60_000);

  it("is asked before unsaved settings are lost, and a number can be renamed and retired", async () => {
    await page.goto(`${product.url}/settings#organisation`);
    await heading("Settings").waitFor();
    await page.getByLabel("Name", { exact: true }).first().fill("Another name");
    await tabTo(page, "Save");
    await press("g", "h");
    await dialog().getByText("Leave without saving?").waitFor();
    await press("Escape");
    await dialog().waitFor({ state: "hidden" });
    expect(await page.getByLabel("Name", { exact: true }).first().inputValue()).toBe("Another name");
    await press("g", "h");
    await dialogOpen();
    await tabTo(page, "Leave");
    await press("Enter");
    await heading("Home").waitFor();
    await page.goto(`${product.url}/numbers`);
    await heading("Sending numbers").waitFor();
    const change = async (item: string | RegExp) => {
      await page
        .getByRole("button", { name: /^Change / })
        .first()
        .click();
      await page
        .getByRole("menuitem", { name: item })
        .or(page.getByRole("menuitemradio", { name: item }))
        .first()
        .click();
      await dialogOpen();
    };
    await change("Rename…");
    await dialog().getByLabel("Label").fill("Shop line");
    await press("Enter");
    await page
      .getByText(/Shop line/)
      .first()
      .waitFor();
    await change("Retire…");
    await dialog()
      .getByText(/Nothing more is sent from it/)
      .waitFor();
    await press("Escape");
    await dialog().waitFor({ state: "hidden" });
    expect(await page.getByText("Retired", { exact: true }).count()).toBe(0);
  }, 60_000);

  it("finds in the audit log what was done with one campaign, by name", async () => {
    await page.goto(`${product.url}/audit`);
    await heading("Audit log").waitFor();
    await page.getByLabel("About").selectOption({ label: "Campaigns" });
    const launched = page.getByRole("row", { name: /Launched a campaign/ }).first();
    await launched.getByText("By keyboard").waitFor();
    await shot("audit-log");
    await launched.getByRole("link", { name: "All of this campaign" }).click();
    await page.getByText("one campaign only").waitFor();
    await page.getByRole("row", { name: /Created a campaign/ }).waitFor();
    expect(await page.getByRole("row", { name: /Raised|Signed in/ }).count()).toBe(0);
    await tabTo(page, "Export");
    await press("Enter");
    await page.locator(":focus").getByText("CSV (.csv)").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), press("Enter")]);
    expect(download.suggestedFilename()).toMatch(/audit log .*\.csv$/);
  }, 60_000);

  it("schedules a copy, and takes it back", async () => {
    const { items } = await session.api.campaigns.list.query({});
    const copy = await session.api.campaigns.duplicate.mutate({ id: items[0]!.id });
    await session.api.campaigns.schedule.mutate({
      id: copy.id,
      at: new Date(Date.now() + 3 * 86_400_000).toISOString(),
    });
    await page.goto(`${product.url}/campaigns/${copy.id}`);
    await page.getByText("It launches automatically on").waitFor();
    await shot("campaign-scheduled");
    await tabTo(page, "Unschedule");
    await press("Enter");
    await page.getByRole("button", { name: "Launch…" }).waitFor();
  }, 60_000);

  it("comes back to the same page when the session has ended", async () => {
    await page.goto(`${product.url}/inbox?view=unread`);
    await heading("Inbox").waitFor();
    await session.api.auth.signOutEverywhere.mutate();
    await page.getByLabel("Email").waitFor({ timeout: 60_000 });
    await tabTo(page, "Email");
    await type(product.signIn.email);
    await tabTo(page, "Password");
    await type(product.signIn.password);
    await press("Enter");
    await heading("Inbox").waitFor();
    expect(new URL(page.url()).search).toBe("?view=unread");
  }, 120_000);

  it("finds no accessibility fault in the inbox and on a phone, light or dark", async () => {
    const pages = [
      "/",
      "/inbox",
      `/inbox#with=${encodeURIComponent(MIA)}`,
      "/budgets",
      "/campaigns",
      "/audit",
    ];
    await page.setViewportSize({ width: 360, height: 780 });
    expect(await accessibilityFaultsOf(page, product.url, pages)).toEqual([]);
  }, 120_000);

  it("never made the page fail", () => {
    expect(faults).toEqual([]);
  });
});
