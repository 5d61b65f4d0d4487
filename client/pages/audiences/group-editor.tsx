import {
  AUDIENCE_DEPTH_MAX,
  type AudienceGroup,
  type AudienceRule,
  isGroup,
} from "@smscrm/core/audiences/definition";
import { createSignal, Index, type JSX, Show } from "solid-js";
import type { FieldRow } from "../../data/contacts/fields.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Select } from "../../ui/controls/field.tsx";
import { ConditionRow } from "./condition-row.tsx";
import { blankCondition } from "./conditions.ts";

const MATCHES = { all: "all of these", any: "at least one of these", none: "none of these" };

/** A group of conditions, with groups inside. Every control is a native one, so the keyboard reaches all. */
export function GroupEditor(props: {
  group: AudienceGroup;
  fields: readonly FieldRow[];
  self: string | undefined;
  depth: number;
  /** Its place, such as "condition 2"; absent for the outermost. */
  label?: string;
  onChange: (group: AudienceGroup) => void;
  onRemove?: () => void;
}): JSX.Element {
  let add!: HTMLButtonElement;
  // A row that was just added has the focus; the others stay where they are.
  const [added, setAdded] = createSignal(-1);
  const rules = () => props.group.rules;
  const replace = (at: number, rule: AudienceRule) =>
    props.onChange({ ...props.group, rules: rules().map((one, nth) => (nth === at ? rule : one)) });
  const append = (rule: AudienceRule) => {
    setAdded(rules().length);
    props.onChange({ ...props.group, rules: [...rules(), rule] });
  };
  const remove = (at: number) => {
    setAdded(-1);
    props.onChange({ ...props.group, rules: rules().filter((_, nth) => nth !== at) });
    add.focus();
  };
  const placeOf = (at: number) => `${props.label ? `${props.label}.` : "condition "}${at + 1}`;
  return (
    <fieldset
      class={props.label ? "grid gap-3 rounded-lg border border-line bg-sunken/50 p-3" : "grid gap-3"}
    >
      <legend class="sr-only">{props.label ? `Group ${props.label}` : "Conditions"}</legend>
      <div class="flex flex-wrap items-end justify-between gap-3">
        <Select
          label="Contacts who meet"
          fieldClass="w-56"
          value={props.group.match}
          onChange={(event) =>
            props.onChange({ ...props.group, match: event.currentTarget.value as AudienceGroup["match"] })
          }
        >
          {Object.entries(MATCHES).map(([match, words]) => (
            <option value={match} selected={match === props.group.match}>
              {words}
            </option>
          ))}
        </Select>
        <Show when={props.onRemove}>
          {(take) => (
            <Button
              size="small"
              icon="trash"
              aria-label={`Remove group ${props.label}`}
              onClick={() => take()()}
            >
              Remove group
            </Button>
          )}
        </Show>
      </div>
      {/* By place, not by value: a row that changes stays, and keeps the focus. */}
      <Index each={rules()}>
        {(rule, at) => (
          <Show
            when={isGroup(rule()) ? (rule() as AudienceGroup) : undefined}
            fallback={
              <ConditionRow
                condition={rule() as Exclude<AudienceRule, AudienceGroup>}
                fields={props.fields}
                self={props.self}
                label={placeOf(at)}
                focus={added() === at}
                onChange={(next) => replace(at, next)}
                onRemove={() => remove(at)}
              />
            }
          >
            {(group) => (
              <GroupEditor
                group={group()}
                fields={props.fields}
                self={props.self}
                depth={props.depth + 1}
                label={placeOf(at)}
                onChange={(next) => replace(at, next)}
                onRemove={() => remove(at)}
              />
            )}
          </Show>
        )}
      </Index>
      <div class="flex flex-wrap gap-2">
        <Button ref={add} size="small" icon="plus" onClick={() => append(blankCondition("detail state"))}>
          Add condition
        </Button>
        <Show when={props.depth < AUDIENCE_DEPTH_MAX}>
          <Button
            size="small"
            icon="plus"
            onClick={() => append({ match: "any", rules: [blankCondition("detail state")] })}
          >
            Add group
          </Button>
        </Show>
      </div>
    </fieldset>
  );
}
