import { createUniqueId, type JSX, Show, splitProps } from "solid-js";

const CONTROL =
  "w-full min-h-9 rounded-lg border border-edge bg-surface px-3 py-1.5 text-sm text-ink placeholder:text-muted disabled:opacity-60 aria-[invalid=true]:border-danger";

type Described = { id: string; "aria-describedby": string | undefined; "aria-invalid": "true" | undefined };

/** A label, its control, a hint and an error, connected for screen readers. */
function Field(props: {
  label: string;
  hint?: JSX.Element;
  error?: string | undefined;
  hideLabel?: boolean;
  class?: string;
  children: (control: Described) => JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  const describedBy = () =>
    [props.hint ? `${id}-hint` : "", props.error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined;
  return (
    <div class={props.class}>
      <label for={id} class={props.hideLabel ? "sr-only" : "mb-1.5 block font-medium"}>
        {props.label}
      </label>
      {props.children({
        id,
        get "aria-describedby"() {
          return describedBy();
        },
        get "aria-invalid"() {
          return props.error ? ("true" as const) : undefined;
        },
      })}
      <Show when={props.hint}>
        <p id={`${id}-hint`} class="mt-1.5 text-[0.8125rem] text-muted">
          {props.hint}
        </p>
      </Show>
      <Show when={props.error}>
        <p id={`${id}-error`} class="mt-1.5 text-[0.8125rem] font-medium text-danger">
          {props.error}
        </p>
      </Show>
    </div>
  );
}

type Common = {
  label: string;
  hint?: JSX.Element;
  error?: string | undefined;
  hideLabel?: boolean;
  fieldClass?: string;
};
const COMMON = ["label", "hint", "error", "hideLabel", "fieldClass"] as const;

export function TextField(props: Common & JSX.InputHTMLAttributes<HTMLInputElement>): JSX.Element {
  const [field, control] = splitProps(props, COMMON);
  return (
    <Field {...field} class={field.fieldClass}>
      {(described) => (
        <input type="text" {...control} {...described} class={`${CONTROL} ${control.class ?? ""}`} />
      )}
    </Field>
  );
}

export function TextArea(props: Common & JSX.TextareaHTMLAttributes<HTMLTextAreaElement>): JSX.Element {
  const [field, control] = splitProps(props, COMMON);
  return (
    <Field {...field} class={field.fieldClass}>
      {(described) => (
        <textarea {...control} {...described} class={`${CONTROL} resize-y ${control.class ?? ""}`} />
      )}
    </Field>
  );
}

export function Select(props: Common & JSX.SelectHTMLAttributes<HTMLSelectElement>): JSX.Element {
  const [field, control] = splitProps(props, COMMON);
  return (
    <Field {...field} class={field.fieldClass}>
      {(described) => <select {...control} {...described} class={`${CONTROL} pr-8 ${control.class ?? ""}`} />}
    </Field>
  );
}

export function Checkbox(
  props: { label: JSX.Element; hint?: JSX.Element } & JSX.InputHTMLAttributes<HTMLInputElement>,
): JSX.Element {
  const id = createUniqueId();
  const [own, control] = splitProps(props, ["label", "hint"]);
  return (
    <div class="flex gap-2.5">
      <input
        type="checkbox"
        {...control}
        id={id}
        aria-describedby={own.hint ? `${id}-hint` : undefined}
        class="mt-0.5 size-4 shrink-0 accent-accent-fill"
      />
      <div>
        <label for={id} class="font-medium">
          {own.label}
        </label>
        <Show when={own.hint}>
          <p id={`${id}-hint`} class="text-[0.8125rem] text-muted">
            {own.hint}
          </p>
        </Show>
      </div>
    </div>
  );
}

/** Radio buttons: one of a few visible choices. */
export function Choices<T extends string>(props: {
  legend: string;
  value: T;
  disabled?: boolean;
  options: { value: T; label: string; hint?: string }[];
  onChange: (value: T) => void;
}): JSX.Element {
  const name = createUniqueId();
  return (
    <fieldset disabled={props.disabled}>
      <legend class="mb-2 font-medium">{props.legend}</legend>
      <div class="grid gap-2">
        {props.options.map((option) => (
          <label class="flex cursor-pointer gap-3 rounded-lg border border-line bg-surface px-3.5 py-2.5 has-checked:border-accent has-checked:bg-accent-soft">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={props.value === option.value}
              onChange={() => props.onChange(option.value)}
              class="mt-0.5 size-4 shrink-0 accent-accent-fill"
            />
            <span>
              <span class="font-medium">{option.label}</span>
              <Show when={option.hint}>
                <span class="block text-[0.8125rem] text-muted">{option.hint}</span>
              </Show>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
