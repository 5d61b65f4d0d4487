import type { WeekSchedule } from "@smscrm/core/quiet-hours";
import { createSignal, type JSX } from "solid-js";
import type { Settings } from "../../data/settings.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Checkbox } from "../../ui/field.tsx";
import { WeekScheduleField } from "../../ui/week-schedule.tsx";
import { Section, SettingsForm } from "./section.tsx";

export function QuietHoursSection(props: { settings: Settings }): JSX.Element {
  const denied = useDenied();
  const [week, setWeek] = createSignal<WeekSchedule>(props.settings.quietHours);
  const [trust, setTrust] = createSignal(props.settings.trustTenantZone);
  const fault = () => {
    if (week().every((window) => window === null))
      return "Leave at least one day with hours: otherwise nothing is ever sent.";
    return week().some((window) => window && window.open >= window.close)
      ? "Hours must begin before they end."
      : undefined;
  };
  return (
    <Section
      id="quiet-hours"
      title="Quiet hours"
      hint="Texts go only within these hours, on the clock of the person who gets them. What comes later waits."
    >
      <SettingsForm
        fault={fault()}
        change={() => (fault() ? null : { quietHours: [...week()], trustTenantZone: trust() })}
      >
        <WeekScheduleField
          legend="Texts may go"
          value={week()}
          disabled={Boolean(denied("settings.write"))}
          onChange={setWeek}
        />
        <Checkbox
          label={`People of unknown whereabouts live in ${props.settings.timezone}`}
          hint="Otherwise texts to them go only when it is day in every zone of their country."
          checked={trust()}
          disabled={Boolean(denied("settings.write"))}
          onChange={(event) => setTrust(event.currentTarget.checked)}
        />
      </SettingsForm>
    </Section>
  );
}
