import {
  type AbMeasure,
  type AbTest,
  PEOPLE_PER_VARIANT_MIN,
  VARIANTS_MAX,
  variantName,
} from "@smscrm/core/campaigns/ab-test/ab-test";
import { For, Index, type JSX, Show } from "solid-js";
import type { CampaignInput } from "../../../data/campaigns.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { Checkbox, Select, TextField } from "../../../ui/controls/field.tsx";
import { BodyEditor } from "../editor/body-editor.tsx";
import { TextAdvice } from "../editor/text-advice.tsx";
import { MEASURE_OPTIONS } from "./words.ts";

const USUAL: AbTest = {
  ...{ percent: 20, atLeast: 2 * PEOPLE_PER_VARIANT_MIN, measure: "replies", waitMinutes: 240 },
  ...{ choice: "rule", unclear: "hold", defaultVariant: 1, texts: [""] },
};

/** Whether several texts are tested, which, and how one of them is chosen. */
export function AbTestFields(props: {
  draft: CampaignInput;
  customFields: readonly string[];
  /** Returns a text with its snippets in place. */
  expanded: (body: string) => string;
  linkBase: string | null;
  fault: string | undefined;
  onChange: (change: Partial<CampaignInput>) => void;
}): JSX.Element {
  return (
    <div class="grid gap-5">
      <Show when={props.draft.abTest && (props.draft.texts ?? []).length > 0}>
        <p class="text-[0.8125rem] font-medium text-danger">
          An A/B test compares texts in one language. Remove the texts in other languages, or turn the test
          off.
        </p>
      </Show>
      <Checkbox
        label="Test several texts"
        hint="A part of the audience gets one of the texts each. Everybody else waits, and gets the one that does best."
        checked={Boolean(props.draft.abTest)}
        onChange={(event) => props.onChange({ abTest: event.currentTarget.checked ? USUAL : null })}
      />
      <Show when={props.draft.abTest}>
        {(test) => <Test {...props} test={test()} onTest={(abTest) => props.onChange({ abTest })} />}
      </Show>
    </div>
  );
}

function Test(props: {
  draft: CampaignInput;
  customFields: readonly string[];
  /** Returns a text with its snippets in place. */
  expanded: (body: string) => string;
  linkBase: string | null;
  fault: string | undefined;
  test: AbTest;
  onChange: (change: Partial<CampaignInput>) => void;
  onTest: (test: AbTest) => void;
}): JSX.Element {
  const change = (part: Partial<AbTest>) => props.onTest({ ...props.test, ...part });
  const write = (at: number, body: string) =>
    change({ texts: props.test.texts.map((text, place) => (place === at ? body : text)) });
  const remove = (at: number) => {
    const texts = props.test.texts.filter((_, place) => place !== at);
    // The letters of the texts behind it move up.
    const { defaultVariant: was } = props.test;
    const moved = was === at + 2 ? 1 : was > at + 2 ? was - 1 : was;
    change({ texts, defaultVariant: moved });
  };
  return (
    <>
      <p class="text-muted">The message above is text A.</p>
      <Index each={props.test.texts}>
        {(text, at) => (
          <section class="grid gap-3 border-t border-line pt-5" aria-label={`Text ${variantName(at + 2)}`}>
            <BodyEditor
              label={`Text ${variantName(at + 2)}`}
              body={text()}
              expanded={props.expanded(text())}
              smartEncoding={props.draft.smartEncoding}
              linkBase={props.linkBase}
              customFields={props.customFields}
              error={props.fault && text().trim() === "" ? props.fault : undefined}
              onBody={(body) => write(at, body)}
              onSmartEncoding={(smartEncoding) => props.onChange({ smartEncoding })}
            />
            <TextAdvice body={props.expanded(text())} />
            <Show when={props.test.texts.length > 1}>
              <div>
                <Button size="small" onClick={() => remove(at)}>
                  Remove text {variantName(at + 2)}
                </Button>
              </div>
            </Show>
          </section>
        )}
      </Index>
      <Show when={props.test.texts.length < VARIANTS_MAX - 1}>
        <div>
          <Button size="small" onClick={() => change({ texts: [...props.test.texts, ""] })}>
            Add text {variantName(props.test.texts.length + 2)}
          </Button>
        </div>
      </Show>
      <Plan test={props.test} fault={props.fault} onChange={change} />
    </>
  );
}

function Plan(props: {
  test: AbTest;
  fault: string | undefined;
  onChange: (part: Partial<AbTest>) => void;
}): JSX.Element {
  const hasEmpty = () => props.test.texts.some((text) => text.trim() === "");
  const number = (
    label: string,
    field: "percent" | "atLeast" | "waitMinutes",
    hint: string,
    error?: string,
  ) => (
    <TextField
      label={label}
      type="number"
      inputMode="numeric"
      step={1}
      hint={hint}
      value={props.test[field]}
      error={error}
      onInput={(event) => props.onChange({ [field]: Number(event.currentTarget.value) })}
    />
  );
  return (
    <div class="grid gap-5 border-t border-line pt-5 sm:grid-cols-2">
      {number(
        "Test with (%)",
        "percent",
        "Of the audience, chosen at random.",
        hasEmpty() ? undefined : props.fault,
      )}
      {number("At least (contacts)", "atLeast", `And at least ${PEOPLE_PER_VARIANT_MIN} for each text.`)}
      <Select
        label="Better is the text with"
        hint="A text that makes clearly more people opt out, or fails clearly more often, is stopped in any case."
        value={props.test.measure}
        onChange={(event) => props.onChange({ measure: event.currentTarget.value as AbMeasure })}
      >
        <For each={MEASURE_OPTIONS}>{([measure, label]) => <option value={measure}>{label}</option>}</For>
      </Select>
      {number("Wait for (minutes)", "waitMinutes", "Counted from when the last of the test is sent.")}
      <Select
        label="Then"
        value={props.test.choice}
        onChange={(event) => props.onChange({ choice: event.currentTarget.value as AbTest["choice"] })}
      >
        <option value="rule">Send the clearly better text to the rest</option>
        <option value="hand">Ask us to choose</option>
      </Select>
      <Show when={props.test.choice === "rule"}>
        <Select
          label="If no text is clearly better"
          value={props.test.unclear === "hold" ? "hold" : String(props.test.defaultVariant)}
          onChange={({ currentTarget: { value } }) =>
            props.onChange(
              value === "hold" ? { unclear: "hold" } : { unclear: "default", defaultVariant: Number(value) },
            )
          }
        >
          <option value="hold">Hold the rest and ask us</option>
          <For each={[1, ...props.test.texts.map((_, at) => at + 2)]}>
            {(variant) => <option value={variant}>Send text {variantName(variant)}</option>}
          </For>
        </Select>
      </Show>
    </div>
  );
}
