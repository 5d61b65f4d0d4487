import { LAUNCHING_ROLES, type LaunchLimits } from "@smscrm/core/campaigns/approval";
import { createSignal, For, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { type ListedRole, rolesQuery } from "../../data/people/roles.ts";
import { type SecuritySettings, securitySettingsQuery, useUpdateLaunchLimits } from "../../data/settings.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button, LinkButton } from "../../ui/controls/button.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { roleLabel } from "../../ui/words/role-words.ts";
import { Section } from "./section.tsx";

/** How many recipients each role may launch to alone. */
export function ApprovalSection(): JSX.Element {
  const query = useQuery(securitySettingsQuery);
  const denied = useDenied();
  const roles = useQuery(() => ({ ...rolesQuery(), enabled: !denied("people.manage") }));
  const launchers = () =>
    (roles.isSuccess ? roles.data : []).filter(({ actions }) => actions.includes("campaigns.launch"));
  return (
    <Section
      id="approval"
      title="Approval"
      hint="Above its number a role asks a second person, who sees the check and approves or returns it. An owner can always change these numbers, so an owner who works alone can launch."
    >
      <Loaded query={query}>{(settings) => <LimitsForm settings={settings()} custom={launchers()} />}</Loaded>
      <div class="mt-5 border-t border-line pt-4">
        <LinkButton href="/campaigns/approvals">Open approvals</LinkButton>
      </div>
    </Section>
  );
}

function LimitsForm(props: { settings: SecuritySettings; custom: readonly ListedRole[] }): JSX.Element {
  const denied = useDenied();
  const update = useUpdateLaunchLimits();
  const [typed, setTyped] = createStore<Record<string, string>>({});
  const [fault, setFault] = createSignal<string>();
  const rows = () => [
    ...LAUNCHING_ROLES.map((role) => ({ key: role as string, label: roleLabel({ role, customRole: null }) })),
    ...props.custom.map(({ id, name }) => ({ key: id, label: name })),
  ];
  const shown = (key: string) => typed[key] ?? String(props.settings.launchLimits[key] ?? "");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const values = rows().map(({ key }) => [key, shown(key).trim().replaceAll(",", "")] as const);
    const isFine = values.every(([, text]) => /^\d{0,8}$/.test(text));
    setFault(isFine ? undefined : "Enter whole numbers of recipients, or leave a field empty.");
    if (!isFine || update.isPending || denied("security.write")) return;
    const launchLimits: LaunchLimits = Object.fromEntries(
      values.filter(([, text]) => text !== "").map(([key, text]) => [key, Number(text)]),
    );
    update.mutate({ launchLimits }, { onSuccess: () => notifyDone("Settings saved.") });
  };
  return (
    <form onSubmit={submit} class="grid gap-5" noValidate>
      <fieldset class="grid gap-4 sm:grid-cols-2">
        <legend class="mb-3 font-medium">Recipients that each role may launch to alone</legend>
        <For each={rows()}>
          {({ key, label }) => (
            <TextField
              label={label}
              inputMode="numeric"
              placeholder={
                props.custom.some(({ id }) => id === key) && shown("operator") !== ""
                  ? "As operators"
                  : "No limit"
              }
              disabled={Boolean(denied("security.write"))}
              value={shown(key)}
              onInput={(event) => setTyped(key, event.currentTarget.value)}
            />
          )}
        </For>
      </fieldset>
      <p class="text-[0.8125rem] text-muted">
        Owners, admins, approvers and custom roles with that permission can approve. Nobody approves what they
        asked for or changed last.
      </p>
      <FormProblem text={fault() ?? (update.isError ? sentenceOf(update.error) : undefined)} />
      <div>
        <Button type="submit" pending={update.isPending} denied={denied("security.write")}>
          Save
        </Button>
      </div>
    </form>
  );
}
