import { variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import { linkSettingsQuery } from "../../../data/campaigns/short-links.ts";
import type { CampaignInput } from "../../../data/campaigns.ts";
import type { ContactRow } from "../../../data/contacts/contacts.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { Checkbox, Select, TextField } from "../../../ui/controls/field.tsx";
import { LeaveGuard } from "../../../ui/leave-guard.tsx";
import { Card } from "../../../ui/page.tsx";
import { AbTestFields } from "../ab-test/fields.tsx";
import { FirstPartFields } from "../first-part/fields.tsx";
import { AudiencePicker } from "./audience-picker.tsx";
import { CostCard } from "./cost-card.tsx";
import { faultsOf } from "./draft.ts";
import { LanguageTexts, openText } from "./languages/language-texts.tsx";
import { useTextParts } from "./languages/snippet-texts.ts";
import { LinksField } from "./links-field.tsx";
import { PreviewCard } from "./preview-card.tsx";
import { PurposeFields } from "./purpose-fields.tsx";
import { TemplatePicker } from "./template-picker.tsx";
import { TimingFields } from "./timing-fields.tsx";

/** The editor of a new campaign or a draft. Once `onSave` resolves, the page can be left without a question. */
export function CampaignForm(props: {
  initial: CampaignInput;
  pending: boolean;
  denied: string | undefined;
  problem: JSX.Element;
  onSave: (draft: CampaignInput) => Promise<void>;
}): JSX.Element {
  const [draft, setDraft] = createStore<CampaignInput>(structuredClone(unwrap(props.initial)));
  const [tried, setTried] = createSignal(false);
  const [saved, setSaved] = createSignal(JSON.stringify(props.initial));
  const [contact, setContact] = createSignal<ContactRow | null>(null);
  const [open, setOpen] = createSignal("");
  const parts = useTextParts();
  const languages = () => ({
    ...{ body: draft.body, language: draft.language ?? "", texts: draft.texts ?? [] },
  });
  const shown = () => openText(languages(), open());
  const links = useQuery(linkSettingsQuery);
  const linkBase = () => {
    if (!draft.shortenLinks) return null;
    return links.isSuccess ? links.data.base : location.origin;
  };
  // Which text of an A/B test the cards beside the form show.
  const [shownText, setShownText] = createSignal(0);
  const texts = () => [draft.body, ...(draft.abTest?.texts ?? [])];
  const shownAt = () => (shownText() < texts().length ? shownText() : 0);
  const shownBody = () => texts()[shownAt()]!;
  const faults = createMemo(() => faultsOf(draft));
  const fault = (field: string) => (tried() ? faults()[field] : undefined);
  const dirty = () => JSON.stringify(draft) !== saved();
  let form!: HTMLFormElement;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults()).length > 0) {
      queueMicrotask(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const before = saved();
    setSaved(JSON.stringify(draft));
    await props.onSave(structuredClone(unwrap(draft))).catch(() => setSaved(before));
  };
  return (
    <form
      ref={form}
      onSubmit={submit}
      class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]"
      noValidate
    >
      <LeaveGuard dirty={dirty()} />
      <div class="grid gap-6">
        {props.problem}
        <Card title="Message">
          <div class="grid gap-5">
            <TextField
              label="Name"
              hint="Only your team sees it."
              maxLength={120}
              value={draft.name}
              error={fault("name")}
              onInput={(event) => setDraft("name", event.currentTarget.value)}
            />
            <TemplatePicker
              text={{
                ...{ body: draft.body, smartEncoding: draft.smartEncoding, template: draft.template },
                ...{ language: draft.language, texts: draft.texts },
              }}
              onText={(text) => setDraft(text)}
            />
            <LanguageTexts
              form={languages()}
              open={open()}
              onOpen={setOpen}
              smartEncoding={draft.smartEncoding}
              linkBase={linkBase()}
              error={open() === "" ? (fault("body") ?? fault("language")) : fault("texts")}
              onForm={(change) => setDraft(change)}
              onSmartEncoding={(on) => setDraft("smartEncoding", on)}
            />
            <Show when={open() === "" && fault("texts")}>
              {(problem) => <p class="text-[0.8125rem] font-medium text-danger">{problem()}</p>}
            </Show>
            <Checkbox
              label="Smart encoding"
              hint="Replaces curly quotes and similar characters with plain ones, so that a segment holds 160 characters."
              checked={draft.smartEncoding}
              onChange={(event) => setDraft("smartEncoding", event.currentTarget.checked)}
            />
            <LinksField
              body={draft.body}
              on={draft.shortenLinks ?? false}
              onChange={(on) => setDraft("shortenLinks", on)}
            />
          </div>
        </Card>
        <Card title="A/B test">
          <AbTestFields
            draft={draft}
            customFields={parts.names()}
            expanded={(body) => parts.expanded(body, draft.language ?? "")}
            linkBase={linkBase()}
            fault={fault("abTest")}
            onChange={(change) => setDraft(change)}
          />
        </Card>
        <Card title="Purpose">
          <PurposeFields
            purpose={draft.purpose ?? "marketing"}
            topic={draft.topic ?? null}
            onChange={(change) => setDraft(change)}
          />
        </Card>
        <Card title="Audience">
          <AudiencePicker
            audience={draft.audience}
            error={fault("audience")}
            onChange={(audience) => setDraft("audience", reconcile(audience))}
          />
        </Card>
        <Card title="When to send">
          <TimingFields draft={draft} fault={fault} onChange={(change) => setDraft(change)} />
        </Card>
        <Card title="First part">
          <FirstPartFields draft={draft} fault={fault("canary")} onChange={(change) => setDraft(change)} />
        </Card>
      </div>
      <div class="grid gap-6 xl:sticky xl:top-6">
        <Show when={draft.abTest}>
          {(test) => (
            <Select
              label="Show text"
              value={shownAt()}
              onChange={(event) => setShownText(Number(event.currentTarget.value))}
            >
              <For each={[0, ...test().texts.map((_, at) => at + 1)]}>
                {(at) => <option value={at}>Text {variantName(at + 1)}</option>}
              </For>
            </Select>
          )}
        </Show>
        <PreviewCard
          body={draft.abTest ? shownBody() : shown().body}
          language={shown().language}
          smartEncoding={draft.smartEncoding}
          shortenLinks={draft.shortenLinks ?? false}
          audience={draft.audience}
          contact={contact()}
          onContact={setContact}
        />
        <CostCard
          body={parts.expanded(draft.abTest ? shownBody() : shown().body, shown().language)}
          smartEncoding={draft.smartEncoding}
          linkBase={linkBase()}
          audience={draft.audience}
        />
        <div class="grid gap-2">
          <Button type="submit" look="primary" pending={props.pending} denied={props.denied}>
            Review
          </Button>
          <p class="text-center text-[0.8125rem] text-muted">
            Nothing is sent yet. Next you see who gets it and what it costs.
          </p>
        </div>
      </div>
    </form>
  );
}
