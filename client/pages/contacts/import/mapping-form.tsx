import type { ImportField } from "@smscrm/core/import-columns";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { type Import, importPreviewQuery, type Mapping, useStartImport } from "../../../data/imports.ts";
import { sentenceOf } from "../../../data/problem.ts";
import { useQuery } from "../../../data/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/button.tsx";
import { Choices, TextField } from "../../../ui/field.tsx";
import { formatPhone } from "../../../ui/format.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card } from "../../../ui/page.tsx";
import { type ColumnRole, FIELD_LABELS, mappingOf, rolesOf, withRole } from "./mapping.ts";

type Basis = "express" | "inferred" | "transactional";
const SAMPLES_SHOWN = 3;

/** Which column is which, what the first rows become, and on what footing these people may be texted. */
export function MappingForm(props: { data: Import }): JSX.Element {
  const start = useStartImport();
  const denied = useDenied();
  const [roles, setRoles] = createSignal<ColumnRole[]>(
    rolesOf(props.data.guessedMapping, props.data.header.length),
  );
  const [basis, setBasis] = createSignal<Basis>("express");
  const [evidence, setEvidence] = createSignal("");
  const [tags, setTags] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const mapping = createMemo(() => mappingOf(roles(), props.data.header) as Mapping | null);
  const evidenceMissing = () => evidence().trim().length < 3;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const chosen = mapping();
    if (!chosen || evidenceMissing() || start.isPending || denied("imports.run")) return;
    start.mutate({
      id: props.data.id,
      mapping: chosen,
      consentBasis: basis(),
      consentEvidence: evidence().trim(),
      tags: tags()
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    });
  };
  return (
    <form onSubmit={submit} class="grid gap-6">
      <Card title="1. Which column is which" hint="Guessed from the headings: look it over" flush>
        <Columns
          data={props.data}
          roles={roles()}
          onRole={(column, role) => setRoles(withRole(roles(), column, role))}
        />
      </Card>
      <Card title="2. What the first rows become" flush>
        <Show
          when={mapping()}
          fallback={
            <p class="p-5 font-medium text-danger" role="alert">
              Choose the column that holds the phone number.
            </p>
          }
        >
          {(chosen) => <Preview id={props.data.id} mapping={chosen()} />}
        </Show>
      </Card>
      <Card title="3. May these people be texted?">
        <div class="grid max-w-2xl gap-5">
          <Choices
            legend="On what footing"
            value={basis()}
            options={[
              {
                value: "express",
                label: "Express consent",
                hint: "They asked for texts, or ticked a box that said so",
              },
              {
                value: "inferred",
                label: "Inferred consent",
                hint: "They are customers and can expect to hear from you",
              },
              {
                value: "transactional",
                label: "Transactional only",
                hint: "Texts about something that they ordered or booked, no marketing",
              },
            ]}
            onChange={setBasis}
          />
          <TextField
            label="How do you know?"
            hint="For example: sign-up form on our site, January to May. It is kept with every contact as evidence."
            maxLength={500}
            value={evidence()}
            error={tried() && evidenceMissing() ? "Say how you know, in a few words." : undefined}
            onInput={(event) => setEvidence(event.currentTarget.value)}
          />
          <TextField
            label="Tags for all of them (optional)"
            hint="Separated by commas. A campaign can choose its audience by tag."
            value={tags()}
            onInput={(event) => setTags(event.currentTarget.value)}
          />
        </div>
      </Card>
      <Show when={start.isError}>
        <p role="alert" class="rounded-lg bg-danger-soft px-4 py-3 font-medium text-danger">
          {sentenceOf(start.error)}
        </p>
      </Show>
      <div class="flex flex-wrap items-center gap-4">
        <Button type="submit" look="primary" pending={start.isPending} denied={denied("imports.run")}>
          Start the import
        </Button>
        <span class="text-muted">
          Opted-out numbers stay opted out. Rows that can’t be read are listed with the reason.
        </span>
      </div>
    </form>
  );
}

function Columns(props: {
  data: Import;
  roles: ColumnRole[];
  onRole: (column: number, role: ColumnRole) => void;
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
        {(heading, index) => (
          <li class="grid items-center gap-x-6 gap-y-2 border-b border-line px-5 py-3 last:border-0 sm:grid-cols-[minmax(0,1fr)_auto_14rem]">
            <div class="min-w-0">
              <span class="font-medium wrap-anywhere">{heading || `Column ${index() + 1}`}</span>
              <span class="block truncate text-[0.8125rem] text-muted">
                {sample(index()) || "empty in the first rows"}
              </span>
            </div>
            <Icon name="right" class="hidden size-4 text-muted sm:block" />
            <select
              aria-label={`What is “${heading || `column ${index() + 1}`}”?`}
              value={props.roles[index()] ?? ""}
              onChange={(event) => props.onRole(index(), event.currentTarget.value as ColumnRole)}
              class={`min-h-9 w-full rounded-lg border bg-surface px-3 ${props.roles[index()] ? "border-edge" : "border-line text-muted"}`}
            >
              <option value="">Leave out</option>
              <For each={fields}>{([field, label]) => <option value={field}>{label}</option>}</For>
              <option value="custom">Keep as a field of its own</option>
            </select>
          </li>
        )}
      </For>
    </ul>
  );
}

function Preview(props: { id: string; mapping: Mapping }): JSX.Element {
  const query = useQuery(() => importPreviewQuery(props.id, props.mapping));
  return (
    <Loaded query={query}>
      {(data) => (
        <ul class={query.isPlaceholderData ? "opacity-60" : ""}>
          <For each={data().rows.slice(0, 8)}>
            {(row) => (
              <li class="grid gap-x-6 gap-y-1 border-b border-line px-5 py-3 last:border-0 sm:grid-cols-[4rem_minmax(0,1fr)]">
                <span class="text-[0.8125rem] text-muted">Line {row.line}</span>
                <Show
                  when={row.contact}
                  fallback={
                    <span>
                      <b class="font-semibold text-danger">Rejected: {row.reason?.toLowerCase()}</b>
                      <span class="block text-[0.8125rem] text-muted">{row.detail}</span>
                    </span>
                  }
                >
                  {(contact) => (
                    <span class="min-w-0 wrap-anywhere">
                      <b class="font-semibold">
                        {[contact().firstName, contact().lastName].filter(Boolean).join(" ") || "No name"}
                      </b>{" "}
                      {formatPhone(contact().phoneE164)}
                      <span class="block text-[0.8125rem] text-muted">
                        {[
                          contact().email,
                          contact().city,
                          contact().state,
                          contact().postcode,
                          ...contact().tags,
                        ]
                          .filter(Boolean)
                          .join(" · ")}
                        <Show when={row.detail}> {row.detail}</Show>
                      </span>
                    </span>
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      )}
    </Loaded>
  );
}
