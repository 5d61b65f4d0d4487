import { useBeforeLeave } from "@solidjs/router";
import { createSignal, type JSX, onCleanup, onMount } from "solid-js";
import { Confirm } from "./controls/dialog.tsx";

/** Asks before the page is left with unsaved changes. */
export function LeaveGuard(props: { dirty: boolean }): JSX.Element {
  const [leave, setLeave] = createSignal<(() => void) | null>(null);
  useBeforeLeave((event) => {
    if (!props.dirty || event.defaultPrevented) return;
    // Another part of the same page: nothing is lost.
    if (typeof event.to === "string" && event.to.split(/[?#]/)[0] === event.from.pathname) return;
    event.preventDefault();
    setLeave(() => () => event.retry(true));
  });
  const warn = (event: BeforeUnloadEvent) => props.dirty && event.preventDefault();
  onMount(() => window.addEventListener("beforeunload", warn));
  onCleanup(() => window.removeEventListener("beforeunload", warn));
  return (
    <Confirm
      open={leave() !== null}
      onClose={() => setLeave(null)}
      title="Leave without saving?"
      description="Your changes will be lost."
      action="Leave"
      danger
      onConfirm={() => leave()?.()}
    />
  );
}
