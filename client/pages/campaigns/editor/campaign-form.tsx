import { useBeforeLeave } from "@solidjs/router";
import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import type { CampaignInput } from "../../../data/campaigns.ts";
import { type ContactRow, contactQuery } from "../../../data/contacts.ts";
import { settingsQuery } from "../../../data/settings.ts";
import { useQuery } from "../../../data/use-query.ts";
import { Button } from "../../../ui/button.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { Checkbox, TextField } from "../../../ui/field.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { fromLocalInput, toLocalInput, viewerZone } from "../../../ui/local-time.ts";
import { Card } from "../../../ui/page.tsx";
import { WeekScheduleField } from "../../../ui/week-schedule.tsx";
import { AudiencePicker } from "./audience-picker.tsx";
import { BodyEditor } from "./body-editor.tsx";
import { CostCard } from "./cost-card.tsx";
import { faultsOf, warningsOf } from "./draft.ts";
import { PreviewCard } from "./preview-card.tsx";

/** The editor of a campaign, new or drafted. `onSave` resolves when it is kept; then leaving asks nothing. */
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
  const whole = useQuery(() => ({ ...contactQuery(contact()?.id ?? ""), enabled: contact() !== null }));
  const customFields = () => (contact() && whole.isSuccess ? Object.keys(whole.data.custom) : []);
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
              hint="For you and your colleagues. Recipients never see it."
              maxLength={120}
              value={draft.name}
              error={fault("name")}
              onInput={(event) => setDraft("name", event.currentTarget.value)}
            />
            <BodyEditor
              body={draft.body}
              smartEncoding={draft.smartEncoding}
              customFields={customFields()}
              error={fault("body")}
              onBody={(body) => setDraft("body", body)}
              onSmartEncoding={(on) => setDraft("smartEncoding", on)}
            />
            <Warnings sentences={warningsOf(draft.body, customFields())} />
            <Checkbox
              label="Smart encoding"
              hint="Look-alikes such as curly quotes go out as plain ones, so that a segment holds 160 characters."
              checked={draft.smartEncoding}
              onChange={(event) => setDraft("smartEncoding", event.currentTarget.checked)}
            />
          </div>
        </Card>
        <Card title="Audience">
          <AudiencePicker
            audience={draft.audience}
            error={fault("audience")}
            onChange={(audience) => setDraft("audience", reconcile(audience))}
          />
        </Card>
        <Card title="When it may go">
          <Timing draft={draft} fault={fault("quietHours")} onChange={(change) => setDraft(change)} />
        </Card>
      </div>
      <div class="grid gap-6 xl:sticky xl:top-6">
        <PreviewCard
          body={draft.body}
          smartEncoding={draft.smartEncoding}
          contact={contact()}
          onContact={setContact}
        />
        <CostCard body={draft.body} smartEncoding={draft.smartEncoding} audience={draft.audience} />
        <div class="grid gap-2">
          <Button type="submit" look="primary" pending={props.pending} denied={props.denied}>
            Save and check
          </Button>
          <p class="text-center text-[0.8125rem] text-muted">
            Nothing is sent yet. Next you see who gets it and what it costs.
          </p>
        </div>
      </div>
    </form>
  );
}

function Warnings(props: { sentences: string[] }): JSX.Element {
  return (
    <ul class="grid gap-1.5 empty:hidden" aria-label="Advice on the text">
      <For each={props.sentences}>
        {(sentence) => (
          <li class="flex gap-2 text-[0.8125rem]">
            <Icon name="warning" class="mt-0.5 size-4 text-warn" />
            {sentence}
          </li>
        )}
      </For>
    </ul>
  );
}

function Timing(props: {
  draft: CampaignInput;
  fault: string | undefined;
  onChange: (change: Partial<CampaignInput>) => void;
}): JSX.Element {
  const settings = useQuery(settingsQuery);
  const own = () => (settings.isSuccess ? settings.data.quietHours : null);
  return (
    <div class="grid gap-5">
      <Checkbox
        label="Narrower hours for this campaign"
        hint="Your organisation’s hours always apply, on the recipient’s clock. A campaign can only be stricter."
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
            legend="Texts may go, on the recipient’s clock"
            value={week()}
            onChange={(next) => props.onChange({ quietHours: next as CampaignInput["quietHours"] })}
          />
        )}
      </Show>
      <Show when={props.fault}>
        <p class="font-medium text-danger">{props.fault}</p>
      </Show>
      <TextField
        label="Too old to send after"
        type="datetime-local"
        fieldClass="max-w-xs"
        hint={`Your time (${viewerZone()}). Whoever has not got it by then will not. Empty: no limit.`}
        value={toLocalInput(props.draft.expiresAt)}
        onChange={(event) => props.onChange({ expiresAt: fromLocalInput(event.currentTarget.value) })}
      />
    </div>
  );
}

/** Leaving with unsaved words asks first. */
function LeaveGuard(props: { dirty: boolean }): JSX.Element {
  const [leave, setLeave] = createSignal<(() => void) | null>(null);
  useBeforeLeave((event) => {
    if (!props.dirty || event.defaultPrevented) return;
    event.preventDefault();
    setLeave(() => () => event.retry(true));
  });
  const warn = (event: BeforeUnloadEvent) => props.dirty && event.preventDefault();
  onMount(() => window.addEventListener("beforeunload", warn));
  onCleanup(() => window.removeEventListener("beforeunload", warn));
  return (
    <Confirm
      open={leave() !== null}
      onClose={() => setLeave(null)}
      title="Leave without saving?"
      description="What you changed here will be lost."
      action="Leave"
      danger
      onConfirm={() => leave()?.()}
    />
  );
}
