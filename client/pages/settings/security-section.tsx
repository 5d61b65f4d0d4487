import type { SecondFactorPolicy } from "@smscrm/core/process/second-factor";
import { createSignal, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { type SecuritySettings, securitySettingsQuery, useUpdateSecurity } from "../../data/settings.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button, LinkButton } from "../../ui/controls/button.tsx";
import { Checkbox, Choices, TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { Section } from "./section.tsx";

const POLICIES: { value: SecondFactorPolicy; label: string }[] = [
  { value: "optional", label: "No one" },
  { value: "admins", label: "Admins and owners" },
  { value: "everybody", label: "Everybody" },
];

/** What the organisation asks of its members' sign-ins. */
export function SecuritySection(): JSX.Element {
  const query = useQuery(securitySettingsQuery);
  const denied = useDenied();
  return (
    <Section
      id="security"
      title="Security"
      hint="Members who must have a second factor and have none can only set one up."
    >
      <Loaded query={query}>{(settings) => <SecurityForm settings={settings()} />}</Loaded>
      <Show when={!denied("security.write")}>
        <div class="mt-5 border-t border-line pt-4">
          <p class="font-medium">Single sign-on</p>
          <p class="mb-3 text-[0.8125rem] text-muted">
            Members sign in at your identity provider, and its groups give them their roles.
          </p>
          <LinkButton href="/settings/single-sign-on">Set up single sign-on</LinkButton>
        </div>
      </Show>
    </Section>
  );
}

function SecurityForm(props: { settings: SecuritySettings }): JSX.Element {
  const denied = useDenied();
  const update = useUpdateSecurity();
  const { secondFactorPolicy, launchProofAbove, rulesNeedSecondPerson } = props.settings;
  const [form, setForm] = createStore({
    policy: secondFactorPolicy,
    above: launchProofAbove === null ? "" : String(launchProofAbove),
    secondPerson: rulesNeedSecondPerson,
  });
  const [fault, setFault] = createSignal<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const above = form.above.trim().replaceAll(",", "");
    const isNumber = /^\d{0,9}$/.test(above);
    setFault(isNumber ? undefined : "Enter a whole number of recipients, or leave it empty.");
    if (!isNumber || update.isPending || denied("security.write")) return;
    update.mutate(
      {
        secondFactorPolicy: form.policy,
        launchProofAbove: above === "" ? null : Number(above),
        rulesNeedSecondPerson: form.secondPerson,
      },
      { onSuccess: () => notifyDone("Settings saved.") },
    );
  };
  return (
    <form onSubmit={submit} class="grid gap-5" noValidate>
      <Choices
        legend="Who must have a second factor"
        value={form.policy}
        disabled={Boolean(denied("security.write"))}
        options={POLICIES}
        onChange={(policy) => setForm("policy", policy)}
      />
      <TextField
        label="Confirm launches to more recipients than"
        hint="Larger launches ask for a second factor, or the password of a member who has none. Leave empty to never ask."
        inputMode="numeric"
        fieldClass="max-w-xs"
        disabled={Boolean(denied("security.write"))}
        value={form.above}
        onInput={(event) => setForm("above", event.currentTarget.value)}
      />
      <Checkbox
        label="Looser sending rules need a second person"
        hint="A change of hours or limits that loosens them is drafted, and another member activates it. Stricter rules can always be saved at once."
        checked={form.secondPerson}
        disabled={Boolean(denied("security.write"))}
        onChange={(event) => setForm("secondPerson", event.currentTarget.checked)}
      />
      <FormProblem text={fault() ?? (update.isError ? sentenceOf(update.error) : undefined)} />
      <div>
        <Button type="submit" pending={update.isPending} denied={denied("security.write")}>
          Save
        </Button>
      </div>
    </form>
  );
}
