import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type Address, addresses, demoSession, ORIGIN, openedBy } from "./every-page.ts";

/**
 * Takes a screenshot of every page of a running server at three widths, light and dark, into artefacts/pages. It also
 * reports what no picture shows: console errors, a page wider than its window, and content that moved while loading.
 *   bun scripts/proof/journeys/page-pictures.ts [part of an address …]
 */
const FOLDER = fileURLToPath(new URL("../../../artefacts/pages/", import.meta.url));
const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 360, height: 780 },
] as const;
/** Above this, controls move away while a person aims at them (below 0.1 counts as "good" on the web). */
const SHIFT_MAX = 0.02;

/** Sums the layout shifts of a page from its start. Shifts after a person's own key or click do not count. */
const WATCH_SHIFTS = `globalThis.shift = 0;
globalThis.moved = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    globalThis.shift += entry.value;
    for (const { node, previousRect, currentRect } of entry.sources) {
      const words = (node?.innerText ?? node?.textContent ?? "").trim().replace(/\\s+/g, " ").slice(0, 40);
      moved.push(\`"\${words}" from \${previousRect.y} to \${currentRect.y}\`);
    }
  }
}).observe({ type: "layout-shift", buffered: true });`;

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
  const [wider, shift, moved] = (await page.evaluate(
    "[document.documentElement.scrollWidth - document.documentElement.clientWidth, shift, moved.slice(0, 4)]",
  )) as [number, number, string[]];
  if (wider > 0) note(`${wider} pixels wider than its window`);
  if (shift > SHIFT_MAX) note(`moved by ${shift.toFixed(3)} while it loaded: ${moved.join(", ")}`);
  await page.screenshot({
    path: path.join(FOLDER, `${name}-${width}-${theme}.png`),
    fullPage: width === 360,
  });
  page.off("console", heard);
  return faults;
}

const session = await demoSession();
const wanted = process.argv.slice(2);
const chosen = (await addresses(session)).filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
const faults: string[] = [];
for (const size of WIDTHS) {
  const page = await openedBy(session, browser, size);
  await page.addInitScript(WATCH_SHIFTS);
  for (const theme of ["light", "dark"] as const)
    for (const address of chosen) faults.push(...(await look(page, address, theme, size.width)));
  await page.context().close();
}
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${chosen.length * WIDTHS.length * 2} pictures in ${FOLDER}, ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
