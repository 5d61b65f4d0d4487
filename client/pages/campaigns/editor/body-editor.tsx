import { segments } from "@smscrm/core/text/segments";
import { parseTemplate, STANDARD_FIELDS } from "@smscrm/core/text/template";
import { createMemo, createUniqueId, For, type JSX, Show } from "solid-js";
import { Button } from "../../../ui/controls/button.tsx";
import { Badge } from "../../../ui/status.tsx";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { lookUp } from "../../../ui/words/look-up.ts";
import { groupCostly, insertAt, piecesOf } from "./body-pieces.ts";
import { typicalText } from "./typical-values.ts";

const FIELD_BUTTONS = STANDARD_FIELDS.filter((field) => field !== "phone" && field !== "email");
const FALLBACKS = { first_name: "|there" };

export function BodyEditor(props: {
  /** Absent: "Message". */
  label?: string;
  body: string;
  /** The same with its snippets in place, for the count; absent: it has none. */
  expanded?: string;
  smartEncoding: boolean;
  /** Where short links lead, if its links are shortened. */
  linkBase?: string | null;
  customFields: readonly string[];
  error?: string | undefined;
  onBody: (body: string) => void;
  onSmartEncoding: (on: boolean) => void;
}): JSX.Element {
  const id = createUniqueId();
  let area!: HTMLTextAreaElement;
  const raw = createMemo(() => segments(props.body, { smartEncoding: props.smartEncoding }));
  const pieces = createMemo(() => piecesOf(props.body, raw().nonGsm));
  const insert = (field: string) => {
    const next = insertAt(
      props.body,
      area.selectionStart,
      area.selectionEnd,
      `{{${field}${lookUp(FALLBACKS, field) ?? ""}}}`,
    );
    props.onBody(next.body);
    area.focus();
    area.setSelectionRange(next.caret, next.caret);
  };
  return (
    <div>
      <div class="mb-1.5 flex flex-wrap items-end justify-between gap-2">
        <label for={id} class="font-medium">
          {props.label ?? "Message"}
        </label>
        <fieldset class="flex flex-wrap gap-1.5">
          <legend class="sr-only">Insert a merge field{props.label ? ` into ${props.label}` : ""}</legend>
          <For each={[...FIELD_BUTTONS, ...props.customFields]}>
            {(field) => (
              <button
                type="button"
                onClick={() => insert(field)}
                class="rounded-md border border-line bg-surface px-2 py-0.5 font-mono text-xs text-accent hover:bg-accent-soft"
              >
                {field}
              </button>
            )}
          </For>
        </fieldset>
      </div>
      {/* A coloured copy of the text lies under the text area and sizes it. The text area's own letters are transparent. */}
      <div class="relative grid min-h-40 rounded-lg border border-edge bg-surface text-[0.9375rem] leading-relaxed focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
        <div
          class="pointer-events-none col-start-1 row-start-1 px-3 py-2.5 wrap-anywhere whitespace-pre-wrap"
          aria-hidden="true"
        >
          <For each={pieces()}>
            {(piece) => (
              <Show when={piece.kind !== "plain"} fallback={piece.text}>
                <mark
                  class={
                    piece.kind === "field"
                      ? "rounded-sm bg-accent-soft text-accent"
                      : "rounded-sm bg-warn-soft text-warn underline decoration-wavy underline-offset-4"
                  }
                >
                  {piece.text}
                </mark>
              </Show>
            )}
          </For>
          {"\u200b"}
        </div>
        <textarea
          id={id}
          ref={area}
          value={props.body}
          onInput={(event) => props.onBody(event.currentTarget.value)}
          aria-invalid={props.error ? "true" : undefined}
          aria-describedby={`${id}-count${props.error ? ` ${id}-error` : ""}`}
          placeholder="Hi {{first_name|there}}, …  Reply STOP to opt out"
          spellcheck
          class="col-start-1 row-start-1 h-full resize-none overflow-hidden bg-transparent px-3 py-2.5 wrap-anywhere whitespace-pre-wrap text-transparent caret-ink outline-none selection:bg-accent/30 placeholder:text-muted"
        />
      </div>
      <Show when={props.error}>
        <p id={`${id}-error`} class="mt-1.5 text-[0.8125rem] font-medium text-danger">
          {props.error}
        </p>
      </Show>
      <Count
        id={`${id}-count`}
        body={props.expanded ?? props.body}
        smartEncoding={props.smartEncoding}
        linkBase={props.linkBase ?? null}
      />
      <Costly
        groups={groupCostly(raw().nonGsm)}
        smartEncoding={props.smartEncoding}
        onReplace={(char, by) => props.onBody(props.body.replaceAll(char, by))}
        onSmartEncoding={props.onSmartEncoding}
      />
    </div>
  );
}

/** Segments and encoding as the carrier bills them, with typical values in the merge fields. */
function Count(props: {
  id: string;
  body: string;
  smartEncoding: boolean;
  linkBase: string | null;
}): JSX.Element {
  const template = createMemo(() => parseTemplate(props.body));
  const counted = createMemo(() => {
    const text = typicalText(props.body, location.origin, props.linkBase);
    return segments(text, { smartEncoding: props.smartEncoding });
  });
  return (
    <div id={props.id} class="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-muted">
      <span class="font-semibold text-ink">{countOf(counted().segments, "segment")}</span>
      <Badge tone={counted().encoding === "GSM-7" ? "quiet" : "warn"}>{counted().encoding}</Badge>
      <span>
        {countOf(counted().unitsUsed, "character")} used, {formatCount(counted().unitsLeft)} left in the last
        segment
      </span>
      <Show when={template().fields.length > 0}>
        <span>using typical values</span>
      </Show>
    </div>
  );
}

/** Shows the characters that raise the cost, and what to write instead. One curly quote can double it. */
function Costly(props: {
  groups: { char: string; suggestion: string | null; times: number }[];
  smartEncoding: boolean;
  onReplace: (char: string, by: string) => void;
  onSmartEncoding: (on: boolean) => void;
}): JSX.Element {
  const replaceable = () => props.groups.filter((group) => group.suggestion !== null);
  return (
    <Show when={props.groups.length > 0}>
      <div class="mt-3 rounded-lg bg-warn-soft px-3.5 py-3">
        <p>
          <strong class="font-semibold text-warn">These characters raise the cost.</strong> With any of them,
          a segment holds 70 characters instead of 160.
        </p>
        <div class="mt-2 flex flex-wrap gap-2">
          <For each={props.groups}>
            {(group) => (
              <Show
                when={group.suggestion !== null}
                fallback={
                  <span class="rounded-md border border-line bg-surface px-2 py-1 text-[0.8125rem]">
                    {group.char} <span class="text-muted">has no look-alike</span>
                  </span>
                }
              >
                <button
                  type="button"
                  onClick={() => props.onReplace(group.char, group.suggestion ?? "")}
                  class="rounded-md border border-line bg-surface px-2 py-1 text-[0.8125rem] hover:border-edge"
                >
                  Replace <b>{group.char}</b> with{" "}
                  <b>
                    {group.suggestion === ""
                      ? "nothing"
                      : group.suggestion === " "
                        ? "a space"
                        : group.suggestion}
                  </b>
                  <Show when={group.times > 1}> ({group.times}×)</Show>
                </button>
              </Show>
            )}
          </For>
          <Show when={!props.smartEncoding && replaceable().length > 0}>
            <Button size="small" onClick={() => props.onSmartEncoding(true)}>
              Turn on smart encoding
            </Button>
          </Show>
        </div>
      </div>
    </Show>
  );
}
