import { FIELD_TYPES, type FieldType } from "@smscrm/core/fields/field";
import { createEffect, createSignal, For, type JSX, on, Show } from "solid-js";
import { createStore } from "solid-js/store";
import {
  type FieldRow,
  fieldsQuery,
  useCreateField,
  useOrderFields,
  useRemoveField,
  useUpdateField,
} from "../../data/contacts/fields.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Checkbox, Select, TextField } from "../../ui/controls/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { FIELD_TYPE_WORDS, mergeExample } from "../../ui/words/field-words.ts";
import { countOf } from "../../ui/words/format.ts";
import { Section } from "./section.tsx";

/** The custom fields of contacts: label, merge name, type and order. */
export function FieldsSection(): JSX.Element {
  const query = useQuery(fieldsQuery);
  const denied = useDenied();
  const [editing, setEditing] = createSignal<FieldRow | "new" | null>(null);
  return (
    <Section
      id="fields"
      title="Custom fields"
      hint="What you know of contacts besides their name and address. Imports add fields, too."
    >
      <div class="grid gap-4">
        <Loaded query={query}>
          {(fields) => (
            <Show
              when={fields().length > 0}
              fallback={
                <p class="text-muted">No custom fields yet. Add one, or import a file with more columns.</p>
              }
            >
              <ul class="grid gap-2" aria-label="Custom fields">
                <For each={fields()}>
                  {(field, index) => (
                    <Row field={field} index={index()} all={fields()} onEdit={() => setEditing(field)} />
                  )}
                </For>
              </ul>
            </Show>
          )}
        </Loaded>
        <div>
          <Button denied={denied("settings.write")} onClick={() => setEditing("new")}>
            Add field…
          </Button>
        </div>
        <FieldDialog field={editing()} onClose={() => setEditing(null)} />
      </div>
    </Section>
  );
}

function Row(props: { field: FieldRow; index: number; all: FieldRow[]; onEdit: () => void }): JSX.Element {
  const denied = useDenied();
  const order = useOrderFields();
  const remove = useRemoveField();
  const [removing, setRemoving] = createSignal(false);
  const up = () => {
    const names = props.all.map(({ name }) => name);
    names.splice(props.index - 1, 0, ...names.splice(props.index, 1));
    order.mutate(names, { onError: (error) => notifyProblem(sentenceOf(error)) });
  };
  const take = () =>
    remove.mutate(props.field.name, {
      onSuccess: () => {
        notifyDone("Field removed.");
        setRemoving(false);
      },
    });
  return (
    <li class="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 rounded-lg border border-line px-4 py-3">
      <div class="min-w-0">
        <span class="font-medium wrap-anywhere">{props.field.label}</span>
        <p class="text-[0.8125rem] text-muted wrap-anywhere">
          {FIELD_TYPE_WORDS[props.field.type]} ·{" "}
          <Show when={props.field.mergeable} fallback="not for messages">
            <code translate="no">{mergeExample(props.field)}</code>
          </Show>
        </p>
      </div>
      <div class="flex gap-2">
        <Show when={props.index > 0}>
          <Button
            size="small"
            aria-label={`Move ${props.field.label} up`}
            denied={denied("settings.write")}
            onClick={up}
          >
            Up
          </Button>
        </Show>
        <Button
          size="small"
          aria-label={`Edit ${props.field.label}`}
          denied={denied("settings.write")}
          onClick={() => props.onEdit()}
        >
          Edit
        </Button>
        <Button
          size="small"
          aria-label={`Remove ${props.field.label}`}
          denied={denied("settings.write")}
          onClick={() => setRemoving(true)}
        >
          Remove
        </Button>
      </div>
      <Confirm
        open={removing()}
        onClose={() => setRemoving(false)}
        title={`Remove ${props.field.label}?`}
        action="Remove field"
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={take}
      >
        <p>Pages and messages no longer show it. The values stay in the data of each contact.</p>
      </Confirm>
    </li>
  );
}

const EMPTY = { label: "", name: "", type: "text" as FieldType, choices: "", mergeable: true };

function FieldDialog(props: { field: FieldRow | "new" | null; onClose: () => void }): JSX.Element {
  const create = useCreateField();
  const update = useUpdateField();
  const [form, setForm] = createStore({ ...EMPTY });
  const known = () => (props.field === "new" ? null : props.field);
  createEffect(
    on(
      () => props.field,
      (field) => {
        create.reset();
        update.reset();
        setForm(
          field === null || field === "new" ? { ...EMPTY } : { ...field, choices: field.choices.join("\n") },
        );
      },
    ),
  );
  const choices = () => (form.type === "choice" ? form.choices.split("\n").map((one) => one.trim()) : []);
  const save = () => {
    const change = {
      ...{ label: form.label, type: form.type, mergeable: form.mergeable },
      choices: choices().filter(Boolean),
    };
    const field = known();
    if (!field) {
      create.mutate(form.name.trim() === "" ? change : { ...change, name: form.name }, {
        onSuccess: () => {
          notifyDone("Field added.");
          props.onClose();
        },
      });
      return;
    }
    update.mutate(
      { name: field.name, revision: field.revision, change },
      {
        onSuccess: ({ unfit }) => {
          notifyDone(
            unfit > 0
              ? `Field saved. ${countOf(unfit, "recent contact")} with a value of another type count as blank.`
              : "Field saved.",
          );
          props.onClose();
        },
      },
    );
  };
  const problem = () => (create.isError ? create.error : update.isError ? update.error : undefined);
  return (
    <Confirm
      open={props.field !== null}
      onClose={props.onClose}
      title={known() ? "Edit field" : "Add a field"}
      action={known() ? "Save" : "Add field"}
      pending={create.isPending || update.isPending}
      denied={form.label.trim() === "" ? "Enter the label" : undefined}
      error={problem() ? sentenceOf(problem()) : undefined}
      onConfirm={save}
    >
      <TextField
        label="Label"
        maxLength={60}
        value={form.label}
        onInput={(event) => setForm("label", event.currentTarget.value)}
      />
      <Show
        when={known()}
        fallback={
          <TextField
            label="Merge name (optional)"
            hint="How messages name it. It can’t be changed later."
            maxLength={64}
            value={form.name}
            onInput={(event) => setForm("name", event.currentTarget.value)}
          />
        }
      >
        {(field) => (
          <p class="text-[0.8125rem] text-muted">
            Merge name: <code translate="no">{field().name}</code>. It stays, so messages keep working.
          </p>
        )}
      </Show>
      <Select
        label="Type"
        value={form.type}
        onChange={(event) => setForm("type", event.currentTarget.value as FieldType)}
      >
        <For each={FIELD_TYPES}>
          {(type) => (
            <option value={type} selected={type === form.type}>
              {FIELD_TYPE_WORDS[type]}
            </option>
          )}
        </For>
      </Select>
      <Show when={form.type === "choice"}>
        <div>
          <label for="field-choices" class="mb-1.5 block font-medium">
            Choices
          </label>
          <textarea
            id="field-choices"
            rows="4"
            value={form.choices}
            onInput={(event) => setForm("choices", event.currentTarget.value)}
            class="w-full rounded-lg border border-edge bg-surface px-3 py-2"
          />
          <p class="mt-1.5 text-[0.8125rem] text-muted">One on each line</p>
        </div>
      </Show>
      <Checkbox
        label="Can be used in messages"
        checked={form.mergeable}
        onChange={(event) => setForm("mergeable", event.currentTarget.checked)}
      />
    </Confirm>
  );
}
