import { For, type JSX, Show } from "solid-js";
import { importPreviewQuery, type Mapping } from "../../../data/imports.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card } from "../../../ui/page.tsx";
import { formatPhone } from "../../../ui/words/format.ts";
import type { FieldTypes } from "./custom-type.tsx";

/** Step 2 of each import form: what the first rows become with this mapping. */
export function PreviewCard(props: {
  id: string;
  mapping: Mapping | null;
  fieldTypes?: FieldTypes;
}): JSX.Element {
  return (
    <Card title="2. Preview of the first rows" flush>
      <Show
        when={props.mapping}
        fallback={
          <p class="p-5 font-medium text-danger" role="alert">
            Choose the column that holds the phone number.
          </p>
        }
      >
        {(mapping) => <Rows id={props.id} mapping={mapping()} fieldTypes={props.fieldTypes ?? {}} />}
      </Show>
    </Card>
  );
}

function Rows(props: { id: string; mapping: Mapping; fieldTypes: FieldTypes }): JSX.Element {
  const query = useQuery(() => importPreviewQuery(props.id, props.mapping, props.fieldTypes));
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
                    <Show
                      when={row.reason}
                      fallback={<span>{formatPhone(row.phone ?? "")} will be added to Do not contact</span>}
                    >
                      <span>
                        <b class="font-semibold text-danger">Rejected: {row.reason?.toLowerCase()}</b>
                        <span class="block text-[0.8125rem] text-muted">{row.detail}</span>
                      </span>
                    </Show>
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
                          ...Object.entries(contact().custom).map(([name, value]) => `${name}: ${value}`),
                        ]
                          .filter(Boolean)
                          .join(" · ")}
                        <Show when={row.detail}> {row.detail}</Show>
                      </span>
                      <Show when={row.optedOut}>
                        <span class="block font-medium text-danger">Opted out. {row.optedOut}</span>
                      </Show>
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
