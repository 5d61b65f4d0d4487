import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { type Audience, audienceCountQuery } from "../../../data/campaigns.ts";
import { tagsQuery } from "../../../data/contacts/contacts.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Choices, TextField } from "../../../ui/controls/field.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { SavedAudienceField } from "../saved-audience.tsx";
import { isChosen } from "./draft.ts";

const TAGS_SHOWN = 40;

/** What each kind begins with. */
const BLANK: { readonly [Kind in Audience["kind"]]: Extract<Audience, { kind: Kind }> } = {
  all: { kind: "all" },
  tags: { kind: "tags", tags: [] },
  saved: { kind: "saved", audienceId: "" },
};

export function AudiencePicker(props: {
  audience: Audience;
  onChange: (audience: Audience) => void;
  error?: string | undefined;
}): JSX.Element {
  const chosen = () => (props.audience.kind === "tags" ? props.audience.tags : []);
  const savedId = () => (props.audience.kind === "saved" ? props.audience.audienceId : "");
  // Without a tag there is nothing to count.
  const count = useQuery(() => ({
    ...audienceCountQuery(props.audience),
    enabled: isChosen(props.audience),
  }));
  const toggle = (tag: string) => {
    const tags = chosen().includes(tag) ? chosen().filter((one) => one !== tag) : [...chosen(), tag];
    props.onChange({ kind: "tags", tags });
  };
  return (
    <div class="grid gap-4">
      <Choices
        legend="Recipients"
        value={props.audience.kind}
        options={[
          {
            value: "all",
            label: "All contacts",
            hint: "Contacts who can’t be texted are skipped",
          },
          { value: "tags", label: "By tag", hint: "Contacts with at least one of the chosen tags" },
          { value: "saved", label: "Saved audience", hint: "Contacts who meet its conditions at the launch" },
        ]}
        onChange={(kind) => props.onChange(BLANK[kind])}
      />
      <Show when={props.audience.kind === "tags"}>
        <TagList chosen={chosen()} onToggle={toggle} />
      </Show>
      <Show when={props.audience.kind === "saved"}>
        <SavedAudienceField
          id={savedId()}
          onChange={(audienceId) => props.onChange({ kind: "saved", audienceId })}
        />
      </Show>
      <Show when={props.error}>
        <p class="font-medium text-danger">{props.error}</p>
      </Show>
      <p role="status">
        <Show
          when={isChosen(props.audience)}
          fallback={
            <Show when={!props.error}>
              <span class="text-muted">
                {props.audience.kind === "saved" ? "Choose an audience." : "Choose at least one tag."}
              </span>
            </Show>
          }
        >
          <Show when={count.isSuccess} fallback={<span class="text-muted">Counting…</span>}>
            <b class="font-semibold">{countOf(count.data?.contacts ?? 0, "contact")}</b>
            <span class="text-muted"> in this audience, before opt-out and consent checks</span>
          </Show>
        </Show>
      </p>
    </div>
  );
}

function TagList(props: { chosen: readonly string[]; onToggle: (tag: string) => void }): JSX.Element {
  const tags = useQuery(tagsQuery);
  const [search, setSearch] = createSignal("");
  return (
    <Loaded query={tags}>
      {(data) => {
        const shown = createMemo(() => {
          const known = data().map((entry) => entry.tag);
          const unknown = props.chosen
            .filter((tag) => !known.includes(tag))
            .map((tag) => ({ tag, contacts: 0 }));
          const wanted = search().trim().toLowerCase();
          return [...unknown, ...data()]
            .filter((entry) => entry.tag.toLowerCase().includes(wanted))
            .slice(0, TAGS_SHOWN);
        });
        return (
          <Show
            when={data().length > 0}
            fallback={<p class="text-muted">No contact has a tag yet. Add tags when you import.</p>}
          >
            <div class="grid gap-3">
              <Show when={data().length > 12}>
                <TextField
                  label="Find a tag"
                  value={search()}
                  onInput={(event) => setSearch(event.currentTarget.value)}
                />
              </Show>
              <fieldset class="flex flex-wrap gap-2">
                <legend class="sr-only">Tags</legend>
                <For each={shown()}>
                  {(entry) => (
                    <button
                      type="button"
                      aria-pressed={props.chosen.includes(entry.tag)}
                      onClick={() => props.onToggle(entry.tag)}
                      class="rounded-full border border-line px-3 py-1 wrap-anywhere hover:border-edge aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
                    >
                      {entry.tag} <span class="opacity-80">{formatCount(entry.contacts)}</span>
                    </button>
                  )}
                </For>
              </fieldset>
            </div>
          </Show>
        );
      }}
    </Loaded>
  );
}
