import { createEffect, on, onCleanup } from "solid-js";

/** Calls `onPause` when the text has not changed for `pauseMs`. The first text does not count. */
export function createTypingPause(text: () => string, onPause: (text: string) => void, pauseMs = 250): void {
  createEffect(
    on(
      text,
      (value) => {
        const timer = setTimeout(() => onPause(value), pauseMs);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );
}
