import type { ConsentAnswer } from "@smscrm/core/contacts/consent-columns";
import type { ImportField, ImportMapping } from "@smscrm/core/contacts/import-columns";
import type { PhoneRule } from "@smscrm/core/contacts/phone-list";
import { usableFieldName } from "@smscrm/core/text/template";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { createStore, unwrap } from "solid-js/store";
import type { ConsentChoice } from "../../../data/contacts/contacts.ts";
import { type Import, type Mapping, useStartImport } from "../../../data/imports.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Choices, Select, TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Card } from "../../../ui/page.tsx";
import { ConsentTermsFields, NO_TERMS, termsOf } from "../consent/consent-fields.tsx";
import { parseTags } from "../parse-tags.ts";
import { DiffCard } from "./changes/diff-card.tsx";
import { ConsentReview } from "./consent-review.tsx";
import { CustomType, type FieldTypes, type NewFieldType } from "./custom-type.tsx";
import { choicesOf } from "./form-choices.ts";
import { createKeptChoices } from "./kept-choices.ts";
import {
  CONSENT_LABELS,
  type ColumnRole,
  type ConsentAnswers,
  customName,
  FIELD_LABELS,
  headingOf,
  LIST_LABELS,
  mappingOf,
  withRole,
} from "./mapping.ts";
import { PreviewCard } from "./preview-card.tsx";
import { StartRow } from "./start-row.tsx";

const SAMPLES_SHOWN = 3;

/** The form before an import of contacts: columns, preview, opt-outs and consent. */
export function MappingForm(props: { data: Import }): JSX.Element {
  const start = useStartImport();
  const denied = useDenied();
  const kept = choicesOf(unwrap(props.data), NO_TERMS);
  const [roles, setRoles] = createSignal<ColumnRole[]>(kept.roles);
  const [basis, setBasis] = createSignal<ConsentChoice>(kept.basis);
  const [evidence, setEvidence] = createSignal(kept.evidence);
  const [terms, setTerms] = createStore(kept.terms);
  const [tags, setTags] = createSignal(kept.tags);
  const [tried, setTried] = createSignal(false);
  const [answers, setAnswers] = createSignal<ConsentAnswers>(kept.answers);
  const [ignored, setIgnored] = createSignal<number[]>(kept.ignored);
  // Types of the new custom fields, by merge name.
  const [fieldTypes, setFieldTypes] = createStore<FieldTypes>(kept.fieldTypes);
  const [phoneRule, setPhoneRule] = createSignal<PhoneRule>(kept.phoneRule);
  createKeptChoices(props.data.id, () => ({
    ...{
      header: props.data.header,
      roles: roles(),
      basis: basis(),
      evidence: evidence(),
      terms: { ...terms },
    },
    ...{ tags: tags(), answers: answers(), ignored: ignored(), phoneRule: phoneRule() },
    fieldTypes: { ...fieldTypes },
  }));
  const mapping = createMemo(
    () =>
      mappingOf(roles(), props.data.header, {
        answers: answers(),
        ignored: ignored(),
        phoneRule: phoneRule(),
      }) as Mapping | null,
  );
  const answer = (column: number, key: string, said: ConsentAnswer | null) => {
    const { [key]: _, ...others } = answers()[column] ?? {};
    setAnswers({ ...answers(), [column]: said === null ? others : { ...others, [key]: said } });
  };
  const ignore = (column: number, skip: boolean) =>
    setIgnored(skip ? [...ignored(), column] : ignored().filter((one) => one !== column));
  const unconfirmed = () =>
    props.data.likelyOptOuts.filter(
      (column) => isSkipped(roles()[column] ?? "") && !ignored().includes(column),
    );
  const unconfirmedProblem = () => {
    const names = unconfirmed().map((column) => `“${headingOf(props.data.header, column)}”`);
    return names.length > 0
      ? `In step 3, answer whether ${names.join(" and ")} says who opted out.`
      : undefined;
  };
  const evidenceMissing = () => evidence().trim().length < 3;
  const order = (chosen: Mapping) => ({
    id: props.data.id,
    mapping: chosen,
    fieldTypes: { ...fieldTypes },
    consentBasis: basis(),
    consentEvidence: evidence().trim(),
    consent: termsOf(terms, basis()),
    tags: parseTags(tags()),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const chosen = mapping();
    if (!chosen || evidenceMissing() || unconfirmed().length > 0 || start.isPending || denied("imports.run"))
      return;
    start.mutate(order(chosen));
  };
  return (
    <form onSubmit={submit} class="grid gap-6">
      <Card title="1. Match columns" hint="Matched from headings. Please check." flush>
        <Columns
          data={props.data}
          roles={roles()}
          onRole={(column, role) => setRoles(withRole(roles(), column, role))}
          types={fieldTypes}
          onType={(name, type) => setFieldTypes(name, type)}
        />
      </Card>
      <Card
        title="Several phone numbers"
        hint="A person may have several numbers, in columns or in one cell."
      >
        <Select
          label="Text this number"
          fieldClass="max-w-md"
          hint="Other numbers are kept in the custom field other_phones."
          value={phoneRule()}
          onChange={(event) => setPhoneRule(event.currentTarget.value as PhoneRule)}
        >
          <option value="mobile">The first that can get texts</option>
          <option value="first">The first of all, or reject the row</option>
        </Select>
      </Card>
      <PreviewCard id={props.data.id} mapping={mapping()} fieldTypes={{ ...fieldTypes }} />
      <Show when={mapping()}>
        {(chosen) => (
          <Card
            title="3. Who opted out"
            hint="People who opted out are never texted. An import can’t change that."
            flush
          >
            <ConsentReview
              id={props.data.id}
              header={props.data.header}
              mapping={chosen() as ImportMapping}
              likely={props.data.likelyOptOuts.filter((column) => isSkipped(roles()[column] ?? ""))}
              ignored={ignored()}
              onAnswer={answer}
              onIgnore={ignore}
            />
          </Card>
        )}
      </Show>
      <Card title="4. Consent">
        <div class="grid max-w-2xl gap-5">
          <Choices
            legend="Consent type"
            value={basis()}
            options={[
              {
                value: "express",
                label: "Express consent",
                hint: "They asked for texts, or ticked a box for texts",
              },
              {
                value: "inferred",
                label: "Inferred consent",
                hint: "They are customers who can expect to hear from you",
              },
              {
                value: "transactional",
                label: "Transactional only",
                hint: "Texts about an order or a booking, no marketing",
              },
            ]}
            onChange={setBasis}
          />
          <TextField
            label="How do you know?"
            hint="For example: sign-up form on our site, January to May. This is kept with every contact as evidence."
            maxLength={500}
            value={evidence()}
            error={tried() && evidenceMissing() ? "Say how you know, in a few words." : undefined}
            onInput={(event) => setEvidence(event.currentTarget.value)}
          />
          <ConsentTermsFields
            basis={basis()}
            terms={terms}
            eventDayHint="For rows without a day of their own. Choose “Day of the event” for a column in step 1."
            onChange={setTerms}
          />
          <TextField
            label="Tags for all contacts (optional)"
            hint="Separated by commas. You can send a campaign to a tag."
            value={tags()}
            onInput={(event) => setTags(event.currentTarget.value)}
          />
        </div>
      </Card>
      <Show when={mapping()}>
        {(chosen) => (
          <DiffCard
            data={props.data}
            order={order(chosen())}
            denied={denied("imports.run") || (evidenceMissing() ? "In step 4, say how you know" : undefined)}
          />
        )}
      </Show>
      <FormProblem text={tried() ? unconfirmedProblem() : undefined} />
      <StartRow
        start={start}
        label="Start the import"
        denied={denied("imports.run")}
        note="Opted-out numbers stay opted out. Rows that can’t be read are listed with the reason."
      />
    </form>
  );
}

/** Whether the import would not look for opt-outs in a column with this role. */
const isSkipped = (role: ColumnRole) => role === "" || role === "custom" || role === "tags";

function Columns(props: {
  data: Import;
  roles: ColumnRole[];
  onRole: (column: number, role: ColumnRole) => void;
  types: FieldTypes;
  onType: (name: string, type: NewFieldType) => void;
}): JSX.Element {
  const fields = Object.entries(FIELD_LABELS) as [ImportField, string][];
  const sample = (column: number) =>
    props.data.sample
      .map((row) => row[column]?.trim() ?? "")
      .filter(Boolean)
      .slice(0, SAMPLES_SHOWN)
      .join(" · ");
  return (
    <ul>
      <For each={props.data.header}>
        {(_, index) => (
          <li class="grid items-center gap-x-6 gap-y-2 border-b border-line px-5 py-3 last:border-0 sm:grid-cols-[minmax(0,1fr)_auto_14rem]">
            <div class="min-w-0">
              <span class="font-medium wrap-anywhere">{headingOf(props.data.header, index())}</span>
              <span class="block truncate text-[0.8125rem] text-muted">
                {sample(index()) || "Empty in the first rows"}
              </span>
              <Show when={props.roles[index()] === "custom"}>
                <span class="block text-[0.8125rem] text-muted wrap-anywhere">
                  Merge field:{" "}
                  <code translate="no">{`{{${usableFieldName(customName(props.data.header, index()))}}}`}</code>
                </span>
                <CustomType
                  name={usableFieldName(customName(props.data.header, index()))}
                  types={props.types}
                  onType={props.onType}
                />
              </Show>
            </div>
            <Icon name="right" class="hidden size-4 text-muted sm:block" />
            <select
              aria-label={`What is “${headingOf(props.data.header, index())}”?`}
              value={props.roles[index()] ?? ""}
              onChange={(event) => props.onRole(index(), event.currentTarget.value as ColumnRole)}
              class={`min-h-9 w-full rounded-lg border bg-surface px-3 ${props.roles[index()] ? "border-edge" : "border-line text-muted"}`}
            >
              <option value="">Don’t import</option>
              <For each={fields}>{([field, label]) => <option value={field}>{label}</option>}</For>
              <For each={Object.entries(LIST_LABELS)}>
                {([role, label]) => <option value={role}>{label}</option>}
              </For>
              <option value="eventDate">Day of the event (purchase, enquiry…)</option>
              <For each={Object.entries(CONSENT_LABELS)}>
                {([kind, label]) => <option value={kind}>{label}</option>}
              </For>
              <option value="custom">Custom field</option>
            </select>
          </li>
        )}
      </For>
    </ul>
  );
}
