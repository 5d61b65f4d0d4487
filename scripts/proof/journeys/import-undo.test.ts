import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readXlsx } from "hucre/xlsx";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callOverTrpc, type Session } from "../../demo/session.ts";
import { projectFolder } from "../../start/runtime.ts";
import { accessibilityFaultsOf } from "./accessibility.ts";
import { launchBrowser } from "./browser.ts";
import { importFile } from "./import-file.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const ARTEFACTS = path.join(projectFolder, "artefacts");
const FIRST = "Mobile,First name,Last name\n0491570006,Ann,Old\n0491570156,Bob,Brown\n";
const WRONG =
  "Mobile,First name,Last name,City\n0491570006,Anna,New,Perth\n0491570156,Bobby,Brown,\n0491570157,Cy,White,\n";

let product: RunningProduct;
let browser: Browser;
let session: Session;
let page: Page;
beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  [product, browser] = await Promise.all([runProduct(), launchBrowser()]);
  session = await callOverTrpc(product.url, product.signIn);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-AU" });
  page.setDefaultTimeout(20_000);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 120_000);

async function imported(name: string, body: string): Promise<string> {
  const id = await importFile(session, name, body, ["may"]);
  await expect
    .poll(async () => (await session.api.imports.get.query({ id })).status, { timeout: 60_000 })
    .toBe("completed");
  return id;
}

const nameOf = async (search: string) => {
  const { items } = await session.api.contacts.list.query({ search });
  return items[0] ? `${items[0].firstName} ${items[0].lastName}` : null;
};

it("a member sees before an import what it would change, field by field", async () => {
  await imported("members.csv", FIRST);
  await page.goto(`${product.url}/contacts/import`);
  await page.getByLabel("Email").fill(product.signIn.email);
  await page.getByLabel("Password", { exact: true }).fill(product.signIn.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Upload a file" }).first().click();
  const file = { name: "wrong.csv", mimeType: "text/csv", buffer: Buffer.from(WRONG) };
  await page.getByLabel("CSV file").setInputFiles(file);
  await page.getByLabel("How do you know?").fill("All signed up on the web form");
  await page.getByRole("button", { name: "Compare with your contacts" }).click();
  const changes = page.getByRole("table", { name: "Changed contacts" });
  await changes.getByText("City:").waitFor();
  expect(await changes.textContent()).toMatch(
    /First name: Ann → Anna.*Last name: Old → New.*City: empty → Perth/,
  );
  expect(await nameOf("0491570006")).toBe("Ann Old");
  await page.screenshot({ path: path.join(ARTEFACTS, "import-compared.png"), fullPage: true });
  const at = new URL(page.url()).pathname;
  await page.getByLabel("Tags for all contacts (optional)").fill("june");
  await page.getByText("Your answers changed since. Compare again.").waitFor();
  await page.getByLabel("Tags for all contacts (optional)").fill("");
  expect(await accessibilityFaultsOf(page, product.url, [at])).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(product.url + at);
  await changes.getByText("City:").waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  await page.screenshot({ path: path.join(ARTEFACTS, "import-compared-360.png"), fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
}, 180_000);

it("a member sees whom an import renamed, undoes it, and learns what was kept", async () => {
  const id = await imported("wrong.csv", WRONG);
  // Somebody mends a name by hand before the mistake is noticed.
  const { items } = await session.api.contacts.list.query({ search: "0491570156" });
  await session.api.contacts.update.mutate({ id: items[0]!.id, firstName: "Robert" });

  await page.goto(`${product.url}/contacts/import/${id}`);
  await page.getByRole("heading", { name: "wrong.csv", level: 1 }).waitFor();
  const changes = page.getByRole("table", { name: "Changed contacts" });
  await changes.getByText("First name:").first().waitFor();
  expect(await changes.textContent()).toMatch(
    /First name: Ann → Anna.*Last name: Old → New.*City: empty → Perth/,
  );
  await page.screenshot({ path: path.join(ARTEFACTS, "import-changes.png"), fullPage: true });

  await page.getByRole("button", { name: "Undo import…" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.textContent()).toMatch(/2 contacts get what they were before.*1 added contact/);
  await dialog.getByLabel("Reason").fill("The wrong list");
  await page.screenshot({ path: path.join(ARTEFACTS, "import-undo-dialog.png") });
  await dialog.getByRole("button", { name: "Undo import" }).click();
  await page.getByRole("heading", { name: "Undone" }).waitFor();
  await page.getByText("Changed since: First name").waitFor();
  await page.screenshot({ path: path.join(ARTEFACTS, "import-undone.png"), fullPage: true });
  expect(await nameOf("0491570006")).toBe("Ann Old");
  expect(await nameOf("0491570156")).toBe("Robert Brown");
  expect(await nameOf("0491570157")).toBeNull();

  expect(await accessibilityFaultsOf(page, product.url, [`/contacts/import/${id}`])).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${product.url}/contacts/import/${id}`);
  await page.getByText("Changed since: First name").waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  await page.screenshot({ path: path.join(ARTEFACTS, "import-undone-360.png"), fullPage: true });
}, 180_000);

it("a member reads all that happened to somebody, adds a note, and takes the list with its filter to Excel", async () => {
  const { items } = await session.api.contacts.list.query({ search: "0491570156" });
  const at = `/contacts/${items[0]!.id}`;
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(product.url + at);
  const timeline = page.locator("section", { has: page.getByRole("heading", { name: "Timeline" }) });
  await timeline.getByText("The import of wrong.csv was undone").waitFor();
  expect(await timeline.textContent()).toMatch(
    /The import of wrong.csv was undone.*Changed a contact.*First name: Bob → Bobby.*Became a contact/,
  );
  await timeline.getByRole("button", { name: "Note…" }).click();
  await page.getByRole("dialog").getByLabel("Note").fill("Prefers mornings");
  await page.getByRole("dialog").getByRole("button", { name: "Add note" }).click();
  await timeline.getByText("Prefers mornings").waitFor();
  await page.screenshot({ path: path.join(ARTEFACTS, "timeline.png"), fullPage: true });
  await timeline.getByRole("button", { name: "Notes" }).click();
  await timeline.getByText("Became a contact").waitFor({ state: "detached" });
  expect(await accessibilityFaultsOf(page, product.url, [at])).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(product.url + at);
  await timeline.getByText("Prefers mornings").waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  await page.screenshot({ path: path.join(ARTEFACTS, "timeline-360.png"), fullPage: true });

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${product.url}/contacts?search=0491570156`);
  await page.getByRole("button", { name: "Export" }).click();
  await page.screenshot({ path: path.join(ARTEFACTS, "export-menu.png") });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Excel (.xlsx)" }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/contacts .*\.xlsx$/);
  const { sheets } = await readXlsx(readFileSync(await file.path()));
  expect(sheets[0]!.rows).toHaveLength(2);
  expect(sheets[0]!.rows[1]).toContain("+61491570156");
}, 180_000);

it("a member tags all that match, deletes one, and undoes both", async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${product.url}/contacts`);
  await page.getByLabel("Select Ann Old").check();
  const bar = page.getByRole("region", { name: "Selected contacts" });
  await bar.getByText("1 selected").waitFor();
  await bar.getByRole("button", { name: /Select all/ }).click();
  await page.screenshot({ path: path.join(ARTEFACTS, "bulk-selected.png"), fullPage: true });
  await bar.getByRole("button", { name: "Tag…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Tag", { exact: true }).fill("spring");
  await dialog.getByRole("button", { name: /Add tag \(/ }).waitFor();
  await page.screenshot({ path: path.join(ARTEFACTS, "bulk-preview.png") });
  await dialog.getByRole("button", { name: /Add tag \(/ }).click();
  await page.getByRole("heading", { name: "Add tag “spring”" }).waitFor();
  // What is shown comes from the server, so a reload loses nothing.
  await page.reload();
  await page.getByRole("heading", { name: "Result" }).waitFor();
  const tagged = async () => (await session.api.contacts.list.query({ tag: "spring" })).items.length;
  expect(await tagged()).toBeGreaterThan(1);
  const at = new URL(page.url()).pathname;
  await page.screenshot({ path: path.join(ARTEFACTS, "bulk-result.png"), fullPage: true });

  await page.goto(`${product.url}/contacts?search=Robert`);
  await page.getByLabel("Select Robert Brown").check();
  await bar.getByRole("button", { name: "Delete…" }).click();
  await dialog.getByLabel("Reason").fill("Left the club");
  await page.screenshot({ path: path.join(ARTEFACTS, "bulk-delete.png") });
  await dialog.getByRole("button", { name: "Delete (1 contact)" }).click();
  await page.getByRole("heading", { name: "Result" }).waitFor();
  expect(await nameOf("0491570156")).toBeNull();
  const undo = async () => {
    await page.getByRole("button", { name: "Undo…" }).click();
    await dialog.getByLabel("Reason").fill("By mistake");
    await dialog.getByRole("button", { name: "Undo action" }).click();
    await page.getByRole("heading", { name: "Undone" }).waitFor();
  };
  await undo();
  expect(await nameOf("0491570156")).toBe("Robert Brown");
  await page.goto(product.url + at);
  await undo();
  expect(await tagged()).toBe(0);
  await page.screenshot({ path: path.join(ARTEFACTS, "bulk-undone.png"), fullPage: true });

  const { items } = await session.api.contacts.list.query({ search: "0491570156" });
  await page.goto(`${product.url}/contacts/${items[0]!.id}`);
  await page.getByRole("link", { name: "Undone: Add tag “spring”" }).waitFor();
  await page.getByRole("link", { name: "Undone: Delete contacts" }).waitFor();
  expect(await accessibilityFaultsOf(page, product.url, [at, "/contacts/bulk"])).toEqual([]);
  for (const width of [768, 360]) {
    await page.setViewportSize({ width, height: 740 });
    await page.goto(product.url + at);
    await page.getByRole("heading", { name: "Undone" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.goto(`${product.url}/contacts`);
    await page.getByLabel("Select Ann Old").check();
    await bar.waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.screenshot({ path: path.join(ARTEFACTS, `bulk-selected-${width}.png`), fullPage: true });
  }
}, 180_000);

it("a member merges two contacts of one person, sees both numbers, and undoes it", async () => {
  const { api } = session;
  const found = async (search: string) => (await api.contacts.list.query({ search })).items[0]!.id;
  const [bob, cy] = [await found("0491570156"), await found("0491570006")];
  await api.contacts.update.mutate({ id: bob, email: "robert@example.com", city: "Perth" });
  await api.contacts.update.mutate({ id: cy, email: "Robert@example.com", firstName: "Rob" });
  const shots = async (name: string) => {
    for (const [width, theme] of [
      [1440, "light"],
      [1440, "dark"],
      [360, "light"],
      [360, "dark"],
    ] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      const file = `${name}-${width}-${theme}.png`;
      await page.screenshot({ path: path.join(ARTEFACTS, file), fullPage: true });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${product.url}/contacts`);
  await page.getByRole("link", { name: "Duplicates" }).click();
  await page.getByRole("heading", { name: /Same email/ }).waitFor();
  await shots("duplicates");
  await page.getByRole("link", { name: "Compare and merge" }).click();
  await page.getByText("Preferred: campaigns text this number.").waitFor();
  const group = page.getByRole("group", { name: "First name" });
  await group.getByLabel("Rob", { exact: true }).check();
  await page.getByLabel("How do you know that they are one person?").fill("He told us");
  await shots("merge");
  const address = new URL(page.url()).pathname;
  expect(await accessibilityFaultsOf(page, product.url, [address, "/contacts/duplicates"])).toEqual([]);
  await page.goto(product.url + address);
  await page.getByRole("group", { name: "First name" }).getByLabel("Rob", { exact: true }).check();
  await page.getByLabel("How do you know that they are one person?").fill("He told us");
  await page.getByRole("button", { name: "Merge contacts" }).click();
  await page.getByRole("heading", { name: "Numbers" }).waitFor();
  await page.getByText("Preferred", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Make preferred…" }).waitFor();
  await shots("numbers");
  expect(await accessibilityFaultsOf(page, product.url, [new URL(page.url()).pathname])).toEqual([]);
  expect(await found("0491570006")).toBe(await found("0491570156"));
  await page.getByRole("button", { name: "Undo…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo merge" }).click();
  await page.getByText("The merge is undone.").first().waitFor();
  expect(await found("0491570006")).not.toBe(await found("0491570156"));
}, 180_000);
