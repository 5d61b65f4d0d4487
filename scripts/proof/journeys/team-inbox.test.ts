import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callOverTrpc, type Session } from "../../demo/session.ts";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { launchBrowser } from "./browser.ts";
import { joinAs } from "./person.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const ARTEFACTS = fileURLToPath(new URL("../../../artefacts/", import.meta.url));
/** Set aside for fiction in Australia. */
const [MIA, NOAH] = ["+61491570006", "+61491570156"];

let product: RunningProduct;
let browser: Browser;
let session: Session;
let owner: Page;
let bo: Page;
const faults: string[] = [];

beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  [product, browser] = await Promise.all([runProduct(), launchBrowser()]);
  session = await callOverTrpc(product.url, product.signIn);
  [owner, bo] = (await Promise.all([newPage(), newPage()])) as [Page, Page];
  const { url } = await session.api.people.invite.mutate({ email: "bo@example.com", role: "agent" });
  await Promise.all([joinAs(bo, url!, { name: "Bo Lane", password: "a lantern of quartz" }), signIn(owner)]);
  await bo.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
  const members = await session.api.inboxTeam.assignees.query();
  const { id } = await session.api.inboxTeams.create.mutate({
    name: "Front desk",
    memberIds: members.map((member) => member.id),
  });
  await session.api.inboxTeams.saveSettings.mutate({
    ...{ version: 0, workingHours: null, outOfHoursAnswer: null },
    routing: [{ words: ["sister"], teamId: id, userId: null }],
  });
  await session.api.savedReplies.create.mutate({
    name: "Bring somebody",
    body: "Of course, {{first_name|there}}: bring her along!",
  });
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 120_000);

async function newPage(): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1440, height: 900 }, locale: "en-AU", timezoneId: "Australia/Sydney" },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => faults.push(error.message));
  return page;
}

async function signIn(page: Page): Promise<void> {
  await page.goto(product.url);
  await page.getByLabel("Email").fill(product.signIn.email);
  await page.getByLabel("Password").fill(product.signIn.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
}

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

const shot = (page: Page, name: string) => page.screenshot({ path: path.join(ARTEFACTS, `${name}.png`) });
const row = (page: Page, text: string) => page.getByRole("button", { name: new RegExp(text) });
const replyBox = (page: Page) => page.getByLabel(/^Reply to/);

it("is shared by two members: one is given it, sees the other type, and is stopped by their newer reply", async () => {
  await Promise.all([owner, bo].map((page) => page.goto(`${product.url}/inbox`)));
  await bo.getByLabel("I’m taking conversations").check();
  await expect.poll(async () => (await session.api.inboxTeams.taking.query()).taking).toBe(false);
  await write(MIA, "Can I bring my sister?");
  // The team has one member who takes conversations.
  await row(bo, "Can I bring my sister").filter({ hasText: "With Bo Lane" }).waitFor();
  await Promise.all([owner, bo].map((page) => row(page, "Can I bring my sister").click()));
  await bo.keyboard.press("r");
  await replyBox(bo).pressSequentially("/bring");
  await bo.getByRole("option", { name: /Bring somebody/ }).waitFor();
  await bo.keyboard.press("Enter");
  expect(await replyBox(bo).inputValue()).toContain("{{first_name|there}}");
  await owner.getByText("Bo Lane is writing a reply to this person.").waitFor();
  await shot(owner, "inbox-typing");
  await replyBox(owner).fill("Yes, she can come");
  // Both send what they wrote before either saw the other's: the second is stopped.
  await bo.getByRole("button", { name: "Send reply" }).click();
  await bo.getByRole("log").getByText("bring her along").waitFor();
  await owner.getByRole("button", { name: "Send reply" }).click();
  const outcome = owner
    .getByRole("alert")
    .filter({ hasText: "Not sent: Bo Lane has just replied" })
    .or(owner.getByRole("log").getByText("bring her along"));
  await outcome.first().waitFor();
  const handset = async () =>
    (await fetch(`${product.simulatorUrl}/simulator/handsets/${encodeURIComponent(MIA!)}`)).text();
  await expect.poll(handset, { timeout: 30_000 }).toContain("Of course, there: bring her along!");
}, 120_000);

it("is searched, tagged, noted for a colleague and snoozed by keys, until the person writes", async () => {
  await write(NOAH!, "Is there parking?");
  await owner.goto(`${product.url}/inbox`);
  await row(owner, "Is there parking").waitFor();
  await owner.keyboard.press("f");
  await owner.keyboard.type("parki");
  await expect.poll(() => new URL(owner.url()).hash + new URL(owner.url()).search).toContain("parki");
  await row(owner, "Can I bring my sister").waitFor({ state: "detached" });
  await owner.keyboard.press("Escape");
  await owner.keyboard.press("j");
  await owner.getByRole("log").getByText("Is there parking?").waitFor();
  await owner.keyboard.press("t");
  await owner.getByLabel("Tag", { exact: true }).fill("Access");
  await owner.keyboard.press("Enter");
  await owner.getByRole("button", { name: "Remove the tag access" }).waitFor();
  await owner.keyboard.press("n");
  await owner.getByLabel("Note", { exact: true }).fill("@Bo Lane please answer him");
  await owner.getByRole("button", { name: "Add note" }).click();
  await bo.getByRole("button", { name: /^Mentions/ }).click();
  await row(bo, "Is there parking").waitFor();
  await owner.getByRole("dialog").waitFor({ state: "hidden" });
  await owner.keyboard.press("z");
  await owner.getByRole("menuitem", { name: "Tomorrow at 9:00" }).click();
  await owner
    .getByText(/^Snoozed until/)
    .first()
    .waitFor();
  await shot(owner, "inbox-snoozed");
  // However much was said, the button is on a screen of 900 pixels.
  await write(MIA!, "and my brother ".repeat(40));
  await write(MIA!, "and my neighbour ".repeat(40));
  await owner.goto(`${product.url}/inbox#with=${encodeURIComponent(MIA!)}`);
  await owner
    .getByRole("log")
    .getByText(/and my neighbour/)
    .waitFor();
  await owner.evaluate("scrollTo(0, 0)");
  const send = await owner.getByRole("button", { name: "Send reply" }).boundingBox();
  expect(send!.y + send!.height).toBeLessThan(900);
  await shot(owner, "inbox-long");
  await owner.goto(`${product.url}/inbox#with=${encodeURIComponent(NOAH!)}`);
  await owner
    .getByText(/^Snoozed until/)
    .first()
    .waitFor();
  await write(NOAH!, "Never mind, found it");
  await owner
    .getByText(/^Snoozed until/)
    .first()
    .waitFor({ state: "hidden" });
  expect((await session.api.inbox.counts.query()).snoozed).toBe(0);
}, 90_000);

it("has a page of settings for all members, and no accessibility fault", async () => {
  await owner.goto(`${product.url}/inbox/settings`);
  await owner.getByText("Bring somebody").waitFor();
  await owner.getByText("Everyone").waitFor();
  await shot(owner, "inbox-settings");
  const pages = ["/inbox/settings", `/inbox#with=${encodeURIComponent(NOAH!)}`];
  expect(await accessibilityFaultsOf(owner, product.url, pages)).toEqual([]);
  expect(faults).toEqual([]);
}, 90_000);
