import { createMemo, type JSX, onCleanup, Show } from "solid-js";
import { tellTyping, typingQuery } from "../../../data/inbox/team.ts";
import { createLiveTyping } from "../../../data/transport/live.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useMe } from "../../../shell/session-context.tsx";

/** Colleagues see it for eight seconds. */
const TELL_EVERY_MS = 4_000;

/** Tells colleagues while this member writes a reply. `wrote` is called for each change of the text. */
export function createTypingNews(phone: () => string) {
  let toldAtMs = 0;
  const stopped = () => {
    if (toldAtMs === 0) return;
    toldAtMs = 0;
    tellTyping(phone(), false);
  };
  const wrote = (text: string) => {
    if (text.trim() === "") return stopped();
    if (Date.now() - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = Date.now();
    tellTyping(phone(), true);
  };
  onCleanup(stopped);
  return { wrote, stopped };
}

/** Says which colleague is writing a reply to the same person. */
export function ColleagueTyping(props: { phone: string }): JSX.Element {
  const me = useMe();
  const query = useQuery(typingQuery);
  createLiveTyping(() => true);
  const names = createMemo(() =>
    (query.data?.typists ?? [])
      .filter(({ phone, userId }) => phone === props.phone && userId !== me().user.id)
      .map(({ name }) => name),
  );
  return (
    <p role="status" class="text-[0.8125rem] font-medium text-warn empty:hidden">
      <Show when={names().length > 0}>
        {names().join(" and ")} {names().length === 1 ? "is" : "are"} writing a reply to this person.
      </Show>
    </p>
  );
}
