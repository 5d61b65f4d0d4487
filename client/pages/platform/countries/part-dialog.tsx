import { useNavigate } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { type CountryRules, type RulePart, type RuleVersion, useSaveRule } from "../../../data/rules/law.ts";
import { useDraftRule } from "../../../data/rules/law-drafts.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { Dialog } from "../../../ui/controls/dialog.tsx";
import { Checkbox, TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { Loosened, notSavable } from "./loosened.tsx";
import { LinesField, PartFields } from "./part-fields.tsx";
import { PART_FORMS } from "./part-forms.ts";
import { PART_WORDS } from "./part-words.ts";

/** Sets a part of a country's rules, in a form or as data. */
export function PartDialog(props: { rules: CountryRules; part: RulePart; onClose: () => void }): JSX.Element {
  return (
    <Dialog
      open
      wide
      onClose={props.onClose}
      title={`${PART_WORDS[props.part].label} of ${props.rules.law.name}`}
      description={PART_WORDS[props.part].hint}
    >
      <PartForm {...props} />
    </Dialog>
  );
}

const today = () => new Date().toISOString().slice(0, 10);

function PartForm(props: { rules: CountryRules; part: RulePart; onClose: () => void }): JSX.Element {
  const save = useSaveRule();
  const draft = useDraftRule();
  const navigate = useNavigate();
  const { law, versions, revision } = props.rules;
  const form = PART_FORMS[props.part];
  const own = versions.find((version) => version.part === props.part && version.state === "in-force");
  const shipped = props.rules.parts.find(({ part }) => part === props.part)?.shipped ?? null;
  const known: Pick<RuleVersion, "body" | "source" | "checkedOn"> | null = own?.body
    ? own
    : (shipped as never);
  const written = known ? form.write(known.body as never) : form.empty;
  const [values, setValues] = createStore<Record<string, string>>({ ...(written ?? form.empty) });
  const [about, setAbout] = createStore({
    source: known?.source ?? "",
    checkedOn: known?.checkedOn ?? today(),
    note: "",
    validFrom: "",
  });
  const [asData, setAsData] = createSignal(written === null);
  const [data, setData] = createSignal(JSON.stringify(known?.body ?? null, null, 2));
  const [loosens, setLoosens] = createSignal<readonly string[]>([]);
  const [others, setOthers] = createSignal<readonly string[]>([]);
  const [accepted, setAccepted] = createSignal(false);
  const [fault, setFault] = createSignal<string>();

  const ofForm = () =>
    form.read(values, {
      country: law.country,
      name: law.name,
      source: about.source.trim(),
      checkedOn: about.checkedOn,
    });
  const showData = (show: boolean) => {
    if (show) setData(JSON.stringify(ofForm(), null, 2));
    setAsData(show);
  };
  const body = (): unknown => {
    if (!asData()) return ofForm();
    try {
      return JSON.parse(data());
    } catch {
      return undefined;
    }
  };

  /** What was entered; null: it can't be read, which the form then says. */
  const entered = () => {
    const part = body();
    setFault(part === undefined ? "The data is no JSON. Correct it." : undefined);
    if (part === undefined) return null;
    const rule = {
      ...{ country: law.country, part: props.part, body: part },
      ...{ source: about.source.trim(), checkedOn: about.checkedOn, note: about.note.trim() || null },
    };
    const validFrom = about.validFrom ? new Date(about.validFrom).toISOString() : null;
    return { rule: rule as never, revision, validFrom };
  };
  const preview = (event: MouseEvent & { currentTarget: HTMLButtonElement }) => {
    if (!event.currentTarget.form?.reportValidity()) return;
    const change = entered();
    if (!change || draft.isPending) return;
    draft.mutate(change, {
      onSuccess: ({ id }) => navigate(`/platform/countries/${law.country}/drafts/${id}`),
    });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const change = entered();
    if (!change || save.isPending) return;
    save.mutate(
      {
        ...change,
        acceptLooser: loosens().length > 0 && accepted(),
      },
      {
        onSuccess: (answer) => {
          if (!answer.saved) {
            setLoosens(answer.loosens);
            setOthers(answer.others);
            return;
          }
          notifyDone(
            about.validFrom ? "Saved. It begins at its date." : "Saved. Every claim uses it from now on.",
          );
          props.onClose();
        },
      },
    );
  };
  const problem = () =>
    save.isError ? sentenceOf(save.error) : draft.isError ? sentenceOf(draft.error) : undefined;
  const field = (key: keyof typeof about) => ({
    value: about[key],
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      setAbout(key, event.currentTarget.value),
  });

  return (
    <form onSubmit={submit} class="grid gap-4">
      <Show
        when={asData()}
        fallback={
          <PartFields
            fields={form.fields}
            values={values}
            onChange={(key, next) => {
              setValues(key, next);
              setLoosens([]);
            }}
          />
        }
      >
        <LinesField
          label="Data"
          hint="JSON, in the shape of the shipped data."
          rows={12}
          mono
          value={data()}
          onInput={(next) => {
            setData(next);
            setLoosens([]);
          }}
        />
      </Show>
      <Checkbox
        label="Edit as data"
        hint="For more than the form shows, such as rules of states."
        checked={asData()}
        disabled={written === null}
        onChange={(event) => showData(event.currentTarget.checked)}
      />
      <div class="grid gap-4 border-t border-line pt-4 sm:grid-cols-2">
        <TextField
          label="Source"
          type="url"
          hint="The public page that says so"
          placeholder="https://"
          fieldClass="sm:col-span-2"
          maxLength={500}
          required
          {...field("source")}
        />
        <TextField label="Read on" type="date" required {...field("checkedOn")} />
        <TextField
          label="Begins"
          type="datetime-local"
          hint="Your local time. Empty: now."
          {...field("validFrom")}
        />
        <TextField label="Note" fieldClass="sm:col-span-2" maxLength={1000} {...field("note")} />
      </div>
      <Loosened loosens={loosens()} others={others()} accepted={accepted()} onAccept={setAccepted} />
      <FormProblem text={fault() ?? problem()} />
      <div class="flex flex-wrap justify-end gap-2">
        <Button look="secondary" onClick={() => props.onClose()}>
          Cancel
        </Button>
        <Button class="whitespace-normal" pending={draft.isPending} onClick={preview}>
          See what this would have changed
        </Button>
        <Button
          type="submit"
          look="primary"
          pending={save.isPending}
          denied={notSavable(loosens(), others(), accepted())}
        >
          Save
        </Button>
      </div>
    </form>
  );
}
