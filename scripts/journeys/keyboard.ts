import type { Page } from "playwright-core";

const MOST_TABS = 120;

/**
 * Presses Tab until the focus is on something with this name, as somebody without a mouse would, and fails where that
 * never happens. Nothing is clicked, nothing is focused by script.
 */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    await page.keyboard.press("Tab");
    const focused = await focusedName(page);
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    seen.push(focused);
  }
  throw new Error(`Tab never reached ${name}; it went over: ${[...new Set(seen)].join(" · ")}`);
}

/** The name that a screen reader would say of what has the focus. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { document: DocumentLike };
    const element = document.activeElement;
    // Past the last control nothing has the focus: the body's text is that of the whole page, and no name.
    if (!element || element === document.body) return "";
    const label = element.id
      ? document.querySelector(`label[for="${element.id}"]`)
      : element.closest("label");
    const text = element.getAttribute("aria-label") ?? label?.textContent ?? element.textContent ?? "";
    return text.replace(/\s+/g, " ").trim();
  });
}

/** The little of the browser's document that is used here: this project's scripts know no DOM types. */
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
