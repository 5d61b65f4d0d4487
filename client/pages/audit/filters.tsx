import { For, type JSX, Show } from "solid-js";
import { auditPeopleQuery } from "../../data/audit.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Select, TextField } from "../../ui/controls/field.tsx";
import { fromLocalInput, isoOr, toLocalInput } from "../../ui/time/local-time.ts";
import { NOUNS } from "./audit-words.ts";

/** The filters in the page's address. */
export type AuditSearch = {
  actor?: string;
  noun?: string;
  kind?: string;
  object?: string;
  since?: string;
  until?: string;
};

export function AuditFilters(props: {
  search: AuditSearch;
  onChange: (change: Record<string, string | null>) => void;
  onClear: (() => void) | undefined;
}): JSX.Element {
  const people = useQuery(auditPeopleQuery);
  const members = () => (people.isSuccess ? people.data : []);
  const isListed = () =>
    !props.search.actor ||
    props.search.actor === "system" ||
    members().some(({ id }) => id === props.search.actor);
  const pick = (key: string) => (event: Event & { currentTarget: HTMLSelectElement }) =>
    props.onChange({ [key]: event.currentTarget.value || null });
  return (
    <search class="mb-4 grid grid-cols-2 items-end gap-3 lg:grid-cols-4">
      <Select label="Who" value={props.search.actor ?? ""} onChange={pick("actor")}>
        <option value="">All</option>
        <Show when={!isListed()}>
          <option value={props.search.actor} selected>
            The person in this link
          </option>
        </Show>
        <For each={members()}>
          {(member) => (
            <option value={member.id} selected={member.id === props.search.actor}>
              {member.name}
            </option>
          )}
        </For>
        <option value="system" selected={props.search.actor === "system"}>
          No member: the system, the console, a recipient
        </option>
      </Select>
      <Select label="About" value={props.search.noun ?? ""} onChange={pick("noun")}>
        <option value="">All</option>
        <For each={Object.entries(NOUNS)}>
          {([noun, label]) => (
            <option value={noun} selected={noun === props.search.noun}>
              {label}
            </option>
          )}
        </For>
      </Select>
      <TextField
        label="After"
        type="datetime-local"
        fieldClass="max-sm:col-span-2"
        value={toLocalInput(isoOr(props.search.since) ?? null)}
        onChange={(event) => props.onChange({ since: fromLocalInput(event.currentTarget.value) })}
      />
      <TextField
        label="Before"
        type="datetime-local"
        fieldClass="max-sm:col-span-2"
        value={toLocalInput(isoOr(props.search.until) ?? null)}
        onChange={(event) => props.onChange({ until: fromLocalInput(event.currentTarget.value) })}
      />
      <Show when={props.onClear}>
        {(clear) => (
          <Button look="quiet" class="col-span-full justify-self-start" onClick={() => clear()()}>
            Clear filters
            <Show when={props.search.object}>
              <span class="text-muted">· one {props.search.kind} only</span>
            </Show>
          </Button>
        )}
      </Show>
    </search>
  );
}
