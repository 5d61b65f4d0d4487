import { createEffect, on, onCleanup } from "solid-js";

/**
 * Keeps the focus right for a dialog that was not opened by the library's trigger. When the dialog closes, the focus
 * returns to the control that had it before. When a focused control disappears from the open dialog, the dialog gets the
 * focus. Otherwise the page behind it would get it, and Escape would not close the dialog.
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
