import { createSignal, For, type JSX, Show } from "solid-js";
import { teamsQuery, useAssignTeam } from "../../data/inbox/team.ts";
import {
  assigneesQuery,
  conversationStateQuery,
  threadMessagesQuery,
  useAddNote,
  useAssign,
  useCloseConversation,
  useReopenConversation,
} from "../../data/inbox.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useInfiniteQuery, useQuery } from "../../data/transport/use-query.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextArea } from "../../ui/controls/field.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { SnoozeMenu } from "./team/snooze.tsx";
import { AddTag, Tags } from "./team/tags.tsx";

export const CLOSE_BUTTON_ID = "close-conversation";
export const NOTE_BUTTON_ID = "add-note";
export const ASSIGNEE_ID = "assignee";
const NOTE_LENGTH_MAX = 2_000;

/** Who takes care of a conversation, whether it waits, and notes for the team. Only for people who wrote to us. */
export function TeamBar(props: { phone: string }): JSX.Element {
  const me = useMe();
  const state = useQuery(() => conversationStateQuery(props.phone));
  return (
    <Show when={state.isSuccess && state.data}>
      {(known) => (
        <div class="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2 sm:px-5">
          <Assignee phone={props.phone} assigneeId={known().assigneeId} />
          <TeamChoice phone={props.phone} teamId={known().teamId} />
          <Tags phone={props.phone} tags={known().tags} />
          <Show when={known().snoozedUntil}>
            {(until) => (
              <span class="text-[0.8125rem] font-medium text-warn">
                Snoozed until <Moment at={until()} otherZone={me().tenant.timezone} />
              </span>
            )}
          </Show>
          <span class="grow" />
          <AddTag phone={props.phone} />
          <AddNote phone={props.phone} />
          <SnoozeMenu phone={props.phone} />
          <CloseButton phone={props.phone} isOpen={known().isOpen} />
        </div>
      )}
    </Show>
  );
}

function Assignee(props: { phone: string; assigneeId: string | null }): JSX.Element {
  const denied = useDenied();
  const members = useQuery(assigneesQuery);
  const assign = useAssign();
  const listed = () => (members.isSuccess ? members.data : []);
  // A member who left takes care of nothing.
  const chosen = () => (listed().some(({ id }) => id === props.assigneeId) ? props.assigneeId : null);
  const give = (userId: string | null) =>
    assign.mutate({ phone: props.phone, userId }, { onError: (error) => notifyProblem(sentenceOf(error)) });
  return (
    <label class="flex min-w-0 items-center gap-2 text-[0.8125rem] text-muted">
      With
      <select
        id={ASSIGNEE_ID}
        class="min-h-7 min-w-0 max-w-44 rounded-lg border border-edge bg-surface px-2 pr-7 text-[0.8125rem] text-ink disabled:opacity-60"
        disabled={Boolean(denied("messages.reply")) || assign.isPending}
        value={chosen() ?? ""}
        onChange={(event) => give(event.currentTarget.value || null)}
      >
        <option value="">nobody yet</option>
        <For each={listed()}>
          {(member) => (
            <option value={member.id} selected={member.id === chosen()}>
              {member.name}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}

/** The team that takes care of it. Hidden where there are no teams. */
function TeamChoice(props: { phone: string; teamId: string | null }): JSX.Element {
  const denied = useDenied();
  const teams = useQuery(teamsQuery);
  const assign = useAssignTeam();
  const listed = () => (teams.isSuccess ? teams.data : []);
  const give = (teamId: string | null) =>
    assign.mutate({ phone: props.phone, teamId }, { onError: (error) => notifyProblem(sentenceOf(error)) });
  return (
    <Show when={listed().length > 0}>
      <label class="flex min-w-0 items-center gap-2 text-[0.8125rem] text-muted">
        Team
        <select
          class="min-h-7 min-w-0 max-w-36 rounded-lg border border-edge bg-surface px-2 pr-7 text-[0.8125rem] text-ink disabled:opacity-60"
          disabled={Boolean(denied("messages.reply")) || assign.isPending}
          value={props.teamId ?? ""}
          onChange={(event) => give(event.currentTarget.value || null)}
        >
          <option value="">none</option>
          <For each={listed()}>
            {(team) => (
              <option value={team.id} selected={team.id === props.teamId}>
                {team.name}
              </option>
            )}
          </For>
        </select>
      </label>
    </Show>
  );
}

function CloseButton(props: { phone: string; isOpen: boolean }): JSX.Element {
  const denied = useDenied();
  const thread = useInfiniteQuery(() => threadMessagesQuery(props.phone));
  const newest = () => (thread.isPending ? undefined : thread.data?.pages[0]?.items[0]?.id);
  const close = useCloseConversation();
  const reopen = useReopenConversation();
  const onError = (error: unknown) => notifyProblem(sentenceOf(error));
  const press = () => {
    const upToId = newest();
    if (!props.isOpen) return reopen.mutate(props.phone, { onError });
    if (upToId === undefined) return;
    close.mutate(
      { phone: props.phone, upToId },
      {
        onError,
        onSuccess: ({ isOpen }) =>
          isOpen
            ? notifyProblem("A new message has just arrived, so it stays open.")
            : notifyDone("Closed. A new message opens it again."),
      },
    );
  };
  return (
    <Button
      id={CLOSE_BUTTON_ID}
      size="small"
      pending={close.isPending || reopen.isPending}
      denied={denied("messages.reply")}
      onClick={press}
    >
      {props.isOpen ? "Close" : "Open again"}
    </Button>
  );
}

/** A note for the team about a person. It is the same in the inbox and on the contact's page. */
export function AddNote(props: { phone: string }): JSX.Element {
  const denied = useDenied();
  const add = useAddNote();
  const [open, setOpen] = createSignal(false);
  const [body, setBody] = createSignal("");
  const save = () =>
    add.mutate(
      { phone: props.phone, body: body() },
      {
        onSuccess: () => {
          setBody("");
          setOpen(false);
        },
      },
    );
  return (
    <>
      <Button
        id={NOTE_BUTTON_ID}
        size="small"
        look="quiet"
        denied={denied("messages.reply")}
        onClick={() => setOpen(true)}
      >
        Note…
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Add a note"
        description="Only your team sees it. It is never sent. Write @ and a colleague’s name to show it to them."
        action="Add note"
        pending={add.isPending}
        error={add.isError ? sentenceOf(add.error) : undefined}
        onConfirm={save}
      >
        <TextArea
          label="Note"
          rows={4}
          maxLength={NOTE_LENGTH_MAX}
          value={body()}
          onInput={(event) => setBody(event.currentTarget.value)}
        />
      </Confirm>
    </>
  );
}
