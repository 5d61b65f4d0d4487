import { CUSTOM_ROLES_MAX, withAction, withoutAction } from "@smscrm/core/process/custom-roles";
import type { Action } from "@smscrm/core/process/roles";
import { createEffect, createSignal, For, type JSX, on, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { type ListedRole, rolesQuery, useDeleteRole, useSaveRole } from "../../data/people/roles.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm, Dialog } from "../../ui/controls/dialog.tsx";
import { Checkbox, TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { countOf } from "../../ui/words/format.ts";
import { ACTION_GROUPS, actionLabel } from "../../ui/words/role-words.ts";
import { Section } from "./section.tsx";

/** The organisation's own roles: made and changed by owners. */
export function RolesSection(): JSX.Element {
  const query = useQuery(rolesQuery);
  const denied = useDenied();
  const [editing, setEditing] = createSignal<ListedRole | "new" | null>(null);
  const [deleting, setDeleting] = createSignal<ListedRole | null>(null);
  const remove = useDeleteRole();
  const isFull = () => (query.data?.length ?? 0) >= CUSTOM_ROLES_MAX;
  const askToDelete = (role: ListedRole) => {
    remove.reset();
    setDeleting(role);
  };
  return (
    <Section
      id="roles"
      title="Custom roles"
      hint="Roles of your own, beside the built-in ones. A change takes effect at once for everyone who has the role."
    >
      <Loaded query={query}>
        {(roles) => (
          <Show
            when={roles().length > 0}
            fallback={
              <p class="mb-5 text-muted">No custom roles yet. For example: writes campaigns, can’t launch.</p>
            }
          >
            <ul class="mb-5">
              <For each={roles()}>
                {(role) => (
                  <RoleLine role={role} onEdit={() => setEditing(role)} onDelete={() => askToDelete(role)} />
                )}
              </For>
            </ul>
          </Show>
        )}
      </Loaded>
      <Button
        icon="plus"
        denied={
          denied("security.write") ??
          (isFull() ? `There are ${CUSTOM_ROLES_MAX} roles. Delete one first` : undefined)
        }
        onClick={() => setEditing("new")}
      >
        Add role
      </Button>
      <RoleDialog role={editing()} onClose={() => setEditing(null)} />
      <Confirm
        open={deleting() !== null}
        onClose={() => setDeleting(null)}
        title={`Delete the role ${deleting()?.name}?`}
        description="A role that members have can’t be deleted. The audit log keeps its permissions."
        action="Delete"
        danger
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={() =>
          remove.mutate(deleting()?.id ?? "", {
            onSuccess: () => {
              notifyDone("Role deleted.");
              setDeleting(null);
            },
          })
        }
      />
    </Section>
  );
}

function RoleLine(props: { role: ListedRole; onEdit: () => void; onDelete: () => void }): JSX.Element {
  const denied = useDenied();
  const used = () => {
    const { members, invitations } = props.role;
    if (members + invitations === 0) return "Nobody has it";
    return invitations === 0
      ? countOf(members, "member")
      : `${countOf(members, "member")}, ${countOf(invitations, "invitation")}`;
  };
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3 first:pt-0">
      <div class="min-w-0 flex-1 basis-48">
        <p class="font-medium wrap-anywhere">{props.role.name}</p>
        <p class="text-[0.8125rem] text-pretty text-muted">
          {used()} · {props.role.actions.map(actionLabel).join(", ")}
        </p>
      </div>
      <Button
        size="small"
        denied={denied("security.write")}
        aria-label={`Edit the role ${props.role.name}`}
        onClick={() => props.onEdit()}
      >
        Edit
      </Button>
      <Button
        size="small"
        look="quiet"
        denied={denied("security.write")}
        aria-label={`Delete the role ${props.role.name}`}
        onClick={() => props.onDelete()}
      >
        Delete
      </Button>
    </li>
  );
}

function RoleDialog(props: { role: ListedRole | "new" | null; onClose: () => void }): JSX.Element {
  const save = useSaveRole();
  const [form, setForm] = createStore({ name: "", actions: [] as Action[] });
  const own = () => (props.role === "new" ? null : props.role);
  createEffect(
    on(
      () => props.role,
      (role) => {
        save.reset();
        if (role)
          setForm(
            role === "new" ? { name: "", actions: [] } : { name: role.name, actions: [...role.actions] },
          );
      },
    ),
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    save.mutate(
      { id: own()?.id ?? null, name: form.name, actions: [...form.actions] },
      {
        onSuccess: () => {
          notifyDone(own() ? "Role changed." : "Role added.");
          props.onClose();
        },
      },
    );
  };
  const toggle = (action: Action, chosen: boolean) =>
    setForm("actions", (actions) => (chosen ? withAction(actions, action) : withoutAction(actions, action)));
  return (
    <Dialog
      open={props.role !== null}
      onClose={props.onClose}
      title={own() ? "Edit role" : "Add a role"}
      description="A permission that needs others chooses them, too. Without “See full phone numbers” all numbers are masked."
      wide
    >
      <form onSubmit={submit} class="grid gap-5" noValidate>
        <TextField
          label="Name"
          autocomplete="off"
          value={form.name}
          onInput={(event) => setForm("name", event.currentTarget.value)}
        />
        <div class="grid gap-5 sm:grid-cols-2">
          <For each={ACTION_GROUPS}>
            {(group) => (
              <fieldset>
                <legend class="mb-2 font-medium">{group.noun}</legend>
                <div class="grid gap-2">
                  <For each={group.actions}>
                    {([action, label]) => (
                      <Checkbox
                        label={<span class="font-normal">{label}</span>}
                        checked={form.actions.includes(action)}
                        onChange={(event) => toggle(action, event.currentTarget.checked)}
                      />
                    )}
                  </For>
                </div>
              </fieldset>
            )}
          </For>
        </div>
        <FormProblem text={save.isError ? sentenceOf(save.error) : undefined} />
        <div class="flex flex-wrap justify-end gap-2">
          <Button look="secondary" onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button type="submit" look="primary" pending={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
