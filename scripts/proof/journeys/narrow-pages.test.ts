import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callOverTrpc, type Session } from "../../demo/session.ts";
import { projectFolder } from "../../start/runtime.ts";
import { launchBrowser } from "./browser.ts";
import { addresses } from "./every-page.ts";
import { importFile } from "./import-file.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const ARTEFACTS = path.join(projectFolder, "artefacts");
/** 75 letters without a space; written from the right; as long as a file may bring. */
const PEOPLE = [
  ["0491570156", "Mia", "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferss"],
  ["0491570157", "محمد", "بن عبد الله الهاشمي"],
  ["0491570158", "X".repeat(60), "Y".repeat(60)],
];

let product: RunningProduct;
let browser: Browser;
let session: Session;
beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  [product, browser] = await Promise.all([runProduct(), launchBrowser()]);
  session = await callOverTrpc(product.url, product.signIn);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 120_000);

it("no page scrolls sideways at 360 px, whatever people are called", async () => {
  const { api } = session;
  const rows = PEOPLE.map((row) => row.map((cell) => `"${cell}"`).join(","));
  const importId = await importFile(
    session,
    "people.csv",
    `Mobile,First name,Last name\n${rows.join("\n")}\n`,
    ["a-tag-that-is-as-long-as-a-tag-may-be-on-a-phone"],
  );
  await expect
    .poll(async () => (await api.imports.get.query({ id: importId })).status, { timeout: 60_000 })
    .toBe("completed");
  const { id } = await api.campaigns.create.mutate({
    name: "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung",
    body: "Hi {{first_name}}, doors open at nine. Demo Store. Reply STOP to opt out",
    audience: { kind: "all" },
    quietHours: null,
    smartEncoding: true,
    expiresAt: null,
  });
  await api.campaigns.launch.mutate({ id, quietHoursOverrideReason: "The carrier is the simulator" });
  await expect
    .poll(async () => (await api.campaigns.progress.query({ id })).status, { timeout: 60_000 })
    .toBe("completed");
  const [number] = await api.numbers.list.query();
  for (const [phone] of PEOPLE) {
    const from = `+61${phone!.slice(1)}`;
    await fetch(new URL("/simulator/inbound", product.simulatorUrl), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ from, to: number!.phone, body: "W".repeat(300), wait: true }),
      signal: AbortSignal.timeout(30_000),
    });
  }
  const page = await browser.newPage({ viewport: { width: 360, height: 760 }, locale: "en-AU" });
  page.setDefaultTimeout(20_000);
  await page.goto(`${product.url}/sign-in`);
  await page.getByLabel("Email").fill(product.signIn.email);
  await page.getByLabel("Password", { exact: true }).fill(product.signIn.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${product.url}/`);
  const wide: string[] = [];
  for (const { name, at } of await addresses(session)) {
    await page.goto(`${product.url}${at}`);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.waitForLoadState("networkidle");
    const [content, window] = await page.evaluate<number[]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    if (content! <= window!) continue;
    wide.push(`${name}: ${content} px`);
    await page.screenshot({ path: path.join(ARTEFACTS, `narrow-${name}.png`), fullPage: true });
  }
  expect(wide).toEqual([]);
}, 180_000);
