import { type JSX, Show } from "solid-js";
import { serverReachable } from "../data/transport/connection.ts";
import { Spinner } from "../ui/controls/button.tsx";

/** Shown while the server does not answer. The page keeps its data and is refreshed when the server is back. */
export function ReconnectingBar(): JSX.Element {
  return (
    <div role="status" class="pointer-events-none fixed inset-x-0 top-0 z-70 flex justify-center p-2">
      <Show when={!serverReachable()}>
        <p class="flex animate-appear items-center gap-2.5 rounded-full border border-line bg-warn-soft px-4 py-1.5 font-medium text-warn shadow-raised">
          <Spinner /> Reconnecting…
        </p>
      </Show>
    </div>
  );
}
