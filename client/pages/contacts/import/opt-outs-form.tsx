import { createSignal, For, type JSX, Show } from "solid-js";
import { type Import, useStartOptOuts } from "../../../data/imports.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Checkbox, Select, TextField } from "../../../ui/controls/field.tsx";
import { Card } from "../../../ui/page.tsx";
import { headingOf } from "./mapping.ts";
import { PreviewCard } from "./preview-card.tsx";
import { StartRow } from "./start-row.tsx";

/** The form before an import of opt-outs: columns, preview and the reason. */
export function OptOutsForm(props: { data: Import }): JSX.Element {
  const start = useStartOptOuts();
  const denied = useDenied();
  const [phone, setPhone] = createSignal<number | undefined>(props.data.guessedMapping.phone);
  const [country, setCountry] = createSignal<number | undefined>(props.data.guessedMapping.country);
  const [skipsOptedIn, setSkipsOptedIn] = createSignal(true);
  const consentHeadings = () =>
    (props.data.guessedMapping.consent ?? [])
      .map(({ column }) => `“${headingOf(props.data.header, column)}”`)
      .join(" and ");
  const [note, setNote] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const noteMissing = () => note().trim().length < 3;
  const mapping = () => {
    const [phoneColumn, countryColumn] = [phone(), country()];
    if (phoneColumn === undefined) return null;
    const { otherPhones = [], consent = [] } = props.data.guessedMapping;
    return {
      phone: phoneColumn,
      ...(countryColumn === undefined ? {} : { country: countryColumn }),
      otherPhones: otherPhones.filter((column) => column !== phoneColumn),
      consent: skipsOptedIn() ? consent : [],
    };
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const chosen = mapping();
    if (!chosen || noteMissing() || start.isPending || denied("doNotContact.add")) return;
    start.mutate({ id: props.data.id, mapping: chosen, note: note().trim() });
  };
  return (
    <form onSubmit={submit} class="grid gap-6">
      <Card title="1. Match columns">
        <div class="grid max-w-2xl gap-5">
          <ColumnSelect label="Phone number" header={props.data.header} value={phone()} onChange={setPhone} />
          <ColumnSelect
            label="Country (optional)"
            header={props.data.header}
            value={country()}
            onChange={setCountry}
          />
          <Show when={consentHeadings()}>
            {(headings) => (
              <Checkbox
                label={`Leave out people who agreed to texts, by ${headings()}`}
                checked={skipsOptedIn()}
                onChange={(event) => setSkipsOptedIn(event.currentTarget.checked)}
              />
            )}
          </Show>
          <p class="text-muted">Every other number in the file is added, also several in one cell.</p>
        </div>
      </Card>
      <PreviewCard id={props.data.id} mapping={mapping()} />
      <Card title="3. Reason">
        <div class="grid max-w-2xl gap-5">
          <TextField
            label="How did they opt out?"
            hint="For example: opt-outs from our last provider, until May. This is kept with every number."
            maxLength={500}
            value={note()}
            error={tried() && noteMissing() ? "Say how they opted out, in a few words." : undefined}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </div>
      </Card>
      <StartRow
        start={start}
        label="Add to Do not contact"
        denied={denied("doNotContact.add")}
        note="No contacts are created. Numbers that can’t be read are listed with the reason."
      />
    </form>
  );
}

/** A choice of one column of the file, or none. */
function ColumnSelect(props: {
  label: string;
  header: readonly string[];
  value: number | undefined;
  onChange: (column: number | undefined) => void;
}): JSX.Element {
  return (
    <Select
      label={props.label}
      value={props.value ?? ""}
      onChange={(event) =>
        props.onChange(event.currentTarget.value === "" ? undefined : Number(event.currentTarget.value))
      }
    >
      <option value="">None</option>
      <For each={props.header}>
        {(_, index) => (
          <option value={index()} selected={index() === props.value}>
            {headingOf(props.header, index())}
          </option>
        )}
      </For>
    </Select>
  );
}
