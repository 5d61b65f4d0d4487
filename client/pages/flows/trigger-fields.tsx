import type { FlowDefinition, FlowTrigger } from "@smscrm/core/flows/definition";
import { For, type JSX, Match, Show, Switch } from "solid-js";
import type { AudienceRow } from "../../data/contacts/audiences.ts";
import type { FieldRow } from "../../data/contacts/fields.ts";
import { Select, TextField } from "../../ui/controls/field.tsx";

const KINDS: Readonly<Record<FlowTrigger["kind"], string>> = {
  keyword: "They text a keyword",
  tag: "They get a tag",
  date: "A date comes",
  event: "Your system reports an event",
  audience: "They come into an audience",
};

const blank = (
  kind: FlowTrigger["kind"],
  fields: readonly FieldRow[],
  audiences: readonly AudienceRow[],
): FlowTrigger => {
  if (kind === "audience") return { kind, audienceId: audiences[0]?.id ?? "" };
  if (kind === "keyword") return { kind, keyword: "" };
  if (kind === "tag") return { kind, tag: "" };
  if (kind === "event") return { kind, event: "" };
  return { kind, field: fields[0]?.name ?? "", days: 0 };
};

/** What brings people in, and what the messages are for. */
export function TriggerFields(props: {
  definition: FlowDefinition;
  fields: readonly FieldRow[];
  topics: readonly string[];
  audiences: readonly AudienceRow[];
  onChange: (change: Partial<FlowDefinition>) => void;
}): JSX.Element {
  const trigger = () => props.definition.trigger;
  const dates = () => props.fields.filter(({ type }) => type === "date");
  const set = (next: FlowTrigger) => props.onChange({ trigger: next });
  return (
    <div class="grid gap-4 sm:grid-cols-2">
      <Select
        label="People enter when"
        value={trigger().kind}
        onChange={(event) =>
          set(blank(event.currentTarget.value as FlowTrigger["kind"], dates(), props.audiences))
        }
      >
        <For each={Object.entries(KINDS)}>
          {([kind, words]) => (
            <option value={kind} selected={kind === trigger().kind}>
              {words}
            </option>
          )}
        </For>
      </Select>
      <Switch>
        <Match when={trigger().kind === "keyword" && (trigger() as { keyword: string })}>
          {(one) => (
            <TextField
              label="Keyword"
              hint="One word, such as MENU. Words that mean STOP, START or HELP in any language can't start a flow."
              maxLength={20}
              value={one().keyword}
              onInput={(event) => set({ kind: "keyword", keyword: event.currentTarget.value })}
            />
          )}
        </Match>
        <Match when={trigger().kind === "tag" && (trigger() as { tag: string })}>
          {(one) => (
            <TextField
              label="Tag"
              hint="Contacts who get the tag from now on. Those who have it already don't enter."
              maxLength={50}
              value={one().tag}
              onInput={(event) => set({ kind: "tag", tag: event.currentTarget.value })}
            />
          )}
        </Match>
        <Match when={trigger().kind === "event" && (trigger() as { event: string })}>
          {(one) => (
            <TextField
              label="Event"
              hint="Your system reports it with flows.event, such as order-shipped."
              maxLength={64}
              value={one().event}
              onInput={(event) => set({ kind: "event", event: event.currentTarget.value })}
            />
          )}
        </Match>
        <Match when={trigger().kind === "audience" && (trigger() as { audienceId: string })}>
          {(one) => (
            <Select
              label="Audience"
              hint={
                props.audiences.length === 0
                  ? "Save an audience first."
                  : "Contacts who come into it from now on. Those who are in it already don't enter."
              }
              value={one().audienceId}
              onChange={(event) => set({ kind: "audience", audienceId: event.currentTarget.value })}
            >
              <Show when={!props.audiences.some(({ id }) => id === one().audienceId)}>
                <option value={one().audienceId} selected>
                  Choose an audience
                </option>
              </Show>
              <For each={props.audiences}>
                {(audience) => (
                  <option value={audience.id} selected={audience.id === one().audienceId}>
                    {audience.name}
                  </option>
                )}
              </For>
            </Select>
          )}
        </Match>
        <Match when={trigger().kind === "date" && (trigger() as Extract<FlowTrigger, { kind: "date" }>)}>
          {(one) => (
            <div class="grid grid-cols-[minmax(0,1fr)_7rem] gap-2">
              <Select
                label="Date field"
                hint={dates().length === 0 ? "Add a custom field of type date first." : undefined}
                value={one().field}
                onChange={(event) => set({ ...one(), field: event.currentTarget.value })}
              >
                <For each={dates()}>
                  {(field) => (
                    <option value={field.name} selected={field.name === one().field}>
                      {field.label}
                    </option>
                  )}
                </For>
              </Select>
              <TextField
                label="Days after"
                hint="-1: the day before"
                type="number"
                min={-365}
                max={365}
                value={one().days}
                onInput={(event) =>
                  set({ ...one(), days: Math.trunc(Number(event.currentTarget.value)) || 0 })
                }
              />
            </div>
          )}
        </Match>
      </Switch>
      <Select
        label="Purpose of the messages"
        hint="It decides which consent they need."
        value={props.definition.purpose}
        onChange={(event) =>
          props.onChange({ purpose: event.currentTarget.value as FlowDefinition["purpose"], topic: null })
        }
      >
        <For each={["marketing", "transactional", "service", "emergency"] as const}>
          {(purpose) => (
            <option value={purpose} selected={purpose === props.definition.purpose}>
              {purpose[0]!.toUpperCase() + purpose.slice(1)}
            </option>
          )}
        </For>
      </Select>
      <Show when={props.definition.purpose === "marketing" && props.topics.length > 0}>
        <Select
          label="Topic"
          value={props.definition.topic ?? ""}
          onChange={(event) => props.onChange({ topic: event.currentTarget.value || null })}
        >
          <option value="">None</option>
          <For each={props.topics}>
            {(topic) => (
              <option value={topic} selected={topic === props.definition.topic}>
                {topic}
              </option>
            )}
          </For>
        </Select>
      </Show>
    </div>
  );
}
