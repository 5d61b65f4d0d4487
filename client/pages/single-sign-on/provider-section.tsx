import { type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { type ProviderSettings, useConfigureProvider } from "../../data/people/single-sign-on.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Checkbox, TextField } from "../../ui/controls/field.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { Notice } from "../../ui/page.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { Section } from "../settings/section.tsx";
import { GroupsTable } from "./groups-table.tsx";

/** What the provider is, and what its groups mean. */
export function ProviderSection(props: { settings: ProviderSettings }): JSX.Element {
  const configure = useConfigureProvider();
  const present = props.settings.connection;
  const [form, setForm] = createStore({
    issuer: present?.issuer ?? "",
    clientId: present?.clientId ?? "",
    clientSecret: "",
    groupsClaim: present?.groupsClaim ?? "groups",
    roleMap: (present?.roleMap ?? []).map((row) => ({ ...row })),
    emailAlwaysVerified: present?.emailAlwaysVerified ?? false,
    asksSecondFactor: present?.asksSecondFactor ?? false,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (configure.isPending) return;
    const { clientSecret, ...rest } = form;
    const roleMap = rest.roleMap.map((row) => ({ ...row }));
    configure.mutate(
      // Left out, the secret stays.
      { ...rest, roleMap, ...(clientSecret === "" ? {} : { clientSecret }) },
      {
        onSuccess: () => {
          setForm("clientSecret", "");
          notifyDone("Identity provider saved.");
        },
      },
    );
  };
  return (
    <Section
      id="provider"
      title="Identity provider"
      hint="Create a client for smscrm at your provider: a web application with the authorization code flow and PKCE."
    >
      <form onSubmit={submit} class="grid gap-5" noValidate>
        <div>
          <p class="mb-1.5 font-medium">Redirect address</p>
          <p class="rounded-lg bg-sunken px-3 py-2 font-mono text-[0.8125rem] wrap-anywhere select-all">
            {props.settings.callbackUrl}
          </p>
          <p class="mt-1.5 text-[0.8125rem] text-muted">Enter it at your provider.</p>
        </div>
        <TextField
          label="Issuer"
          hint="Such as https://login.example.com. The provider describes itself at this address."
          inputMode="url"
          autocomplete="off"
          value={form.issuer}
          onInput={(event) => setForm("issuer", event.currentTarget.value)}
        />
        <div class="grid gap-5 sm:grid-cols-2">
          <TextField
            label="Client id"
            autocomplete="off"
            value={form.clientId}
            onInput={(event) => setForm("clientId", event.currentTarget.value)}
          />
          <TextField
            label="Client secret"
            autocomplete="off"
            disabled={!props.settings.keepsSecrets}
            placeholder={present?.hasSecret ? "Stored. Leave empty to keep it." : ""}
            hint="Encrypted, and never shown again."
            value={form.clientSecret}
            onInput={(event) => setForm("clientSecret", event.currentTarget.value)}
          />
        </div>
        <Show when={!props.settings.keepsSecrets}>
          <Notice tone="warn">
            This server has no key to encrypt a client secret with. Ask the platform operator to set
            SECRETS_KEY. A public client needs no secret.
          </Notice>
        </Show>
        <GroupsTable
          claim={form.groupsClaim}
          onClaim={(claim) => setForm("groupsClaim", claim)}
          rows={form.roleMap}
          onRows={(rows) => setForm("roleMap", rows)}
        />
        <div class="grid gap-3">
          <Checkbox
            label="My provider verifies every email address"
            hint="Only if it does not send the claim email_verified."
            checked={form.emailAlwaysVerified}
            onChange={(event) => setForm("emailAlwaysVerified", event.currentTarget.checked)}
          />
          <Checkbox
            label="My provider always asks for a second factor"
            hint="Then members need none here. Without this, smscrm asks for its own unless the provider states one (amr or acr)."
            checked={form.asksSecondFactor}
            onChange={(event) => setForm("asksSecondFactor", event.currentTarget.checked)}
          />
        </div>
        <FormProblem text={configure.isError ? sentenceOf(configure.error) : undefined} />
        <div>
          <Button type="submit" look="primary" pending={configure.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Section>
  );
}
