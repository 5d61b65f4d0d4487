import type { FlowStep } from "@smscrm/core/flows/definition";
import { For, type JSX, Show } from "solid-js";
import { templatesQuery } from "../../data/campaigns/templates.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Select } from "../../ui/controls/field.tsx";

type SendStep = Extract<FlowStep, { do: "send" }>;

/** Begins a step's text with a template: with its default text, because a step has one language. */
export function StepTemplate(props: {
  step: SendStep;
  place: string;
  onChange: (step: SendStep) => void;
}): JSX.Element {
  const templates = useQuery(templatesQuery);
  const list = () => (templates.isSuccess ? templates.data : []);
  const choose = (id: string) => {
    const template = list().find((one) => one.id === id);
    if (!template) return props.onChange({ ...props.step, template: null });
    const { body, smartEncoding, version } = template;
    props.onChange({ ...props.step, body, smartEncoding, template: { id, version } });
  };
  return (
    <Show when={list().length > 0}>
      <Select
        label={`Template of step ${props.place}`}
        fieldClass="max-w-md"
        value={props.step.template?.id ?? ""}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="" selected={!props.step.template}>
          No template
        </option>
        <For each={list()}>
          {({ id, name }) => (
            <option value={id} selected={id === props.step.template?.id}>
              {name}
            </option>
          )}
        </For>
      </Select>
    </Show>
  );
}
