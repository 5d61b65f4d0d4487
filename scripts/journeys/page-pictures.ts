import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { callOverTrpc, type Session } from "../demo/session.ts";
import { launchBrowser } from "./browser.ts";

/**
 * Takes a picture of every page of a running server at three widths, light and dark, into artefacts/pages, and says
 * what no picture shows: errors in the console, a page wider than its window, and content that moved while it loaded.
 *
 *   bun scripts/journeys/page-pictures.ts [part of an address …]
 */
const ORIGIN = process.env.SMSCRM_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;
const FOLDER = fileURLToPath(new URL("../../artefacts/pages/", import.meta.url));
const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 360, height: 780 },
] as const;
/** Above this, what one wants to press moves away from the finger ("good" is below 0.1 for the whole web). */
const MOST_SHIFT = 0.02;

interface Address {
  name: string;
  at: string;
}

/** Every page, with one of each thing to look at. */
async function addresses({ api }: Session): Promise<Address[]> {
  const [campaigns, messages, contacts, imports, inbox] = await Promise.all([
    api.campaigns.list.query({}),
    api.messages.list.query({}),
    api.contacts.list.query({}),
    api.imports.list.query({}),
    api.inbox.list.query({ view: "all" }),
  ]);
  const fixed = ["/", "/campaigns", "/campaigns/new", "/inbox", "/messages", "/contacts", "/contacts/import"];
  const more = [
    "/do-not-contact",
    "/budgets",
    "/numbers",
    "/settings",
    "/alerts",
    "/audit",
    "/system",
    "/nothing-here",
  ];
  const failed = messages.items.find((message) => message.status === "failed") ?? messages.items[0];
  return [
    ...[...fixed, ...more].map((at) => ({
      name: at === "/" ? "home" : at.slice(1).replaceAll("/", "-"),
      at,
    })),
    ...campaigns.items
      .slice(0, 2)
      .map(({ id }, n) => ({ name: `campaign-${n + 1}`, at: `/campaigns/${id}` })),
    ...(failed ? [{ name: "message", at: `/messages/${failed.id}` }] : []),
    ...contacts.items.slice(0, 1).map(({ id }) => ({ name: "contact", at: `/contacts/${id}` })),
    ...imports.items.slice(0, 1).map(({ id }) => ({ name: "import", at: `/contacts/import/${id}` })),
    ...inbox.items
      .slice(0, 1)
      .map(({ phone }) => ({ name: "conversation", at: `/inbox?with=${encodeURIComponent(phone)}` })),
  ];
}

/** Sums what moves on the page from its first moment; what a person's own key or click moves does not count. */
const WATCH_SHIFTS = `globalThis.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });`;

async function signedIn(browser: Browser, cookie: string, size: (typeof WIDTHS)[number]): Promise<Page> {
  const context = await browser.newContext({
    viewport: size,
    locale: "en-AU",
    timezoneId: "Australia/Sydney",
  });
  const [name, value] = cookie.split(";")[0]!.split("=") as [string, string];
  await context.addCookies([{ name, value, url: ORIGIN }]);
  await context.addInitScript(WATCH_SHIFTS);
  return context.newPage();
}

async function look(
  page: Page,
  { name, at }: Address,
  theme: "light" | "dark",
  width: number,
): Promise<string[]> {
  const faults: string[] = [];
  const note = (what: string) => faults.push(`${at} at ${width}, ${theme}: ${what}`);
  const heard = (message: { type(): string; text(): string }) =>
    message.type() === "error" && note(message.text());
  page.on("console", heard);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.goto(ORIGIN + at);
  await page.getByRole("heading", { level: 1 }).first().waitFor({ timeout: 15_000 });
  await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {});
  await page.waitForTimeout(300);
  const [wider, shift] = (await page.evaluate(
    "[document.documentElement.scrollWidth - document.documentElement.clientWidth, globalThis.shift]",
  )) as [number, number];
  if (wider > 0) note(`${wider} pixels wider than its window`);
  if (shift > MOST_SHIFT) note(`moved by ${shift.toFixed(3)} while it loaded`);
  await page.screenshot({
    path: path.join(FOLDER, `${name}-${width}-${theme}.png`),
    fullPage: width === 360,
  });
  page.off("console", heard);
  return faults;
}

const signIn = JSON.parse(
  readFileSync(path.resolve(process.env.DATA_DIR ?? ".data", "demo-sign-in.json"), "utf8"),
);
const session = await callOverTrpc(ORIGIN, signIn);
const wanted = process.argv.slice(2);
const chosen = (await addresses(session)).filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
const faults: string[] = [];
for (const size of WIDTHS) {
  const page = await signedIn(browser, session.cookie(), size);
  for (const theme of ["light", "dark"] as const)
    for (const address of chosen) faults.push(...(await look(page, address, theme, size.width)));
  await page.context().close();
}
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${chosen.length * WIDTHS.length * 2} pictures in ${FOLDER}, ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
