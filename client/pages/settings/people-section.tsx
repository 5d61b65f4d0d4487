import { mayManage, ROLES, type Role } from "@smscrm/core/roles";
import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { type Person, peopleQuery, useAddPerson, useRemovePerson, useSetRole } from "../../data/people.ts";
import { sentenceOf } from "../../data/problem.ts";
import { useQuery } from "../../data/use-query.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { Select, TextField } from "../../ui/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { Section } from "./section.tsx";

const ROLE_WORDS: Record<Role, string> = {
  owner: "Owner: everything",
  admin: "Admin: all but owners’ matters",
  operator: "Operator: imports, campaigns, pausing",
  viewer: "Viewer: looks only",
};

export function PeopleSection(): JSX.Element {
  const query = useQuery(peopleQuery);
  const [adding, setAdding] = createSignal(false);
  const [removing, setRemoving] = createSignal<Person | null>(null);
  const remove = useRemovePerson();
  return (
    <Section id="people" title="People" hint="Who may sign in to this organisation, and as what.">
      <Loaded query={query}>
        {(people) => (
          <ul class="mb-5">
            <For each={people()}>
              {(person) => <PersonLine person={person} onRemove={() => setRemoving(person)} />}
            </For>
          </ul>
        )}
      </Loaded>
      <Button icon="plus" onClick={() => setAdding(true)}>
        Add person
      </Button>
      <AddPersonDialog open={adding()} onClose={() => setAdding(false)} />
      <Confirm
        open={removing() !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing()?.name}?`}
        description="They are signed out at once and can’t sign in here again. What they did stays in the audit log."
        action="Remove"
        danger
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={() =>
          remove.mutate(removing()?.userId ?? "", {
            onSuccess: () => {
              notifyDone("Removed.");
              setRemoving(null);
            },
          })
        }
      />
    </Section>
  );
}

function PersonLine(props: { person: Person; onRemove: () => void }): JSX.Element {
  const me = useMe();
  const setRole = useSetRole();
  const manages = () => mayManage(me().role, props.person.role) && props.person.userId !== me().user.id;
  const roles = () => ROLES.filter((role) => mayManage(me().role, role) || role === props.person.role);
  const change = (role: Role) =>
    setRole.mutate(
      { userId: props.person.userId, role },
      {
        onSuccess: () => notifyDone(`${props.person.name} is now ${role}.`),
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3 first:pt-0">
      <div class="min-w-0 flex-1 basis-48">
        <p class="font-medium wrap-anywhere">
          {props.person.name}
          <Show when={props.person.userId === me().user.id}>
            <span class="font-normal text-muted"> (you)</span>
          </Show>
        </p>
        <p class="text-[0.8125rem] wrap-anywhere text-muted">
          {props.person.email} · seen <Moment at={props.person.lastSeenAt} ago none="never" />
        </p>
      </div>
      <Show when={manages()} fallback={<span class="text-muted capitalize">{props.person.role}</span>}>
        <Select
          label={`Role of ${props.person.name}`}
          hideLabel
          value={props.person.role}
          disabled={setRole.isPending}
          onChange={(event) => change(event.currentTarget.value as Role)}
        >
          <For each={roles()}>
            {(role) => (
              <option value={role} selected={role === props.person.role}>
                {ROLE_WORDS[role].split(":")[0]}
              </option>
            )}
          </For>
        </Select>
        <Button
          size="small"
          look="quiet"
          aria-label={`Remove ${props.person.name}`}
          onClick={() => props.onRemove()}
        >
          Remove
        </Button>
      </Show>
    </li>
  );
}

function AddPersonDialog(props: { open: boolean; onClose: () => void }): JSX.Element {
  const me = useMe();
  const add = useAddPerson();
  const [form, setForm] = createStore({ email: "", name: "", role: "operator" as Role });
  const [added, setAdded] = createSignal<{ email: string; password: string | null } | null>(null);
  const save = () =>
    add.mutate(
      { ...form },
      {
        onSuccess: ({ temporaryPassword }) => {
          setAdded({ email: form.email, password: temporaryPassword });
          setForm({ email: "", name: "", role: "operator" });
          props.onClose();
        },
      },
    );
  return (
    <>
      <Confirm
        open={props.open}
        onClose={props.onClose}
        title="Add a person"
        action="Add person"
        pending={add.isPending}
        error={add.isError ? sentenceOf(add.error) : undefined}
        onConfirm={save}
      >
        <TextField
          label="Name"
          autocomplete="off"
          value={form.name}
          onInput={(event) => setForm("name", event.currentTarget.value)}
        />
        <TextField
          label="Email"
          type="email"
          autocomplete="off"
          value={form.email}
          onInput={(event) => setForm("email", event.currentTarget.value)}
        />
        <Select
          label="Role"
          value={form.role}
          onChange={(event) => setForm("role", event.currentTarget.value as Role)}
        >
          <For each={ROLES.filter((role) => mayManage(me().role, role))}>
            {(role) => <option value={role}>{ROLE_WORDS[role]}</option>}
          </For>
        </Select>
      </Confirm>
      <Dialog open={added() !== null} onClose={() => setAdded(null)} title="Added">
        <Show
          when={added()?.password}
          fallback={<p>{added()?.email} has an account already and signs in with the password they know.</p>}
        >
          <p>
            Give {added()?.email} this password; they should change it under Settings. It is shown only now.
          </p>
          <p class="mt-3 rounded-lg bg-sunken px-4 py-3 font-mono text-base select-all">
            {added()?.password}
          </p>
        </Show>
      </Dialog>
    </>
  );
}
