import { createSignal, For, type JSX, Show } from "solid-js";
import {
  type Register,
  SmallerList,
  type SuppressionList,
  useAddSuppressionList,
  useRemoveSuppressionList,
  useSetAfterExpiry,
  useUploadList,
} from "../../data/contacts/suppression.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Checkbox, Choices, Select, TextField } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";

const NOTE_LENGTH_MIN = 3;
const OTHER = "OTHER";

const AFTER = [
  { value: "hold", label: "Hold marketing to its country until a new list is there" },
  { value: "warn", label: "Go on, and warn", hint: "The law may not allow it" },
] satisfies { value: "hold" | "warn"; label: string; hint?: string }[];

export function AddListDialog(props: {
  open: boolean;
  registers: readonly Register[];
  onClose: () => void;
}): JSX.Element {
  const add = useAddSuppressionList();
  const [key, setKey] = createSignal("US-FTC");
  const [name, setName] = createSignal("");
  const [country, setCountry] = createSignal("");
  const [after, setAfter] = createSignal<"hold" | "warn">("hold");
  const register = () => props.registers.find((one) => one.register === key());
  const of = () => register()?.country ?? country().trim().toUpperCase();
  const save = () =>
    add.mutate(
      { register: key(), name: name().trim() || register()!.name, country: of(), afterExpiry: after() },
      {
        onSuccess: () => {
          notifyDone("Added. Upload its numbers next.");
          setName("");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Add a suppression list"
      action="Add list"
      pending={add.isPending}
      denied={
        !/^[A-Z]{2}$/.test(of())
          ? "Enter the country"
          : key() === OTHER && name().trim() === ""
            ? "Enter a name"
            : undefined
      }
      error={add.isError ? sentenceOf(add.error) : undefined}
      onConfirm={save}
    >
      <Select label="Register" value={key()} onChange={(event) => setKey(event.currentTarget.value)}>
        <For each={props.registers}>
          {(one) => (
            <option value={one.register} selected={one.register === key()}>
              {one.country ? `${one.country}: ${one.name}` : one.name}
            </option>
          )}
        </For>
      </Select>
      <Show when={register()}>
        {(one) => (
          <p class="text-muted">
            {one().law}. {one().covers === "calls" ? "Its law is about calls; here it stops texts too. " : ""}
            {one().validDays === null ? "It states no term." : `Valid for ${one().validDays} days.`}{" "}
            <a href={one().source} target="_blank" rel="noreferrer" class="text-accent underline">
              Source
            </a>{" "}
            ({one().checkedOn}, confidence {one().confidence}). Not legal advice.
          </p>
        )}
      </Show>
      <TextField
        label="Name"
        maxLength={100}
        placeholder={register()?.name}
        value={name()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <Show when={register()?.country === null}>
        <TextField
          label="Country"
          hint="Two letters, such as AU"
          maxLength={2}
          value={country()}
          onInput={(event) => setCountry(event.currentTarget.value)}
        />
      </Show>
      <Choices legend="When the list has expired" value={after()} options={AFTER} onChange={setAfter} />
    </Confirm>
  );
}

export function UploadListDialog(props: {
  list: SuppressionList;
  register: Register | undefined;
  onClose: () => void;
}): JSX.Element {
  const upload = useUploadList();
  const [files, setFiles] = createSignal<File[]>([]);
  const [day, setDay] = createSignal("");
  const [end, setEnd] = createSignal("");
  const [smaller, setSmaller] = createSignal(false);
  const send = () =>
    upload.mutate(
      { listId: props.list.id, files: files(), downloadedOn: day(), endsOn: end(), smaller: smaller() },
      {
        onSuccess: ({ numbers, clean }) => {
          const listed = `${numbers.toLocaleString()} numbers are in force.`;
          notifyDone(clean > 0 ? `${listed} ${clean.toLocaleString()} rows were not listed.` : listed);
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open
      onClose={props.onClose}
      title={`Upload “${props.list.name}”`}
      description="The new list replaces the one in force at once, when all of it was read. Choose the files of several area codes together."
      action="Upload"
      pending={upload.isPending}
      denied={
        files().length === 0 ? "Choose a file" : day() === "" ? "Enter the day of the download" : undefined
      }
      error={upload.isError ? sentenceOf(upload.error) : undefined}
      onConfirm={send}
    >
      <TextField
        label="File"
        type="file"
        multiple
        accept=".txt,.csv,.tsv,text/plain,text/csv"
        hint={props.register?.format}
        onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])}
      />
      <TextField
        label="Downloaded on"
        type="date"
        hint={props.register?.validDays ? `Valid for ${props.register.validDays} days from then` : undefined}
        value={day()}
        onInput={(event) => setDay(event.currentTarget.value)}
      />
      <TextField
        label="Ends on (optional)"
        type="date"
        hint="An earlier end than the register’s own"
        value={end()}
        onInput={(event) => setEnd(event.currentTarget.value)}
      />
      <Show when={upload.error instanceof SmallerList}>
        <Checkbox
          label="Allow a smaller list"
          checked={smaller()}
          onChange={(event) => setSmaller(event.currentTarget.checked)}
        />
      </Show>
    </Confirm>
  );
}

export function AfterExpiryDialog(props: { list: SuppressionList; onClose: () => void }): JSX.Element {
  const change = useSetAfterExpiry();
  const [after, setAfter] = createSignal(props.list.afterExpiry);
  return (
    <NotedDialog
      title={`When “${props.list.name}” has expired`}
      description="Takes effect at once for messages that wait. People on the list are never texted, expired or not."
      action="Save"
      pending={change.isPending}
      error={change.isError ? sentenceOf(change.error) : undefined}
      onClose={props.onClose}
      onConfirm={(note) =>
        change.mutate({ id: props.list.id, afterExpiry: after(), note }, { onSuccess: props.onClose })
      }
    >
      <Choices legend="Marketing to its country" value={after()} options={AFTER} onChange={setAfter} />
    </NotedDialog>
  );
}

export function RemoveListDialog(props: { list: SuppressionList; onClose: () => void }): JSX.Element {
  const remove = useRemoveSuppressionList();
  return (
    <NotedDialog
      title={`Remove “${props.list.name}”?`}
      description="Its numbers can get marketing again, if they gave consent. Your name and the reason are kept in the audit log."
      action="Remove the list"
      danger
      pending={remove.isPending}
      error={remove.isError ? sentenceOf(remove.error) : undefined}
      onClose={props.onClose}
      onConfirm={(note) => remove.mutate({ id: props.list.id, note }, { onSuccess: props.onClose })}
    />
  );
}

function NotedDialog(props: {
  title: string;
  description: string;
  action: string;
  danger?: boolean;
  pending: boolean;
  error: string | undefined;
  onClose: () => void;
  onConfirm: (note: string) => void;
  children?: JSX.Element;
}): JSX.Element {
  const [note, setNote] = createSignal("");
  return (
    <Confirm
      open
      onClose={props.onClose}
      title={props.title}
      description={props.description}
      action={props.action}
      danger={props.danger ?? false}
      pending={props.pending}
      denied={note().trim().length < NOTE_LENGTH_MIN ? "Enter a reason" : undefined}
      error={props.error}
      onConfirm={() => props.onConfirm(note().trim())}
    >
      {props.children}
      <TextField
        label="Reason"
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  );
}
