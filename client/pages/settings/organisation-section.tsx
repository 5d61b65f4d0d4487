import type { JSX } from "solid-js";
import { createStore } from "solid-js/store";
import type { Settings } from "../../data/settings.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { ZoneField } from "../../ui/time/zone-field.tsx";
import { Section, SettingsForm } from "./section.tsx";

export function OrganisationSection(props: { settings: Settings }): JSX.Element {
  const denied = useDenied();
  const readOnly = () => Boolean(denied("settings.write"));
  const [form, setForm] = createStore({
    name: props.settings.name,
    timezone: props.settings.timezone,
    country: props.settings.country,
  });
  return (
    <Section id="organisation" title="Organisation">
      <SettingsForm change={() => ({ ...form, country: form.country.toUpperCase() })}>
        <div class="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Name"
            disabled={readOnly()}
            value={form.name}
            onInput={(event) => setForm("name", event.currentTarget.value)}
          />
          <TextField
            label="Country"
            hint="Two letters. Numbers without a country code are read using this country."
            maxLength={2}
            disabled={readOnly()}
            value={form.country}
            onInput={(event) => setForm("country", event.currentTarget.value)}
          />
          <ZoneField
            label="Time zone"
            hint="Days, months and budgets start at midnight in this zone."
            disabled={readOnly()}
            value={form.timezone}
            onInput={(zone) => setForm("timezone", zone)}
          />
        </div>
      </SettingsForm>
    </Section>
  );
}
