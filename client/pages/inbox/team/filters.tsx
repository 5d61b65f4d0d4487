import { createEffect, createSignal, For, type JSX, on, Show } from "solid-js";
import { conversationTagsQuery, teamsQuery } from "../../../data/inbox/team.ts";
import { assigneesQuery, type InboxSearch } from "../../../data/inbox.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { createTypingPause } from "../../../ui/controls/typing-pause.ts";
import { usePageFilters } from "../../../ui/page-filters.ts";

export const SEARCH_BOX_ID = "inbox-search";
/** The value of a filter that means "nobody" or "no team". */
export const NONE = "none";

const KINDS = [
  ["none", "Text"],
  ["help", "Asked for help"],
  ["ask-a-person", "Possible opt-out"],
  ["partial-opt-out", "Partial opt-out"],
  ["wants-texts", "Wants texts again"],
  ["opt-out", "Opt-out"],
  ["opt-in", "Replied START"],
  ["reaction", "Reaction"],
] as const;

/** The search and the filters of the list. They are in the address, so that a link shares them. */
export function InboxFilters(props: { search: InboxSearch }): JSX.Element {
  const [, setSearch] = usePageFilters<InboxSearch>();
  const members = useQuery(assigneesQuery);
  const teams = useQuery(teamsQuery);
  const tags = useQuery(conversationTagsQuery);
  const [text, setText] = createSignal(props.search.search ?? "");
  createTypingPause(text, (value) => {
    const search = value.trim() || null;
    if (search !== (props.search.search ?? null)) setSearch({ search, with: null }, { replace: true });
  });
  // A link, or the browser's Back, changes the address.
  createEffect(
    on(
      () => props.search.search ?? "",
      (now) => now !== text().trim() && setText(now),
      { defer: true },
    ),
  );
  const active = () =>
    [props.search.assignee, props.search.team, props.search.tag, props.search.kind].filter(Boolean);
  return (
    <div class="mb-4 flex flex-wrap items-center gap-2">
      <input
        id={SEARCH_BOX_ID}
        type="search"
        aria-label="Search conversations"
        placeholder="Search texts, names, numbers"
        maxLength={100}
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        class="min-h-9 w-full rounded-lg border border-edge bg-surface px-3 text-sm placeholder:text-muted sm:w-64"
      />
      <Filter
        label="Member"
        value={props.search.assignee}
        onChange={(assignee) => setSearch({ assignee, with: null })}
        options={[
          [NONE, "Nobody"],
          ...(members.isSuccess ? members.data : []).map(({ id, name }) => [id, name] as const),
        ]}
      />
      <Show when={teams.isSuccess && teams.data.length > 0}>
        <Filter
          label="Team"
          value={props.search.team}
          onChange={(team) => setSearch({ team, with: null })}
          options={[
            [NONE, "No team"],
            ...(teams.isSuccess ? teams.data : []).map(({ id, name }) => [id, name] as const),
          ]}
        />
      </Show>
      <Show when={tags.isSuccess && tags.data.length > 0}>
        <Filter
          label="Tag"
          value={props.search.tag}
          onChange={(tag) => setSearch({ tag, with: null })}
          options={(tags.isSuccess ? tags.data : []).map((tag) => [tag, tag] as const)}
        />
      </Show>
      <Filter
        label="Last message"
        value={props.search.kind}
        onChange={(kind) => setSearch({ kind, with: null })}
        options={KINDS}
      />
      <Show when={active().length > 0}>
        <button
          type="button"
          class="min-h-8 px-2 text-[0.8125rem] text-accent hover:underline"
          onClick={() => setSearch({ assignee: null, team: null, tag: null, kind: null, with: null })}
        >
          Clear filters
        </button>
      </Show>
    </div>
  );
}

function Filter(props: {
  label: string;
  value: string | undefined;
  options: readonly (readonly [string, string])[];
  onChange: (value: string | null) => void;
}): JSX.Element {
  return (
    <select
      aria-label={props.label}
      class={`min-h-9 max-w-48 min-w-0 rounded-lg border border-edge bg-surface px-2 pr-7 text-[0.8125rem] ${props.value ? "font-medium text-accent" : "text-muted"}`}
      value={props.value ?? ""}
      onChange={(event) => props.onChange(event.currentTarget.value || null)}
    >
      <option value="">{props.label}: any</option>
      <For each={props.options}>
        {([value, label]) => (
          <option value={value} selected={value === props.value}>
            {label}
          </option>
        )}
      </For>
    </select>
  );
}
