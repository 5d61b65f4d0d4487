import type { Page } from "playwright-core";

const TABS_MAX = 120;

/**
 * Presses Tab until a control with this name has the focus, like a person without a mouse. Fails if that never
 * happens. Nothing is clicked or focused by script.
 */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press("Tab");
    const focused = await focusedName(page);
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    seen.push(focused);
  }
  throw new Error(`Tab never reached ${name}; it went over: ${[...new Set(seen)].join(" · ")}`);
}

/** Returns the name that a screen reader would read for the focused control. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { document: DocumentLike };
    const element = document.activeElement;
    // After the last control nothing has the focus: the body's text is the whole page's, and no name.
    if (!element || element === document.body) return "";
    const label = element.id
      ? document.querySelector(`label[for="${element.id}"]`)
      : element.closest("label");
    const text = element.getAttribute("aria-label") ?? label?.textContent ?? element.textContent ?? "";
    return text.replace(/\s+/g, " ").trim();
  });
}

/** The part of the browser's DOM types that is used here, because this project's scripts have none. */
interface ElementLike {
  id: string;
  textContent: string | null;
  getAttribute(name: string): string | null;
  closest(selector: string): ElementLike | null;
}
interface DocumentLike {
  body: ElementLike;
  activeElement: ElementLike | null;
  querySelector(selector: string): ElementLike | null;
}
