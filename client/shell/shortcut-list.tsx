import { For, type JSX } from "solid-js";
import { Dialog } from "../ui/controls/dialog.tsx";
import { IS_MAC } from "../ui/platform.ts";
import { pagesFor } from "./pages-list.ts";
import { useMe } from "./session-context.tsx";

/** What the inbox listens to. */
const INBOX = [
  { keys: "j", action: "Inbox: next conversation" },
  { keys: "k", action: "Inbox: previous conversation" },
  { keys: "r", action: "Inbox: write a reply" },
  { keys: "e", action: "Inbox: close or open a conversation" },
  { keys: "z", action: "Inbox: snooze" },
  { keys: "a", action: "Inbox: choose who takes care of it" },
  { keys: "t", action: "Inbox: add a tag" },
  { keys: "n", action: "Inbox: write a note" },
  { keys: "f", action: "Inbox: search conversations" },
  { keys: "/", action: "Inbox: saved replies, in an empty reply" },
  { keys: `${IS_MAC ? "⌘" : "Ctrl"} Enter`, action: "Inbox: send the reply" },
];

export function ShortcutList(props: { open: boolean; onClose: () => void }): JSX.Element {
  const me = useMe();
  const rows = () => [
    { keys: "Ctrl K", action: "Search or go to a page" },
    { keys: "c", action: "New campaign" },
    { keys: "/", action: "Search" },
    { keys: "?", action: "Show this list" },
    { keys: "Esc", action: "Close a dialog, or leave the reply" },
    ...(me().permissions.includes("inbox.read") ? INBOX : []),
    ...pagesFor(me().permissions).map((page) => ({ keys: page.keys ?? "", action: `Go to ${page.label}` })),
  ];
  return (
    <Dialog open={props.open} onClose={props.onClose} title="Keyboard shortcuts">
      <dl class="grid gap-x-8 gap-y-2 sm:grid-cols-2">
        <For each={rows()}>
          {(row) => (
            <div class="flex items-center justify-between gap-3">
              <dt class="text-muted">{row.action}</dt>
              <dd class="flex gap-1">
                <For each={row.keys.split(" ")}>
                  {(key) => (
                    <kbd class="rounded border border-line bg-sunken px-1.5 py-0.5 font-sans text-xs">
                      {key}
                    </kbd>
                  )}
                </For>
              </dd>
            </div>
          )}
        </For>
      </dl>
    </Dialog>
  );
}
