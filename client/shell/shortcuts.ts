import { onCleanup, onMount } from "solid-js";

const CHORD_MS = 1200;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/**
 * Listens to keys in the whole window. `actions` maps "mod+k", "?" or a chord such as "g c" to a function. Single keys
 * are ignored while a person types or a dialog is open.
 */
export function useShortcuts(actions: () => Record<string, () => void>): void {
  let first = "";
  let firstAtMs = 0;
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const mod = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const chord = event.timeStamp - firstAtMs < CHORD_MS ? `${first} ${key}` : "";
    const name = mod ? `mod+${key}` : chord && actions()[chord] ? chord : key;
    if (
      !mod &&
      (event.altKey || isTyping(event.target) || document.querySelector("[role=dialog],[role=menu]"))
    )
      return;
    first = mod ? "" : key;
    firstAtMs = event.timeStamp;
    const action = actions()[name];
    if (!action) return;
    event.preventDefault();
    first = "";
    action();
  };
  onMount(() => window.addEventListener("keydown", onKey));
  onCleanup(() => window.removeEventListener("keydown", onKey));
}
