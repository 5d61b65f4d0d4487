import { useNavigate } from "@solidjs/router";
import { createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import {
  type BulkChange,
  type BulkChoice,
  bulkPreviewQuery,
  useStartBulk,
} from "../../../data/contacts/bulk.ts";
import { fieldsQuery } from "../../../data/contacts/fields.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { queryClient } from "../../../data/transport/query-client.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Select, TextField } from "../../../ui/controls/field.tsx";
import { createTypingPause } from "../../../ui/controls/typing-pause.ts";
import { ZoneField } from "../../../ui/time/zone-field.tsx";
import { countOf } from "../../../ui/words/format.ts";
import { CustomValueField } from "../custom-values.tsx";
import type { BulkKind } from "./kinds.ts";
import { PreviewFacts } from "./preview-facts.tsx";

const TITLES: Readonly<Record<BulkKind, string>> = {
  tag: "Add or remove a tag",
  field: "Set a field",
  list: "Put on do not contact",
  unlist: "Take off do not contact",
  delete: "Delete contacts",
};

const ACTIONS: Readonly<Record<BulkChange["do"], string>> = {
  ...{
    "add-tag": "Add tag",
    "remove-tag": "Remove tag",
    "set-field": "Set field",
    "set-detail": "Set field",
  },
  ...{ "set-zone": "Set time zone", list: "Put on the list", unlist: "Take off the list", delete: "Delete" },
};

const DETAILS = [
  ["city", "City"],
  ["state", "State"],
  ["postcode", "Postcode"],
  ["address_country", "Country of the address"],
] as const;

const NOTE_LENGTH_MIN = 3;

/** Asks what to do with many contacts, shows what it will do, and starts it. */
export function BulkDialog(props: {
  kind: BulkKind | null;
  choice: BulkChoice;
  onClose: () => void;
  onStarted: () => void;
}): JSX.Element {
  const navigate = useNavigate();
  const denied = useDenied();
  const start = useStartBulk();
  const known = useQuery(fieldsQuery);
  const fields = () => (known.isSuccess ? known.data : []);
  const [isAdding, setAdding] = createSignal(true);
  const [field, setField] = createSignal("");
  const [text, setText] = createSignal("");
  const [value, setValue] = createSignal("");
  const [note, setNote] = createSignal("");
  createTypingPause(text, setValue);
  const custom = () => fields().find(({ name }) => field() === `custom.${name}`);
  const change = (): BulkChange | null => {
    const kind = props.kind;
    if (kind === null) return null;
    if (kind === "list" || kind === "unlist" || kind === "delete") return { do: kind };
    const given = value().trim();
    if (kind === "tag")
      return given === "" ? null : { do: isAdding() ? "add-tag" : "remove-tag", tag: given };
    if (field() === "zone") return { do: "set-zone", timezone: given || null };
    const detail = DETAILS.find(([name]) => name === field());
    if (detail) return { do: "set-detail", detail: detail[0], value: given || null };
    const name = custom()?.name;
    return name === undefined ? null : { do: "set-field", name, value: given || null };
  };
  const input = () => {
    const chosen = change();
    return chosen && { change: chosen, choice: props.choice };
  };
  const preview = useQuery(() => bulkPreviewQuery(input()));
  const counts = () => (input() && preview.isSuccess && !preview.isPlaceholderData ? preview.data : null);
  const needsNote = () => ["list", "unlist", "delete"].includes(props.kind ?? "");
  const action = () => {
    const chosen = change();
    return chosen ? ACTIONS[chosen.do] : "Start";
  };
  const missing = () => {
    if (props.kind === "unlist") return denied("doNotContact.remove") || missingInput();
    if (props.kind === "delete") return denied("contacts.delete") || missingInput();
    return missingInput();
  };
  const missingInput = () => {
    if (!change()) return props.kind === "tag" ? "Enter a tag" : "Choose a field";
    if (text().trim() !== value().trim() || !counts()) return "Wait for the preview";
    if (counts()!.changed === 0) return "Nothing would change";
    return needsNote() && note().trim().length < NOTE_LENGTH_MIN ? "Enter a reason" : undefined;
  };
  const confirm = () =>
    start.mutate(
      {
        ...{ ...input()!, contacts: counts()!.contacts },
        ...(needsNote() ? { note: note().trim() } : {}),
      },
      {
        onSuccess: ({ id }) => {
          props.onStarted();
          navigate(`/contacts/bulk/${id}`);
        },
        onError: () => queryClient.invalidateQueries({ queryKey: ["bulk", "preview"] }),
      },
    );
  return (
    <Confirm
      open={props.kind !== null}
      onClose={props.onClose}
      title={props.kind ? TITLES[props.kind] : ""}
      action={counts() ? `${action()} (${countOf(counts()!.changed, "contact")})` : action()}
      danger={props.kind === "delete" || props.kind === "list"}
      pending={start.isPending}
      denied={missing()}
      error={
        start.isError
          ? sentenceOf(start.error)
          : preview.isError && input()
            ? sentenceOf(preview.error)
            : undefined
      }
      onConfirm={confirm}
    >
      <Show when={props.kind === "tag"}>
        <Select label="What to do" onChange={(event) => setAdding(event.currentTarget.value === "add")}>
          <option value="add" selected={isAdding()}>
            Add a tag
          </option>
          <option value="remove" selected={!isAdding()}>
            Remove a tag
          </option>
        </Select>
        <TextField
          label="Tag"
          maxLength={50}
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Show>
      <Show when={props.kind === "field"}>
        <Select
          label="Field"
          onChange={(event) => {
            setField(event.currentTarget.value);
            setText("");
          }}
        >
          <option value="">Choose a field</option>
          <For each={fields()}>{(one) => <option value={`custom.${one.name}`}>{one.label}</option>}</For>
          <option value="zone">Time zone</option>
          <For each={DETAILS}>{([name, label]) => <option value={name}>{label}</option>}</For>
        </Select>
        <Switch>
          <Match when={custom()}>
            {(one) => <CustomValueField field={one()} value={text()} onInput={setText} />}
          </Match>
          <Match when={field() === "zone"}>
            <ZoneField label="Time zone" value={text()} onInput={setText} />
          </Match>
          <Match when={field() !== ""}>
            <TextField
              label={DETAILS.find(([name]) => name === field())?.[1] ?? "Value"}
              hint={field() === "address_country" ? "Two capital letters, such as AU." : undefined}
              value={text()}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </Match>
        </Switch>
        <Show when={field() !== ""}>
          <p class="text-[0.8125rem] text-muted">
            {field() === "zone"
              ? "Leave it empty to go by the address and number again."
              : "Leave it empty to remove the value."}
          </p>
        </Show>
      </Show>
      <PreviewFacts
        kind={props.kind}
        counts={counts()}
        isLoading={input() !== null && !counts() && !preview.isError}
      />
      <Show when={needsNote()}>
        <TextField
          label="Reason"
          hint="This is kept in the audit log."
          maxLength={500}
          value={note()}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </Show>
    </Confirm>
  );
}
