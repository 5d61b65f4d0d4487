import { createSignal, For, type JSX, Show } from "solid-js";
import { type Team, teamsQuery, useRemoveTeam, useSaveTeam } from "../../../data/inbox/team.ts";
import { assigneesQuery } from "../../../data/inbox.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button, IconButton } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Checkbox, TextField } from "../../../ui/controls/field.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card } from "../../../ui/page.tsx";
import { notifyDone, notifyProblem } from "../../../ui/toast.tsx";

type Form = { id?: string; version: number; name: string; memberIds: string[] };

export function TeamsSection(): JSX.Element {
  const denied = useDenied();
  const query = useQuery(teamsQuery);
  const members = useQuery(assigneesQuery);
  const save = useSaveTeam();
  const remove = useRemoveTeam();
  const [form, setForm] = createSignal<Form>();
  const listed = () => (members.isSuccess ? members.data : []);
  const names = (ids: readonly string[]) =>
    listed()
      .filter(({ id }) => ids.includes(id))
      .map(({ name }) => name)
      .join(", ");
  const edit = (team?: Team) => {
    save.reset();
    const known = new Set(listed().map(({ id }) => id));
    setForm(
      team
        ? {
            id: team.id,
            version: team.version,
            name: team.name,
            memberIds: team.memberIds.filter((id) => known.has(id)),
          }
        : { version: 0, name: "", memberIds: [] },
    );
  };
  const change = (part: Partial<Form>) => setForm((before) => before && { ...before, ...part });
  const put = (id: string, on: boolean) => {
    const others = (form()?.memberIds ?? []).filter((each) => each !== id);
    change({ memberIds: on ? [...others, id] : others });
  };
  const submit = () =>
    save.mutate(form()!, {
      onSuccess: () => {
        setForm(undefined);
        notifyDone("Team saved.");
      },
    });
  const take = (team: Team) =>
    remove.mutate(team.id, {
      onSuccess: () => notifyDone(`Removed the team ${team.name}.`),
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  return (
    <Card
      title="Teams"
      hint="A team’s conversations are given to its members in turn, if a rule below says so."
      actions={
        <Button size="small" icon="plus" denied={denied("settings.write")} onClick={() => edit()}>
          New team
        </Button>
      }
    >
      <Loaded query={query}>
        {(teams) => (
          <Show when={teams().length > 0} fallback={<p class="text-muted">No teams yet.</p>}>
            <ul class="grid gap-3">
              <For each={teams()}>
                {(team) => (
                  <li class="flex items-start gap-3">
                    <span class="min-w-0 grow">
                      <span class="block font-medium wrap-anywhere">{team.name}</span>
                      <span class="text-[0.8125rem] text-muted wrap-anywhere">
                        {names(team.memberIds) || "No members"}
                      </span>
                    </span>
                    <Button
                      size="small"
                      aria-label={`Edit ${team.name}`}
                      denied={denied("settings.write")}
                      onClick={() => edit(team)}
                    >
                      Edit
                    </Button>
                    <IconButton
                      icon="trash"
                      label={`Remove ${team.name}`}
                      disabled={Boolean(denied("settings.write"))}
                      onClick={() => take(team)}
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
        title={form()?.id ? "Edit the team" : "New team"}
        action="Save team"
        pending={save.isPending}
        error={save.isError ? sentenceOf(save.error) : undefined}
        onConfirm={submit}
      >
        <TextField
          label="Name"
          maxLength={60}
          value={form()?.name ?? ""}
          onInput={(event) => change({ name: event.currentTarget.value })}
        />
        <fieldset class="grid max-h-64 gap-2 overflow-y-auto">
          <legend class="mb-2 font-medium">Members</legend>
          <For each={listed()}>
            {(member) => (
              <Checkbox
                label={member.name}
                checked={form()?.memberIds.includes(member.id) ?? false}
                onChange={(event) => put(member.id, event.currentTarget.checked)}
              />
            )}
          </For>
        </fieldset>
      </Confirm>
    </Card>
  );
}
