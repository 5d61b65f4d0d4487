import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe-core finds on a page once its data is there. */
export async function accessibilityFaults(page: Page, url: string, theme: string): Promise<string[]> {
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => {});
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const { pathname, search } = new URL(url);
  return violations.map(
    ({ id, nodes }) => `${pathname}${search} (${theme}): ${id} at ${nodes[0]?.target.join(" ")}`,
  );
}
