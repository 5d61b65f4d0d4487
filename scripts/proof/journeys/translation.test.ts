import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOverTrpc, type Session } from "../../demo/session.ts";
import { launchBrowser } from "./browser.ts";
import { importFile } from "./import-file.ts";
import { type RunningProduct, runProduct } from "./product.ts";

/**
 * A browser's translation replaces every text by a `<font>` with another text. Each page is open twice: in a tab that is
 * translated (into the same words, so that both can be compared) and in one that is not. After the product has changed,
 * both must say the same. What others reported: texts that don't change any more, and pages that break
 * (https://github.com/react/react/issues/11538, https://github.com/santiment/app/pull/1179,
 * https://github.com/lingui/js-lingui/issues/1079).
 */
let product: RunningProduct;
let browser: Browser;
let context: BrowserContext;
let session: Session;
let ours: string;
let people = 0;
let campaignId: string;

const LIMIT = { timeout: 40_000, interval: 250 };

beforeAll(async () => {
  [product, browser] = await Promise.all([runProduct(), launchBrowser()]);
  session = await callOverTrpc(product.url, product.signIn);
  const numbers = await session.api.numbers.list.query();
  ours = numbers.find(({ kind, country }) => kind === "long-code" && country === "AU")!.phone;
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-AU" });
  context.setDefaultTimeout(LIMIT.timeout);
  await addPerson();
  campaignId = await launch();
  const page = await context.newPage();
  await page.goto(product.url);
  await page.getByLabel("Email").fill(product.signIn.email);
  await page.getByLabel("Password", { exact: true }).fill(product.signIn.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  await page.close();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 120_000);

async function addPerson(): Promise<string> {
  people += 1;
  const phone = `+6140188${String(2_000 + people)}`;
  const consent = { consentBasis: "express", consentEvidence: "Made up for this test" } as const;
  await session.api.contacts.add.mutate({ phone, firstName: `Mia ${people}`, tags: ["all"], ...consent });
  return phone;
}

async function launch(): Promise<string> {
  const { id } = await session.api.campaigns.create.mutate({
    name: `Campaign ${people}`,
    body: "Doors open at nine. Demo Store. Reply STOP to opt out",
    audience: { kind: "tags", tags: ["all"] },
    quietHours: null,
    smartEncoding: true,
    expiresAt: null,
  });
  await session.api.campaigns.launch.mutate({ id, quietHoursOverrideReason: "The carrier is the simulator" });
  return id;
}

async function writes(from: string, body: string): Promise<void> {
  await fetch(new URL("/simulator/inbound", product.simulatorUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from, to: ours, body, wait: true }),
    signal: AbortSignal.timeout(30_000),
  });
}

/** Does to a page what Google's translation does: two `<font>` around each text, also around later ones. */
const TRANSLATE = `(() => {
  const mayChange = (text) => text.textContent.trim() !== "" &&
    !text.parentElement?.closest("[translate=no], .notranslate, script, style, font, textarea, svg");
  const wrap = (text) => {
    if (!mayChange(text)) return;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = text.textContent;
    outer.append(inner);
    text.replaceWith(outer);
  };
  const wrapAll = (root) => {
    if (root instanceof Text) return wrap(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    texts.forEach(wrap);
  };
  wrapAll(document.body);
  new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node.isConnected && node.nodeName !== "FONT") wrapAll(node);
  }).observe(document.body, { childList: true, subtree: true });
})()`;

async function translate(page: Page): Promise<void> {
  await page.evaluate(TRANSLATE);
  expect(await page.locator("font").count()).toBeGreaterThan(10);
}

/** Everything that a page says. Times "3 s ago" may tick between two tabs. */
const textOf = async (page: Page) =>
  ((await page.locator("body").textContent()) ?? "")
    // The next word may follow without a space: the text of elements is joined.
    .replace(/just now|[\d.,]+ ?[a-z]+ ago|\b(?:now|in [\d.,]+ \w+|\d+:\d\d(?::\d\d)?)\b/gi, "…")
    .replace(/\s+/g, " ");

const everything = async () => {
  const phone = await addPerson();
  await writes(phone, "Is this still on?");
  await writes(phone, "Can I bring a friend?");
  await session.api.doNotContact.add.mutate({
    phone: `+6149157${1_000 + people}`,
    note: "asked on the phone",
  });
  await session.api.campaigns.pause.mutate({ id: await launch() }).catch(() => {});
  await importFile(session, `people-${people}.csv`, `Mobile,First name\n+6140199${2_000 + people},Ava\n`, [
    "imported",
  ]);
};

describe.each<[name: string, address: () => string | Promise<string>, change: () => Promise<unknown>]>([
  ["Home", () => "/", everything],
  ["campaigns", () => "/campaigns", everything],
  ["a campaign", () => `/campaigns/${campaignId}`, async () => writes(`+6140188${2_001}`, "STOP")],
  ["the inbox", () => "/inbox", everything],
  [
    "a conversation",
    () => `/inbox#with=${encodeURIComponent("+61401882001")}`,
    () => writes("+61401882001", "Hello?"),
  ],
  ["messages", () => "/messages", everything],
  ["imports", () => "/contacts/import", everything],
  ["numbers", () => "/numbers", everything],
  ["budgets", () => "/budgets", everything],
  ["alerts", () => "/alerts", everything],
  ["the audit log", () => "/audit", everything],
  ["system", () => "/system", everything],
])("%s, translated", (_, address, change) => {
  it("says what the same page says that is not translated, after all has changed", async () => {
    const at = `${product.url}${await address()}`;
    const [plain, translated] = [await context.newPage(), await context.newPage()];
    try {
      for (const page of [plain, translated]) {
        await page.goto(at);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForLoadState("networkidle").catch(() => {});
      }
      const differs = async () => difference(await textOf(translated), await textOf(plain));
      await expect.poll(differs, LIMIT).toBe("");
      const before = await textOf(plain);
      await translate(translated);
      await change();
      await expect.poll(async () => (await textOf(plain)) !== before, LIMIT).toBe(true);
      await expect.poll(differs, LIMIT).toBe("");
    } finally {
      await plain.close();
      await translated.close();
    }
  }, 180_000);
});

/** Where two texts begin to differ, for a failing test to say; empty if they are equal. */
function difference(one: string, other: string): string {
  if (one === other) return "";
  let at = 0;
  while (one[at] === other[at]) at++;
  return `«${one.slice(Math.max(0, at - 40), at + 60)}» for «${other.slice(Math.max(0, at - 40), at + 60)}»`;
}
