import { createEffect, on, onCleanup } from "solid-js";

/**
 * Keeps the keyboard where it belongs around a dialog that no trigger of the library's opened. Closed, it returns to what
 * had it before. And while the dialog is open, a control that vanishes under the focus (a step done, a search taken
 * back) hands it to the dialog: otherwise it falls behind it, to the page, and Escape is not heard any more.
 */
export function createKeptFocus(open: () => boolean) {
  let opener: HTMLElement | null = null;
  createEffect(
    on(open, (isOpen) => {
      if (isOpen && document.activeElement instanceof HTMLElement) opener = document.activeElement;
    }),
  );
  const ref = (content: HTMLElement) => {
    const observer = new MutationObserver(() => {
      if (document.activeElement === document.body || document.activeElement === null) content.focus();
    });
    observer.observe(content, { childList: true, subtree: true });
    onCleanup(() => observer.disconnect());
  };
  const onCloseAutoFocus = (event: Event) => {
    event.preventDefault();
    if (opener?.isConnected) opener.focus();
  };
  return { ref, onCloseAutoFocus };
}
