import { createEffect, createSignal, type JSX, on, onCleanup } from "solid-js";

const EVERY_MS = 5000;

/**
 * Announces a text that changes often to screen readers: the first one at once, then at most one every five seconds, and
 * always the last one.
 */
export function Announce(props: { text: string }): JSX.Element {
  const [spoken, setSpoken] = createSignal("");
  let quietUntilMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const speak = () => {
    quietUntilMs = performance.now() + EVERY_MS;
    timer = undefined;
    setSpoken(props.text);
  };
  createEffect(
    on(
      () => props.text,
      () => {
        const waitMs = quietUntilMs - performance.now();
        if (waitMs <= 0) speak();
        else timer ??= setTimeout(speak, waitMs);
      },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  return (
    <p class="sr-only" role="status" translate="no">
      {spoken()}
    </p>
  );
}
