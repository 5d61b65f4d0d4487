import { PERSON_CLICKS, type PersonClicks } from "@smscrm/core/links/click-privacy";
import { createSignal, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { type LinkSettings, linkSettingsQuery, useUpdateLinks } from "../../../data/campaigns/short-links.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Checkbox, Select, TextArea, TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { Section } from "../section.tsx";
import { LinkDomain } from "./link-domain.tsx";

const KEPT: Readonly<Record<PersonClicks, string>> = {
  nobody: "Nobody: count clicks only",
  "by-law": "Only where no law asks for consent (not in the EU, EEA or UK)",
  everybody: "Everybody: we have their consent",
};

/** Where short links may lead, whose clicks are kept, and the domain of the links. */
export function ShortLinksSection(): JSX.Element {
  const query = useQuery(linkSettingsQuery);
  return (
    <Section
      id="short-links"
      title="Short links"
      hint="A campaign can replace its links with short ones, one per recipient, and count who clicked."
    >
      <Loaded query={query}>
        {(settings) => (
          <div class="grid gap-6">
            <LinkForm settings={settings()} />
            <LinkDomain settings={settings()} />
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function LinkForm(props: { settings: LinkSettings }): JSX.Element {
  const denied = useDenied();
  const update = useUpdateLinks();
  const [form, setForm] = createStore({
    hosts: props.settings.allowedHosts.join("\n"),
    personClicks: props.settings.personClicks,
    hasConsent: false,
    days: String(props.settings.expiresDays),
  });
  const [fault, setFault] = createSignal<string>();
  const isDenied = () => Boolean(denied("settings.write"));
  const asksConsent = () => form.personClicks === "everybody" && props.settings.personClicks !== "everybody";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const isFine = /^\d{1,3}$/.test(form.days.trim());
    setFault(isFine ? undefined : "Enter a whole number of days, from 1 to 730.");
    if (!isFine || update.isPending || isDenied()) return;
    update.mutate(
      {
        allowedHosts: form.hosts.split(/[\s,]+/).filter((host) => host !== ""),
        ...{ personClicks: form.personClicks, hasConsent: form.hasConsent, expiresDays: Number(form.days) },
        updatedAt: props.settings.updatedAt,
      },
      {
        onSuccess: (saved) => {
          setForm("hosts", saved.allowedHosts.join("\n"));
          notifyDone("Settings saved.");
        },
      },
    );
  };
  return (
    <form onSubmit={submit} class="grid gap-5" noValidate>
      <TextArea
        label="Hosts that short links may lead to"
        hint="One per line, such as shop.example.com. *.example.com allows every host below it. A link to another host stops the launch, and a host that you remove stops its links within a minute."
        rows={3}
        disabled={isDenied()}
        value={form.hosts}
        onInput={(event) => setForm("hosts", event.currentTarget.value)}
      />
      <Select
        label="Record who clicked"
        hint="Without a record a link is the same for everybody, and its clicks are counted without a person."
        disabled={isDenied()}
        value={form.personClicks}
        onChange={(event) => setForm("personClicks", event.currentTarget.value as PersonClicks)}
      >
        {PERSON_CLICKS.map((one) => (
          <option value={one} selected={one === form.personClicks}>
            {KEPT[one]}
          </option>
        ))}
      </Select>
      <Show when={asksConsent()}>
        <Checkbox
          label="These people gave consent to be recorded when they open a link"
          hint="EU and UK law asks for it: Article 5(3) of the ePrivacy Directive, and regulation 6 of PECR. Your confirmation is kept in the audit log."
          checked={form.hasConsent}
          onChange={(event) => setForm("hasConsent", event.currentTarget.checked)}
        />
      </Show>
      <TextField
        label="Links work for, in days after the launch"
        inputMode="numeric"
        fieldClass="max-w-48"
        disabled={isDenied()}
        value={form.days}
        onInput={(event) => setForm("days", event.currentTarget.value)}
      />
      <FormProblem text={fault() ?? (update.isError ? sentenceOf(update.error) : undefined)} />
      <div>
        <Button type="submit" pending={update.isPending} denied={denied("settings.write")}>
          Save
        </Button>
      </div>
    </form>
  );
}
