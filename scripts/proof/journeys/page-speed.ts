import type { Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { addresses, demoSession, ORIGIN, openedBy } from "./every-page.ts";

/**
 * Measures how long until each page of a running server is usable, in Chromium on this machine: its heading is there,
 * no placeholder is left, and the page responds. First with an empty cache, then with a warm one.
 *   bun scripts/proof/journeys/page-speed.ts [TIMES] [part of an address …]
 */
const GOAL_MS = 1_000;
const SIZE = { width: 1440, height: 900 };

/** Resolves with the milliseconds from the navigation until the page was drawn and stayed unchanged for a while. */
const USABLE = `new Promise((resolve) => {
  let since = null;
  const look = () => {
    const ready = document.querySelector("h1") && !document.querySelector(".animate-breathe.bg-sunken");
    since = ready ? (since ?? performance.now()) : null;
    if (since !== null && performance.now() - since > 200) resolve(since);
    else requestAnimationFrame(look);
  };
  look();
})`;

async function usableAfter(page: Page, address: string): Promise<number> {
  await page.goto(ORIGIN + address, { waitUntil: "commit" });
  return (await page.evaluate(USABLE)) as number;
}

const [times = "7", ...wanted] = process.argv.slice(2);
const session = await demoSession();
const chosen = (await addresses(session)).filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
const browser = await launchBrowser();
let late = 0;
for (const { name, at } of chosen) {
  const first: number[] = [];
  const again: number[] = [];
  for (let time = 0; time < Number(times); time += 1) {
    const page = await openedBy(session, browser, SIZE);
    first.push(await usableAfter(page, at));
    again.push(await usableAfter(page, at));
    await page.context().close();
  }
  const worst = Math.max(...first, ...again);
  if (worst > GOAL_MS) late += 1;
  console.log(`${name.padEnd(22)} first visit ${figures(first)}   again ${figures(again)}`);
}
await browser.close();
console.log(`${chosen.length} pages, ${late} of them later than ${GOAL_MS} ms at least once`);
process.exit(late > 0 ? 1 : 0);

function figures(ms: number[]): string {
  const sorted = [...ms].sort((a, b) => a - b);
  const show = (value: number) => `${Math.round(value)}`.padStart(5);
  return `median ${show(sorted[Math.floor(sorted.length / 2)]!)} ms, slowest ${show(sorted.at(-1)!)} ms`;
}
