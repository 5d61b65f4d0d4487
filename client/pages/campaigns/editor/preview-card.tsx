import { segments } from "@smscrm/core/segments";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { previewBodyQuery } from "../../../data/campaigns.ts";
import { type ContactRow, contactSearchQuery } from "../../../data/contacts.ts";
import { TextField } from "../../../ui/field.tsx";
import { countOf, formatPhone, nameOf } from "../../../ui/format.ts";
import { Card } from "../../../ui/page.tsx";

const TYPING_PAUSE_MS = 300;

/** The text as one contact will read it, made by the server as the worker will make it. */
export function PreviewCard(props: {
  body: string;
  smartEncoding: boolean;
  contact: ContactRow | null;
  onContact: (contact: ContactRow | null) => void;
}): JSX.Element {
  const [settled, setSettled] = createSignal(props.body);
  createEffect(
    on(
      () => props.body,
      (body) => {
        const timer = setTimeout(() => setSettled(body), TYPING_PAUSE_MS);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );
  const preview = useQuery(() => ({
    ...previewBodyQuery({
      body: settled(),
      smartEncoding: props.smartEncoding,
      contactId: props.contact?.id,
    }),
    enabled: settled().trim() !== "" && settled().length <= 1600,
  }));
  const text = () => (settled().trim() === "" || !preview.isSuccess ? undefined : preview.data);
  return (
    <Card title="Preview" hint="As it will arrive">
      <div class="rounded-2xl bg-sunken p-4">
        <Show
          when={text()}
          fallback={
            <p class="text-muted">{props.body.trim() === "" ? "Write a message to see it here." : "…"}</p>
          }
        >
          {(shown) => (
            <>
              <p class="w-fit max-w-full rounded-2xl rounded-bl-md bg-surface px-3.5 py-2.5 wrap-anywhere whitespace-pre-wrap shadow-card">
                {shown().text}
              </p>
              <p class="mt-2 text-xs text-muted">
                To {shown().contactName ?? "an example contact"} ·{" "}
                {countOf(segments(shown().text, { smartEncoding: props.smartEncoding }).segments, "segment")}
              </p>
            </>
          )}
        </Show>
      </div>
      <Show when={(text()?.missing.length ?? 0) > 0}>
        <p class="mt-3 rounded-lg bg-warn-soft px-3 py-2" role="status">
          <strong class="font-semibold text-warn">Not sent to this contact:</strong> no value for{" "}
          {text()?.missing.join(", ")}. Add a fallback, for example {"{{first_name|there}}"}.
        </p>
      </Show>
      <ContactChooser contact={props.contact} onContact={props.onContact} />
    </Card>
  );
}

function ContactChooser(props: {
  contact: ContactRow | null;
  onContact: (contact: ContactRow | null) => void;
}): JSX.Element {
  const [search, setSearch] = createSignal("");
  const found = useQuery(() => ({
    ...contactSearchQuery(search().trim()),
    enabled: search().trim().length > 1,
  }));
  const rows = () => (search().trim().length > 1 && found.isSuccess ? found.data.items.slice(0, 5) : []);
  const choose = (contact: ContactRow) => {
    props.onContact(contact);
    setSearch("");
  };
  return (
    <div class="mt-4">
      <TextField
        label="Preview for a contact"
        placeholder="Name or number"
        value={search()}
        onInput={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      />
      <ul class="mt-2 grid gap-1">
        <For each={rows()}>
          {(contact) => (
            <li>
              <button
                type="button"
                onClick={() => choose(contact)}
                class="flex w-full justify-between gap-3 rounded-lg px-2.5 py-1.5 text-left hover:bg-sunken"
              >
                <span class="truncate">{nameOf(contact)}</span>
                <span class="text-muted">{formatPhone(contact.phone)}</span>
              </button>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
