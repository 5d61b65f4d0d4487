import { mkdirSync } from "node:fs";
import path from "node:path";
import { fillVariedAudience } from "@smscrm/db/testing/varied-audience";
import type { Browser, Page } from "playwright-core";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callOverTrpc } from "../../demo/session.ts";
import { projectFolder } from "../../start/runtime.ts";
import { launchBrowser } from "./browser.ts";
import { type RunningProduct, runProduct } from "./product.ts";

const ARTEFACTS = path.join(projectFolder, "artefacts");
/** More than are counted at once. */
const CONTACTS = 80_000;
const DEMO = "00000000-0000-0000-0000-000000000001";

let product: RunningProduct;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  [product, browser] = await Promise.all([runProduct(), launchBrowser()]);
  const port = product.environment.EMBEDDED_POSTGRES_PORT;
  const sql = postgres(`postgres://smscrm:smscrm@127.0.0.1:${port}/smscrm`, { max: 1, onnotice: () => {} });
  await fillVariedAudience(sql, { tenantId: DEMO, contacts: CONTACTS });
  await sql.end();
  page = await (await browser.newContext({ baseURL: product.url })).newPage();
  await page.goto("/");
  await page.getByLabel("Email").fill(product.signIn.email);
  await page.getByLabel("Password", { exact: true }).fill(product.signIn.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("link", { name: "Audiences" }).first().waitFor();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 120_000);

it("a large audience is estimated at once, and the exact count follows", async () => {
  const { promise: counting, resolve: count } = Promise.withResolvers<void>();
  await page.route(/audiences\.view/, async (route) => {
    const asked = `${decodeURIComponent(route.request().url())} ${route.request().postData() ?? ""}`;
    if (!asked.includes("estimate")) await counting;
    await route.continue();
  });
  await page.goto("/audiences/new");
  await page.getByRole("button", { name: "Add condition" }).first().click();
  // A new condition is about the state.
  await page.getByLabel("Values").fill("NSW, WA");
  const countIn = async (words: RegExp) => {
    const shown = page.getByRole("status").filter({ hasText: words });
    await shown.waitFor();
    return Number(/[\d,]+/.exec((await shown.textContent())!)![0].replaceAll(",", ""));
  };
  const about = await countIn(/^About [\d,]+ contacts/);
  await page.getByText(/^Probably between [\d,]+ and [\d,]+\. Counting all…$/).waitFor();
  expect(await page.getByLabel("Some of them").getByRole("listitem").count()).toBe(10);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({
        path: path.join(ARTEFACTS, `large-audience-${width}-${colorScheme}.png`),
        fullPage: true,
      });
      const wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate(wider)).toBe(0);
    }
  }
  count();
  const exact = await countIn(/^[\d,]+ contacts/);
  expect(exact).toBeGreaterThan(CONTACTS / 100);
  expect(about / exact).toBeGreaterThan(0.5);
  expect(about / exact).toBeLessThan(2);
  expect(await page.getByText("Counting all").count()).toBe(0);
}, 120_000);

it("the check of a large campaign says what it has counted until now", async () => {
  const { api } = await callOverTrpc(product.url, product.signIn);
  const { id } = await api.campaigns.create.mutate({
    name: "Spring",
    body: "Hi {{first_name|there}}, doors open at nine. Demo Store. Reply STOP to opt out",
    audience: { kind: "all" },
    quietHours: null,
    smartEncoding: true,
    expiresAt: null,
  });
  // This product checks fewer people than take a second: what it would say of a million is said by the test.
  const { promise: checking, resolve: check } = Promise.withResolvers<void>();
  await page.route(/campaigns\.preflight(\?|$)/, async (route) => {
    await checking;
    await route.continue();
  });
  await page.route(/campaigns\.preflightProgress/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(
      '"data":null',
      '"data":{"audience":260500,"now":157000,"later":40500,"refused":63000}',
    );
    await route.fulfill({ response: answer, body });
  });
  await page.goto(`/campaigns/${id}`);
  await page.getByText("Checking every contact…").waitFor();
  await page
    .getByText("260,500 contacts so far: 157,000 sent now, 40,500 sent later, 63,000 not sent.")
    .waitFor();
  await page.screenshot({ path: path.join(ARTEFACTS, "large-check-1440.png"), fullPage: true });
  check();
  await page
    .getByText(/in the audience$/)
    .first()
    .waitFor();
  expect(await page.getByText("so far").count()).toBe(0);
}, 120_000);
