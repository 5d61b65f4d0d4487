import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type SavedReply,
  savedRepliesQuery,
  useRemoveSavedReply,
  useSaveReply,
} from "../../../data/inbox/team.ts";
import { codeOf, sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button, IconButton } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextArea, TextField } from "../../../ui/controls/field.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card } from "../../../ui/page.tsx";
import { notifyDone, notifyProblem } from "../../../ui/toast.tsx";

type Form = { id?: string; version: number; name: string; body: string };

/** The texts that members put into replies by typing "/". */
export function SavedRepliesSection(): JSX.Element {
  const denied = useDenied();
  const query = useQuery(savedRepliesQuery);
  const save = useSaveReply();
  const remove = useRemoveSavedReply();
  const [form, setForm] = createSignal<Form>();
  const edit = (reply?: SavedReply) => {
    save.reset();
    setForm(
      reply
        ? { id: reply.id, version: reply.version, name: reply.name, body: reply.body }
        : { version: 0, name: "", body: "" },
    );
  };
  const change = (part: Partial<Form>) => setForm((before) => before && { ...before, ...part });
  const submit = () =>
    save.mutate(form()!, {
      onSuccess: () => {
        setForm(undefined);
        notifyDone("Saved reply kept.");
      },
    });
  const take = (reply: SavedReply) =>
    remove.mutate(reply.id, {
      onSuccess: () => notifyDone(`Removed “${reply.name}”.`),
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  return (
    <Card
      title="Saved replies"
      hint="Type / in an empty reply to choose one. It is put into the reply, and you can change it before it is sent."
      actions={
        <Button size="small" icon="plus" denied={denied("messages.reply")} onClick={() => edit()}>
          New saved reply
        </Button>
      }
    >
      <Loaded query={query}>
        {(replies) => (
          <Show when={replies().length > 0} fallback={<p class="text-muted">No saved replies yet.</p>}>
            <ul class="grid gap-3">
              <For each={replies()}>
                {(reply) => (
                  <li class="flex items-start gap-3">
                    <span class="min-w-0 grow">
                      <span class="block font-medium wrap-anywhere">{reply.name}</span>
                      <span class="line-clamp-2 text-[0.8125rem] text-muted wrap-anywhere">{reply.body}</span>
                    </span>
                    <Button
                      size="small"
                      aria-label={`Edit ${reply.name}`}
                      denied={denied("messages.reply")}
                      onClick={() => edit(reply)}
                    >
                      Edit
                    </Button>
                    <IconButton
                      icon="trash"
                      label={`Remove ${reply.name}`}
                      disabled={Boolean(denied("messages.reply"))}
                      onClick={() => take(reply)}
                    />
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </Loaded>
      <Confirm
        open={form() !== undefined}
        onClose={() => setForm(undefined)}
        title={form()?.id ? "Edit the saved reply" : "New saved reply"}
        action="Save"
        pending={save.isPending}
        error={save.isError ? sentenceOf(save.error) : undefined}
        onConfirm={submit}
      >
        <TextField
          label="Name"
          hint="You find it by this name."
          maxLength={80}
          value={form()?.name ?? ""}
          onInput={(event) => change({ name: event.currentTarget.value })}
        />
        <TextArea
          label="Text"
          rows={5}
          hint="Fields such as {{first_name|there}} are filled in for each person."
          value={form()?.body ?? ""}
          onInput={(event) => change({ body: event.currentTarget.value })}
        />
        <Show when={save.isError && codeOf(save.error) === "CONFLICT" && form()?.id}>
          {(id) => (
            <Button
              size="small"
              onClick={() => edit((query.isSuccess ? query.data : []).find((one) => one.id === id()))}
            >
              Show their version
            </Button>
          )}
        </Show>
      </Confirm>
    </Card>
  );
}
