import axe from "axe-core";
import type { Page } from "playwright-core";

/** Returns what axe-core finds on these pages of the product, light and dark. */
export async function accessibilityFaultsOf(
  page: Page,
  origin: string,
  addresses: string[],
): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const address of addresses) faults.push(...(await faultsOn(page, origin + address, colorScheme)));
  }
  return faults;
}

/** Checks a page once its data is there. */
async function faultsOn(page: Page, url: string, theme: string): Promise<string[]> {
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
