import type { ConsentAnswer } from "@smscrm/core/contacts/consent-columns";
import type { ImportMapping } from "@smscrm/core/contacts/import-columns";
import { For, type JSX, Show } from "solid-js";
import { type ConsentScan, importConsentQuery } from "../../../data/imports.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Checkbox } from "../../../ui/controls/field.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Notice } from "../../../ui/page.tsx";
import { countOf } from "../../../ui/words/format.ts";
import { headingOf } from "./mapping.ts";

type Value = ConsentScan["columns"][number]["values"][number];

/** Shows what the file says about opt-outs, and asks about values that we don't understand. */
export function ConsentReview(props: {
  id: string;
  header: readonly string[];
  mapping: ImportMapping;
  /** Columns that may say who opted out, according to their headings. */
  likely: readonly number[];
  ignored: readonly number[];
  onAnswer: (column: number, key: string, answer: ConsentAnswer | null) => void;
  onIgnore: (column: number, ignored: boolean) => void;
}): JSX.Element {
  const query = useQuery(() => importConsentQuery(props.id, props.mapping));
  const heading = (column: number) => headingOf(props.header, column);
  const isRead = (column: number) =>
    (props.mapping.consent ?? []).some((consent) => consent.column === column);
  return (
    <Loaded query={query}>
      {(scan) => {
        const unread = () => {
          const found = scan().unread.map(({ column }) => column);
          return [...new Set([...props.likely, ...found, ...props.ignored])]
            .filter((column) => !isRead(column))
            .sort((a, b) => a - b);
        };
        return (
          <div class="grid gap-5 p-5">
            <Show
              when={(props.mapping.consent ?? []).length > 0}
              fallback={<p class="text-muted">No column says who opted out.</p>}
            >
              <Summary scan={scan()} />
              <For each={scan().columns}>
                {(column) => (
                  <Values
                    heading={heading(column.column)}
                    column={column}
                    answers={
                      props.mapping.consent?.find((one) => one.column === column.column)?.answers ?? {}
                    }
                    onAnswer={(key, answer) => props.onAnswer(column.column, key, answer)}
                  />
                )}
              </For>
            </Show>
            <For each={unread()}>
              {(column) => (
                <Notice tone="warn" title={`“${heading(column)}” may say who opted out`}>
                  <Show when={scan().unread.find((one) => one.column === column)}>
                    {(unreadColumn) => (
                      <p>
                        {countOf(unreadColumn().rows, "row")} with words such as “{unreadColumn().value}”.
                      </p>
                    )}
                  </Show>
                  <p>Choose its meaning in step 1. Otherwise, people who opted out may be texted.</p>
                  <Checkbox
                    label={`“${heading(column)}” is not about opt-outs`}
                    checked={props.ignored.includes(column)}
                    onChange={(event) => props.onIgnore(column, event.currentTarget.checked)}
                  />
                </Notice>
              )}
            </For>
          </div>
        );
      }}
    </Loaded>
  );
}

function Summary(props: { scan: ConsentScan }): JSX.Element {
  const { verdicts } = props.scan;
  return (
    <div role="status">
      <p>
        <b class="font-semibold">{countOf(verdicts.out, "row")} opted out</b> and will be added to Do not
        contact. {countOf(verdicts.in, "row")} can be texted.
      </p>
      <Show when={verdicts.none > 0}>
        <p class="font-medium text-danger">
          {countOf(verdicts.none, "row")} without consent will be rejected.
        </p>
      </Show>
      <Show when={verdicts.unclear > 0}>
        <p class="font-medium text-danger">
          {countOf(verdicts.unclear, "row")} with an unclear value will be rejected.
        </p>
      </Show>
      <Show when={!props.scan.whole}>
        <p class="text-muted">
          Counted in the first {countOf(props.scan.rows, "row")}. The import reads all of them.
        </p>
      </Show>
    </div>
  );
}

const VERDICTS = { in: "Can be texted", out: "Opted out", none: "No consent", unclear: "Not understood" };

function Values(props: {
  heading: string;
  column: ConsentScan["columns"][number];
  answers: Record<string, ConsentAnswer>;
  onAnswer: (key: string, answer: ConsentAnswer | null) => void;
}): JSX.Element {
  const name = (value: Value) => (value.value.trim() === "" ? "(blank)" : value.value);
  const isAsked = (value: Value) =>
    value.verdict === "none" || value.verdict === "unclear" || Object.hasOwn(props.answers, value.key);
  return (
    <fieldset class="grid gap-2">
      <legend class="mb-1 font-medium wrap-anywhere">{props.heading}</legend>
      <For each={props.column.values}>
        {(value) => (
          <div class="grid items-center gap-x-6 gap-y-1 sm:grid-cols-[minmax(0,1fr)_6rem_14rem]">
            <span class="wrap-anywhere">{name(value)}</span>
            <span class="text-muted">{countOf(value.rows, "row")}</span>
            <Show when={isAsked(value)} fallback={<span>{VERDICTS[value.verdict]}</span>}>
              <select
                aria-label={`What does “${name(value)}” in “${props.heading}” mean?`}
                value={props.answers[value.key] ?? ""}
                onChange={(event) =>
                  props.onAnswer(value.key, (event.currentTarget.value || null) as ConsentAnswer | null)
                }
                class="min-h-9 w-full rounded-lg border border-edge bg-surface px-3"
              >
                <option value="">Reject these rows</option>
                <option value="in">Can be texted</option>
                <option value="out">Opted out</option>
              </select>
            </Show>
          </div>
        )}
      </For>
      <Show when={props.column.valuesInAll > props.column.values.length}>
        <p class="text-[0.8125rem] text-muted">
          {countOf(props.column.valuesInAll - props.column.values.length, "more value")}
        </p>
      </Show>
    </fieldset>
  );
}
