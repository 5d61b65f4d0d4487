import {
  type AudienceCondition,
  CONSENT_STATES,
  type Comparison,
  OUTCOMES,
} from "@smscrm/core/audiences/definition";
import { createSignal, For, type JSX, Match, onMount, Show, Switch } from "solid-js";
import { recentCampaignsQuery } from "../../data/campaigns.ts";
import { audiencesQuery } from "../../data/contacts/audiences.ts";
import type { FieldRow } from "../../data/contacts/fields.ts";
import { recentImportsQuery } from "../../data/imports.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Checkbox, Select, TextField } from "../../ui/controls/field.tsx";
import {
  blankCondition,
  blankMomentTest,
  blankTest,
  MOMENT_TESTS,
  SUBJECTS,
  type Subject,
  subjectOf,
  TESTS,
  testsFor,
  valuesIn,
} from "./conditions.ts";

interface Editing {
  fields: readonly FieldRow[];
  /** The audience that is edited: it can't refer to itself. */
  self: string | undefined;
}

/** One condition: what it is about, whether it holds or not, and its values. */
export function ConditionRow(
  props: Editing & {
    condition: AudienceCondition;
    /** Its place, for screen readers. */
    label: string;
    focus: boolean;
    onChange: (condition: AudienceCondition) => void;
    onRemove: () => void;
  },
): JSX.Element {
  let subject!: HTMLSelectElement;
  onMount(() => props.focus && subject.focus());
  const choose = (chosen: Subject) => {
    const field = props.fields.find(({ name }) => `field ${name}` === chosen);
    props.onChange(blankCondition(chosen, field?.type));
  };
  const setNot = (not: boolean) => {
    const { not: _, ...rest } = props.condition;
    props.onChange((not ? { ...rest, not: true } : rest) as AudienceCondition);
  };
  return (
    <fieldset class="grid gap-3 rounded-lg border border-line bg-surface p-3">
      <legend class="sr-only">{props.label}</legend>
      <div class="grid items-end gap-3 sm:grid-cols-[minmax(0,1fr)_8rem_auto]">
        <Select
          ref={subject}
          label="About"
          value={subjectOf(props.condition)}
          onChange={(event) => choose(event.currentTarget.value as Subject)}
        >
          <Options entries={Object.entries(SUBJECTS)} chosen={subjectOf(props.condition)} />
          <Show when={props.fields.length > 0}>
            <optgroup label="Custom fields">
              <Options
                entries={props.fields.map(({ name, label }) => [`field ${name}`, label])}
                chosen={subjectOf(props.condition)}
              />
            </optgroup>
          </Show>
        </Select>
        <Select
          label="Match"
          value={props.condition.not ? "not" : "yes"}
          onChange={(event) => setNot(event.currentTarget.value === "not")}
        >
          <Options
            entries={[
              ["yes", "matches"],
              ["not", "does not match"],
            ]}
            chosen={props.condition.not ? "not" : "yes"}
          />
        </Select>
        <Button
          size="small"
          icon="trash"
          aria-label={`Remove ${props.label}`}
          onClick={() => props.onRemove()}
        >
          Remove
        </Button>
      </div>
      <Values {...props} />
    </fieldset>
  );
}

function Options(props: { entries: readonly (readonly [string, string])[]; chosen: string }): JSX.Element {
  return (
    <For each={props.entries}>
      {([value, label]) => (
        <option value={value} selected={value === props.chosen}>
          {label}
        </option>
      )}
    </For>
  );
}

type Of<About extends AudienceCondition["about"]> = Extract<AudienceCondition, { about: About }>;

function Values(
  props: Editing & { condition: AudienceCondition; onChange: (condition: AudienceCondition) => void },
): JSX.Element {
  const of = <About extends AudienceCondition["about"]>(about: About) =>
    (props.condition.about === about ? props.condition : undefined) as Of<About> | undefined;
  return (
    <Switch>
      <Match when={of("field")}>
        {(one) => (
          <Test
            test={one().test}
            type={props.fields.find(({ name }) => name === one().field)?.type ?? "text"}
            choices={props.fields.find(({ name }) => name === one().field)}
            onChange={(test) => props.onChange({ ...one(), test })}
          />
        )}
      </Match>
      <Match when={of("detail")}>
        {(one) => (
          <Test test={one().test} type="text" onChange={(test) => props.onChange({ ...one(), test })} />
        )}
      </Match>
      <Match when={of("moment")}>
        {(one) => (
          <div class="grid gap-3 sm:grid-cols-2">
            <Select
              label="When"
              value={one().test.is}
              onChange={(event) =>
                props.onChange({ ...one(), test: blankMomentTest(event.currentTarget.value as "ever") })
              }
            >
              <Options entries={Object.entries(MOMENT_TESTS)} chosen={one().test.is} />
            </Select>
            <DayFields
              test={one().test}
              onChange={(test) => props.onChange({ ...one(), test: test as Of<"moment">["test"] })}
            />
          </div>
        )}
      </Match>
      <Match when={of("tag")}>
        {(one) => (
          <ListField
            label="Tags"
            values={one().tags}
            onChange={(tags) => props.onChange({ ...one(), tags })}
          />
        )}
      </Match>
      <Match when={of("country")}>
        {(one) => (
          <ListField
            label="Countries"
            hint="Codes of two letters, separated by commas, such as AU, NZ"
            values={one().countries}
            onChange={(codes) =>
              props.onChange({ ...one(), countries: codes.map((code) => code.toUpperCase()) })
            }
          />
        )}
      </Match>
      <Match when={of("zone")}>
        {(one) => (
          <ListField
            label="Time zones"
            hint="Such as Australia/Perth, separated by commas. Write “unknown” for contacts without one."
            values={one().zones.map((zone) => zone || "unknown")}
            onChange={(zones) =>
              props.onChange({ ...one(), zones: zones.map((zone) => (zone === "unknown" ? "" : zone)) })
            }
          />
        )}
      </Match>
      <Match when={of("consent")}>
        {(one) => (
          <fieldset class="flex flex-wrap gap-x-5 gap-y-2">
            <legend class="mb-1.5 font-medium">Consent types</legend>
            <For each={CONSENT_STATES}>
              {(state) => (
                <Checkbox
                  label={
                    state === "unknown" ? "None on record" : state.charAt(0).toUpperCase() + state.slice(1)
                  }
                  checked={one().states.includes(state)}
                  onChange={(event) => {
                    const others = one().states.filter((known) => known !== state);
                    props.onChange({
                      ...one(),
                      states: event.currentTarget.checked ? [...others, state] : others,
                    });
                  }}
                />
              )}
            </For>
          </fieldset>
        )}
      </Match>
      <Match when={of("import")}>
        {(one) => <ImportField condition={one()} onChange={props.onChange} />}
      </Match>
      <Match when={of("campaign")}>
        {(one) => <CampaignField condition={one()} onChange={props.onChange} />}
      </Match>
      <Match when={of("audience")}>
        {(one) => <AudienceField condition={one()} self={props.self} onChange={props.onChange} />}
      </Match>
      <Match when={of("do-not-contact")}>
        <p class="text-[0.8125rem] text-muted">The contact’s number is on the do-not-contact list.</p>
      </Match>
    </Switch>
  );
}

/** Values between commas. The text stays as it is typed. */
function ListField(props: {
  label: string;
  hint?: string;
  values: readonly string[];
  onChange: (values: string[]) => void;
}): JSX.Element {
  const [text, setText] = createSignal(props.values.join(", "));
  return (
    <TextField
      label={props.label}
      hint={props.hint ?? "Separated by commas"}
      value={text()}
      onInput={(event) => {
        setText(event.currentTarget.value);
        props.onChange(valuesIn(event.currentTarget.value));
      }}
    />
  );
}

function Test(props: {
  test: Comparison;
  type: FieldRow["type"];
  choices?: Pick<FieldRow, "type" | "choices"> | undefined;
  onChange: (test: Comparison) => void;
}): JSX.Element {
  const test = <Is extends Comparison["is"]>(...is: Is[]) =>
    (is.includes(props.test.is as Is) ? props.test : undefined) as
      | Extract<Comparison, { is: Is }>
      | undefined;
  const choices = () =>
    props.choices?.type === "yes-no"
      ? ["yes", "no"]
      : props.choices?.type === "choice"
        ? props.choices.choices
        : [];
  return (
    <div class="grid items-start gap-3 sm:grid-cols-2">
      <Select
        label="Comparison"
        value={props.test.is}
        onChange={(event) => props.onChange(blankTest(event.currentTarget.value as Comparison["is"]))}
      >
        <Options entries={testsFor(props.type).map((is) => [is, TESTS[is]])} chosen={props.test.is} />
      </Select>
      <Switch
        fallback={<DayFields test={props.test} onChange={(next) => props.onChange(next as Comparison)} />}
      >
        <Match when={test("one-of")}>
          {(one) => (
            <ListField
              label={choices().length > 0 ? `Values: ${choices().join(", ")}` : "Values"}
              values={one().values}
              onChange={(values) => props.onChange({ ...one(), values })}
            />
          )}
        </Match>
        <Match when={test("begins", "contains")}>
          {(one) => (
            <TextField
              label="Text"
              value={one().value}
              onInput={(event) => props.onChange({ ...one(), value: event.currentTarget.value })}
            />
          )}
        </Match>
        <Match when={test("at-least", "at-most")}>
          {(one) => (
            <TextField
              label="Number"
              inputmode="decimal"
              value={one().number}
              onInput={(event) => props.onChange({ ...one(), number: event.currentTarget.value })}
            />
          )}
        </Match>
        <Match when={test("filled")}>{null}</Match>
      </Switch>
    </div>
  );
}

type DayTest = { is: string; days?: number; date?: string };

/** The number of days, or the day, of a comparison that has one. */
function DayFields(props: { test: DayTest; onChange: (test: DayTest) => void }): JSX.Element {
  return (
    <Switch>
      <Match when={props.test.days !== undefined}>
        <TextField
          label="Days"
          type="number"
          min="0"
          max="3650"
          value={Number.isNaN(props.test.days) ? "" : props.test.days}
          onInput={(event) => props.onChange({ ...props.test, days: event.currentTarget.valueAsNumber })}
        />
      </Match>
      <Match when={props.test.date !== undefined}>
        <TextField
          label="Day"
          type="date"
          value={props.test.date}
          onInput={(event) => props.onChange({ ...props.test, date: event.currentTarget.value })}
        />
      </Match>
    </Switch>
  );
}

function ImportField(props: {
  condition: Of<"import">;
  onChange: (condition: AudienceCondition) => void;
}): JSX.Element {
  const imports = useQuery(recentImportsQuery);
  return (
    <Select
      label="File"
      value={props.condition.imports[0] ?? ""}
      onChange={(event) => props.onChange({ ...props.condition, imports: [event.currentTarget.value] })}
    >
      <option value="">Choose a file</option>
      <Options
        entries={(imports.isSuccess ? imports.data : []).map(({ id, fileName }) => [id, fileName])}
        chosen={props.condition.imports[0] ?? ""}
      />
    </Select>
  );
}

const OUTCOME_WORDS = {
  included: "was in its audience",
  sent: "was sent the message",
  delivered: "got the message",
  failed: "did not get the message (failed)",
  clicked: "clicked a short link in it",
};

function CampaignField(props: {
  condition: Of<"campaign">;
  onChange: (condition: AudienceCondition) => void;
}): JSX.Element {
  const campaigns = useQuery(recentCampaignsQuery);
  const launched = () =>
    (campaigns.isSuccess ? campaigns.data.items : []).filter(({ launchedAt }) => launchedAt !== null);
  return (
    <div class="grid gap-3 sm:grid-cols-2">
      <Select
        label="Campaign"
        value={props.condition.campaign}
        onChange={(event) => props.onChange({ ...props.condition, campaign: event.currentTarget.value })}
      >
        <option value="">Choose a campaign</option>
        <Options entries={launched().map(({ id, name }) => [id, name])} chosen={props.condition.campaign} />
      </Select>
      <Select
        label="The contact"
        value={props.condition.outcome}
        onChange={(event) =>
          props.onChange({ ...props.condition, outcome: event.currentTarget.value as "sent" })
        }
      >
        <Options
          entries={OUTCOMES.map((one) => [one, OUTCOME_WORDS[one]])}
          chosen={props.condition.outcome}
        />
      </Select>
    </div>
  );
}

function AudienceField(props: {
  condition: Of<"audience">;
  self: string | undefined;
  onChange: (condition: AudienceCondition) => void;
}): JSX.Element {
  const audiences = useQuery(audiencesQuery);
  const others = () => (audiences.isSuccess ? audiences.data : []).filter(({ id }) => id !== props.self);
  return (
    <Select
      label="Audience"
      value={props.condition.audience}
      onChange={(event) => props.onChange({ ...props.condition, audience: event.currentTarget.value })}
    >
      <option value="">Choose an audience</option>
      <Options entries={others().map(({ id, name }) => [id, name])} chosen={props.condition.audience} />
    </Select>
  );
}
