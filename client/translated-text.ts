/**
 * Keeps a page alive while the browser translates it. Google's translation puts a `<font>` in the place of each text.
 * The page still holds the text that was taken out, and would change what nobody sees: a figure that stands still is
 * worse than one in another language. So a change puts the page's own text back, and the browser translates it again.
 *
 * Figures also say `translate="no"`, which spares the work.
 */
export function keepTextAlive(root: Node): void {
  const shownFor = new WeakMap<Node, HTMLElement>();
  const changes = new MutationObserver((records) => {
    for (const { target } of records) {
      const shown = shownFor.get(target);
      if (shown?.isConnected && !target.isConnected) shown.replaceWith(target);
    }
  });
  const swaps = new MutationObserver((records) => {
    for (const record of records)
      for (const text of record.removedNodes) {
        const shown = text instanceof Text ? inPlaceOf(record) : null;
        if (!shown) continue;
        shownFor.set(text, shown);
        changes.observe(text, { characterData: true });
      }
  });
  swaps.observe(root, { childList: true, subtree: true });
  // Solid writes to the first child of an element that has one text only. An element's `data` would change nothing.
  Object.defineProperty(HTMLFontElement.prototype, "data", {
    configurable: true,
    get(this: HTMLFontElement) {
      return this.textContent;
    },
    set(this: HTMLFontElement, text: unknown) {
      this.replaceWith(String(text));
    },
  });
}

/** The element that was put there in the same step, or in the step before. */
function inPlaceOf({ addedNodes, previousSibling, nextSibling }: MutationRecord): HTMLElement | null {
  const nodes = [...addedNodes, previousSibling, nextSibling];
  return nodes.find((node): node is HTMLElement => node instanceof HTMLFontElement) ?? null;
}
