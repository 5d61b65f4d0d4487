import { snoozeChoices } from "@smscrm/core/inbox/snooze";
import { createSignal, type JSX, Show } from "solid-js";
import { useSnooze } from "../../../data/inbox/team.ts";
import { threadMessagesQuery } from "../../../data/inbox.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useInfiniteQuery } from "../../../data/transport/use-query.ts";
import { useDenied, useMe } from "../../../shell/session-context.tsx";
import { Button, buttonClass } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { Menu } from "../../../ui/controls/menu.tsx";
import { thisMinute } from "../../../ui/time/clock.ts";
import { notifyDone, notifyProblem } from "../../../ui/toast.tsx";
import { formatMoment } from "../../../ui/words/format.ts";

export const SNOOZE_BUTTON_ID = "snooze-conversation";

/** Puts a conversation away until a time on the organisation's clock. */
export function SnoozeMenu(props: { phone: string }): JSX.Element {
  const me = useMe();
  const denied = useDenied();
  const snooze = useSnooze();
  const thread = useInfiniteQuery(() => threadMessagesQuery(props.phone));
  const newest = () => (thread.isPending ? undefined : thread.data?.pages[0]?.items[0]?.id);
  const choices = () => snoozeChoices(me().tenant.timezone, thisMinute());
  const [choosing, setChoosing] = createSignal(false);
  const [until, setUntil] = createSignal("");
  const put = (local: string) => {
    const upToId = newest();
    if (upToId === undefined || snooze.isPending) return;
    snooze.mutate(
      { phone: props.phone, until: local, upToId },
      {
        onSuccess: (done) => {
          setChoosing(false);
          notifyDone(
            `Snoozed until ${formatMoment(new Date(done.until), new Date(), "minute")}, or until they write.`,
          );
        },
        onError: (error) => !choosing() && notifyProblem(sentenceOf(error)),
      },
    );
  };
  const choose = () => {
    snooze.reset();
    setUntil(choices()[1]!.local);
    setChoosing(true);
  };
  return (
    <Show
      when={!denied("messages.reply")}
      fallback={
        <Button size="small" look="quiet" denied={denied("messages.reply")}>
          Snooze
        </Button>
      }
    >
      <span id={SNOOZE_BUTTON_ID} class="contents">
        <Menu
          label="Snooze"
          trigger="Snooze"
          triggerClass={buttonClass("quiet", "small")}
          groups={[
            choices().map(({ label, local }) => ({ label, onSelect: () => put(local) })),
            [{ label: "Choose a time…", onSelect: choose }],
          ]}
        />
      </span>
      <Confirm
        open={choosing()}
        onClose={() => setChoosing(false)}
        title="Snooze until"
        description={`It comes back open and unread then, or at once if they write. Times are on your organisation’s clock (${me().tenant.timezone}).`}
        action="Snooze"
        pending={snooze.isPending}
        error={snooze.isError ? sentenceOf(snooze.error) : undefined}
        onConfirm={() => put(until())}
      >
        <TextField
          label="Day and time"
          type="datetime-local"
          value={until()}
          onInput={(event) => setUntil(event.currentTarget.value)}
        />
      </Confirm>
    </Show>
  );
}
