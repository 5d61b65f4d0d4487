import { createSignal, For, type JSX, Show } from "solid-js";
import { conversationTagsQuery, useSetTag } from "../../../data/inbox/team.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { notifyProblem } from "../../../ui/toast.tsx";

export const TAG_BUTTON_ID = "tag-conversation";

/** The tags of a conversation, and a button that adds one. */
export function Tags(props: { phone: string; tags: readonly string[] }): JSX.Element {
  const denied = useDenied();
  const set = useSetTag();
  const remove = (tag: string) =>
    set.mutate(
      { phone: props.phone, tag, isOn: false },
      { onError: (error) => notifyProblem(sentenceOf(error)) },
    );
  return (
    <ul aria-label="Tags" class="contents">
      <For each={props.tags}>
        {(tag) => (
          <li class="inline-flex min-h-7 items-center gap-1 rounded-full bg-sunken pr-1 pl-2.5 text-[0.8125rem]">
            <span class="max-w-32 truncate">{tag}</span>
            <Show when={!denied("messages.reply")}>
              <button
                type="button"
                aria-label={`Remove the tag ${tag}`}
                class="rounded-full p-1 text-muted hover:bg-line hover:text-ink"
                onClick={() => remove(tag)}
              >
                <Icon name="cross" class="size-3" />
              </button>
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}

/** Asks for a tag and adds it. */
export function AddTag(props: { phone: string }): JSX.Element {
  const denied = useDenied();
  const known = useQuery(conversationTagsQuery);
  const set = useSetTag();
  const [open, setOpen] = createSignal(false);
  const [tag, setTag] = createSignal("");
  const begin = () => {
    set.reset();
    setTag("");
    setOpen(true);
  };
  const add = () =>
    set.mutate({ phone: props.phone, tag: tag(), isOn: true }, { onSuccess: () => setOpen(false) });
  return (
    <>
      <Button id={TAG_BUTTON_ID} size="small" look="quiet" denied={denied("messages.reply")} onClick={begin}>
        Tag…
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Tag the conversation"
        action="Add tag"
        pending={set.isPending}
        error={set.isError ? sentenceOf(set.error) : undefined}
        onConfirm={add}
      >
        <TextField
          label="Tag"
          list="known-conversation-tags"
          maxLength={40}
          value={tag()}
          onInput={(event) => setTag(event.currentTarget.value)}
        />
        <datalist id="known-conversation-tags">
          <For each={known.isSuccess ? known.data : []}>{(each) => <option value={each} />}</For>
        </datalist>
      </Confirm>
    </>
  );
}
