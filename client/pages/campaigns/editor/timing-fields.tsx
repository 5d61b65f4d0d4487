import {
  type LocalTime,
  type PassedChoice,
  SPREAD_MINUTES_MAX,
} from "@smscrm/core/campaigns/timing/local-time";
import { For, type JSX, Show } from "solid-js";
import { unwrap } from "solid-js/store";
import type { CampaignInput } from "../../../data/campaigns.ts";
import { settingsQuery } from "../../../data/settings.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Checkbox, Choices, Select, TextField } from "../../../ui/controls/field.tsx";
import { fromLocalInput, toLocalInput, viewerZone } from "../../../ui/time/local-time.ts";
import { WeekScheduleField } from "../../../ui/time/week-schedule.tsx";
import { PASSED_OPTIONS } from "../timing-words.ts";

/** When the campaign goes, how fast, and in which hours. */
export function TimingFields(props: {
  draft: CampaignInput;
  fault: (field: string) => string | undefined;
  onChange: (change: Partial<CampaignInput>) => void;
}): JSX.Element {
  const settings = useQuery(settingsQuery);
  const own = () => (settings.isSuccess ? settings.data.quietHours : null);
  return (
    <div class="grid gap-5">
      <SendTime draft={props.draft} fault={props.fault("localTime")} onChange={props.onChange} />
      <div class="grid gap-5 sm:grid-cols-2">
        <WholeNumber
          label="Spread over (minutes)"
          hint="Sends evenly over this time. 180 is three hours. Leave empty to send as fast as allowed."
          max={SPREAD_MINUTES_MAX}
          value={props.draft.spreadMinutes ?? null}
          fault={props.fault("spreadMinutes")}
          onChange={(spreadMinutes) => props.onChange({ spreadMinutes })}
        />
        <WholeNumber
          label="Speed limit (messages per minute)"
          hint="For this campaign only. Leave empty for your organisation’s own speed."
          value={props.draft.messagesPerMinute ?? null}
          fault={props.fault("messagesPerMinute")}
          onChange={(messagesPerMinute) => props.onChange({ messagesPerMinute })}
        />
      </div>
      <Checkbox
        label="Shorter sending hours"
        hint="Your organisation’s sending hours always apply. A campaign can only shorten them."
        checked={props.draft.quietHours !== null}
        disabled={!own()}
        onChange={(event) =>
          props.onChange({
            quietHours: (event.currentTarget.checked
              ? structuredClone(unwrap(own()))
              : null) as CampaignInput["quietHours"],
          })
        }
      />
      <Show when={props.draft.quietHours}>
        {(week) => (
          <WeekScheduleField
            legend="Sending hours, in the recipient’s time zone"
            value={week()}
            onChange={(next) => props.onChange({ quietHours: next as CampaignInput["quietHours"] })}
          />
        )}
      </Show>
      <Show when={props.fault("quietHours")}>
        {(fault) => <p class="font-medium text-danger">{fault()}</p>}
      </Show>
      <TextField
        label="Don’t send after"
        type="datetime-local"
        fieldClass="max-w-xs"
        hint={`In your time zone (${viewerZone()}). Anyone not reached by then is skipped. Leave empty for no limit.`}
        value={toLocalInput(props.draft.expiresAt)}
        onChange={(event) => props.onChange({ expiresAt: fromLocalInput(event.currentTarget.value) })}
      />
    </div>
  );
}

/** As soon as possible, or at a time by each recipient's own clock. */
function SendTime(props: {
  draft: CampaignInput;
  fault: string | undefined;
  onChange: (change: Partial<CampaignInput>) => void;
}): JSX.Element {
  const change = (part: Partial<LocalTime>) =>
    props.onChange({ localTime: { ...(props.draft.localTime ?? nineTomorrow()), ...part } });
  return (
    <div class="grid gap-5">
      <Choices
        legend="Send time"
        value={props.draft.localTime ? "local" : "soon"}
        options={[
          { value: "soon", label: "As soon as it is launched" },
          {
            value: "local",
            label: "At a local time of each contact",
            hint: "For example at 09:00 where each contact is. Launch it before then: each text waits for its time.",
          },
        ]}
        onChange={(value) => (value === "local" ? change({}) : props.onChange({ localTime: null }))}
      />
      <Show when={props.draft.localTime}>
        {(local) => (
          <div class="grid gap-5 sm:grid-cols-3">
            <TextField
              label="Day"
              type="date"
              required
              value={local().date}
              error={props.fault}
              onInput={(event) => change({ date: event.currentTarget.value })}
            />
            <TextField
              label="Time"
              type="time"
              required
              hint="By the contact’s clock."
              value={local().time}
              onInput={(event) => change({ time: event.currentTarget.value })}
            />
            <Select
              label="If it has passed"
              hint="At the launch, where the contact is."
              value={local().passed}
              onChange={(event) => change({ passed: event.currentTarget.value as PassedChoice })}
            >
              <For each={PASSED_OPTIONS}>{([value, label]) => <option value={value}>{label}</option>}</For>
            </Select>
          </div>
        )}
      </Show>
    </div>
  );
}

function nineTomorrow(): LocalTime {
  const tomorrow = new Date();
  tomorrow.setDate(tomorrow.getDate() + 1);
  return { date: toLocalInput(tomorrow.toISOString()).slice(0, 10), time: "09:00", passed: "next-day" };
}

/** A whole number, or nothing. Anything else is passed on, so that core's schema refuses it in its own words. */
function WholeNumber(props: {
  label: string;
  hint: string;
  max?: number;
  value: number | null;
  fault: string | undefined;
  onChange: (value: number | null) => void;
}): JSX.Element {
  return (
    <TextField
      label={props.label}
      type="number"
      inputMode="numeric"
      min={1}
      max={props.max}
      step={1}
      hint={props.hint}
      value={props.value ?? ""}
      error={props.fault}
      onInput={(event) => {
        const { value } = event.currentTarget;
        props.onChange(value === "" ? null : Number(value));
      }}
    />
  );
}
