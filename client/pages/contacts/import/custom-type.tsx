import { For, type JSX, Show } from "solid-js";
import { fieldsQuery } from "../../../data/contacts/fields.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { FIELD_TYPE_WORDS } from "../../../ui/words/field-words.ts";

const NEW_TYPES = ["text", "number", "date", "yes-no"] as const;
export type NewFieldType = (typeof NEW_TYPES)[number];
/** Types of new custom fields, by merge name. */
export type FieldTypes = Record<string, NewFieldType>;

/** The type of a column's custom field: the one that it has, or a choice for a new field. */
export function CustomType(props: {
  name: string;
  types: FieldTypes;
  onType: (name: string, type: NewFieldType) => void;
}): JSX.Element {
  const fields = useQuery(fieldsQuery);
  const known = () =>
    (fields.isSuccess ? fields.data : []).find(({ name, revision }) => name === props.name && revision > 0);
  return (
    <Show
      when={known()}
      fallback={
        <select
          aria-label={`Type of the new field ${props.name}`}
          value={props.types[props.name] ?? "text"}
          onChange={(event) => props.onType(props.name, event.currentTarget.value as NewFieldType)}
          class="mt-1 min-h-8 rounded-lg border border-line bg-surface px-2 text-[0.8125rem]"
        >
          <For each={NEW_TYPES}>
            {(type) => <option value={type}>{`New field: ${FIELD_TYPE_WORDS[type]}`}</option>}
          </For>
        </select>
      }
    >
      {(field) => (
        <span class="block text-[0.8125rem] text-muted">
          {field().label}: {FIELD_TYPE_WORDS[field().type]}
        </span>
      )}
    </Show>
  );
}
