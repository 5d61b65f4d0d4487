import { purposeRule } from "@smscrm/core/consent/purposes";
import type { MessagePurpose } from "@smscrm/core/consent/terms";
import { For, type JSX, Show } from "solid-js";
import { topicsQuery } from "../../../data/contacts/consent.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Select } from "../../../ui/controls/field.tsx";
import { PURPOSE_OPTIONS } from "../../../ui/words/consent-words.ts";

/** What a campaign is for, which decides the consent that it needs, and its topic. */
export function PurposeFields(props: {
  purpose: MessagePurpose;
  topic: string | null;
  onChange: (change: { purpose: MessagePurpose; topic: string | null }) => void;
}): JSX.Element {
  const topics = useQuery(topicsQuery);
  const denied = useDenied();
  const names = () => (topics.isSuccess ? topics.data : []);
  /** A topic that was removed from the settings stays with its campaign. */
  const shown = () =>
    props.topic !== null && !names().includes(props.topic) ? [...names(), props.topic] : names();
  return (
    <div class="grid gap-5">
      <Select
        label="What is it for?"
        fieldClass="max-w-xs"
        hint={`${purposeRule(props.purpose).means} ${purposeRule(props.purpose).allows}`}
        value={props.purpose}
        onChange={(event) =>
          props.onChange({ purpose: event.currentTarget.value as MessagePurpose, topic: null })
        }
      >
        <For each={PURPOSE_OPTIONS}>
          {([purpose, label]) => (
            <option
              value={purpose}
              disabled={purpose === "emergency" && denied("quietHours.override") !== undefined}
            >
              {label}
            </option>
          )}
        </For>
      </Select>
      <Show when={props.purpose === "marketing" && shown().length > 0}>
        <Select
          label="Topic"
          fieldClass="max-w-xs"
          hint="People can refuse a topic and keep the others."
          value={props.topic ?? ""}
          onChange={(event) =>
            props.onChange({ purpose: "marketing", topic: event.currentTarget.value || null })
          }
        >
          <option value="">No topic</option>
          <For each={shown()}>{(topic) => <option value={topic}>{topic}</option>}</For>
        </Select>
      </Show>
    </div>
  );
}
