import { hoursWords } from "@smscrm/core/platform/limits";
import type { WeekSchedule } from "@smscrm/core/time/quiet-hours";
import { windowsOf } from "@smscrm/core/time/week-schedule";
import { createSignal, type JSX, Show } from "solid-js";
import type { Settings } from "../../data/settings.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Checkbox } from "../../ui/controls/field.tsx";
import { WeekScheduleField } from "../../ui/time/week-schedule.tsx";
import { WEEKDAYS } from "../../ui/words/weekdays.ts";
import { Section, SettingsForm } from "./section.tsx";

export function QuietHoursSection(props: { settings: Settings }): JSX.Element {
  const denied = useDenied();
  const [week, setWeek] = createSignal<WeekSchedule>(props.settings.quietHours);
  const [assumeZone, setAssumeZone] = createSignal(props.settings.trustTenantZone);
  const fault = () => {
    if (week().every((window) => window === null))
      return "Choose hours for at least one day. Otherwise nothing is ever sent.";
    const day = week().findIndex((hours) => windowsOf(hours).some(({ open, close }) => open === close));
    return day < 0 ? undefined : `${WEEKDAYS[day]}: start and end must differ.`;
  };
  return (
    <Section
      id="quiet-hours"
      title="Quiet hours"
      hint="Texts are sent only within these hours, in the recipient’s time zone. Outside them, messages stay queued."
    >
      <SettingsForm
        fault={fault()}
        rules={({ quietHours, trustTenantZone }) => ({ quietHours, trustTenantZone })}
        change={() => (fault() ? null : { quietHours: [...week()], trustTenantZone: assumeZone() })}
      >
        <Show when={props.settings.limits.sendingHours}>
          {(limit) => <p class="text-muted">The platform allows texts only within {hoursWords(limit())}.</p>}
        </Show>
        <WeekScheduleField
          legend="Sending hours"
          value={week()}
          disabled={Boolean(denied("settings.write"))}
          onChange={setWeek}
        />
        <Checkbox
          label={`If location is unknown, assume ${props.settings.timezone}`}
          hint="Otherwise these contacts are texted only when it is day in every zone of their country."
          checked={assumeZone()}
          disabled={Boolean(denied("settings.write"))}
          onChange={(event) => setAssumeZone(event.currentTarget.checked)}
        />
      </SettingsForm>
    </Section>
  );
}
