import { createEffect, createSignal, For, type JSX, on, Show } from "solid-js";
import { inboxCountsQuery } from "../../../data/inbox.ts";
import { trpc } from "../../../data/transport/trpc.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { Select } from "../../../ui/controls/field.tsx";
import { Card } from "../../../ui/page.tsx";
import { notifyProblem } from "../../../ui/toast.tsx";
import { senderWords } from "../sender-words.ts";

const NOTICES = ["off", "on", "text"] as const;
type Notices = (typeof NOTICES)[number];
const WORDS: Record<Notices, string> = {
  off: "Off",
  on: "On, without the text",
  text: "On, with name and text",
};

const KEY = "smscrm-inbox-notices";
const isSupported = () => "Notification" in globalThis;
const stored = (): Notices => {
  const value = localStorage.getItem(KEY);
  return NOTICES.find((each) => each === value) ?? "off";
};
/** A choice of this browser, for every page. */
const [notices, setNotices] = createSignal<Notices>(stored());

/** Asks for notifications of this browser. They are off until the browser and its person agree. */
export function NoticesChoice(): JSX.Element {
  const choose = async (value: Notices) => {
    const allowed = value === "off" || (await Notification.requestPermission()) === "granted";
    if (!allowed)
      notifyProblem(
        "Your browser does not allow notifications from this page. Allow them in its settings, then choose again.",
      );
    const kept = allowed ? value : "off";
    localStorage.setItem(KEY, kept);
    // Chosen again, so that the list shows what is kept.
    setNotices("off");
    setNotices(kept);
  };
  return (
    <Show when={isSupported()}>
      <Card
        title="Notifications"
        hint="Shown by this browser for a new message, while you look at another window. The text of a message may be read by who stands beside you."
      >
        <Select
          label="Notify me in this browser"
          fieldClass="max-w-72"
          value={notices()}
          onChange={(event) => void choose(event.currentTarget.value as Notices)}
        >
          <For each={NOTICES}>
            {(each) => (
              <option value={each} selected={each === notices()}>
                {WORDS[each]}
              </option>
            )}
          </For>
        </Select>
      </Card>
    </Show>
  );
}

/** Shows a notification for a new message while the page is not looked at. */
export function InboxNotices(): JSX.Element {
  const me = useMe();
  const isOn = () => notices() !== "off" && isSupported() && me().permissions.includes("inbox.read");
  const counts = useQuery(() => ({
    ...inboxCountsQuery(),
    enabled: isOn(),
    // The page is hidden just when a notification is wanted.
    refetchIntervalInBackground: isOn(),
  }));
  const newest = () => (isOn() && counts.isSuccess ? counts.data.newestUnreadId : undefined);
  createEffect(
    on(newest, (id, before) => {
      // Ids sort by time: an older one means only that a newer one was read.
      if (!id || before === undefined || (before !== null && id <= before)) return;
      if (Notification.permission === "granted" && !(document.hasFocus() && !document.hidden)) void show();
    }),
  );
  return null;
}

async function show(): Promise<void> {
  const withText = notices() === "text";
  const [row] = withText ? (await trpc.inbox.list.query({ view: "unread", limit: 1 })).items : [];
  const notice = new Notification(
    row ? (row.contactName ?? senderWords(row.phone)) : "New reply in the inbox",
    {
      // A newer one takes the place of the one before.
      tag: "smscrm-inbox",
      ...(row && { body: row.lastBody.slice(0, 120) }),
    },
  );
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}
