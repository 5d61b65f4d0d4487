import { createSignal, For, type JSX } from "solid-js";
import { Icon } from "./icon.tsx";

type Toast = { id: number; text: string; tone: "ok" | "danger" };

const [toasts, setToasts] = createSignal<Toast[]>([]);
let nextId = 0;
const SHOWN_MS = { ok: 5000, danger: 12_000 };

const dismiss = (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id));

function show(text: string, tone: Toast["tone"]): void {
  const id = nextId++;
  setToasts((all) => [...all.slice(-2), { id, text, tone }]);
  setTimeout(() => dismiss(id), SHOWN_MS[tone]);
}

/** Shows that an action was done. */
export const notifyDone = (text: string) => show(text, "ok");

/** Shows why an action was not done. */
export const notifyProblem = (text: string) => show(text, "danger");

export function Toaster(): JSX.Element {
  return (
    <div
      role="status"
      aria-label="Notifications"
      class="pointer-events-none fixed inset-x-0 bottom-0 z-60 grid justify-items-center gap-2 p-4 sm:justify-items-end"
    >
      <For each={toasts()}>
        {(toast) => (
          <div class="pointer-events-auto flex max-w-md animate-appear items-start gap-3 rounded-xl border border-line bg-surface px-4 py-3 shadow-raised">
            <Icon
              name={toast.tone === "ok" ? "check" : "warning"}
              class={`mt-0.5 size-4 ${toast.tone === "ok" ? "text-ok" : "text-danger"}`}
            />
            <p class="min-w-0 wrap-anywhere">{toast.text}</p>
            <button
              type="button"
              aria-label="Dismiss"
              class="-mr-1 rounded p-0.5 text-muted hover:text-ink"
              onClick={() => dismiss(toast.id)}
            >
              <Icon name="cross" class="size-3.5" />
            </button>
          </div>
        )}
      </For>
    </div>
  );
}
