import { createEffect, createSignal, createUniqueId, For, type JSX, on, Show } from "solid-js";
import { type ContactRow, contactSearchQuery } from "../../../data/contacts/contacts.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { formatPhone, nameOf } from "../../../ui/words/format.ts";

const SHOWN_MAX = 5;

/** Finds a contact by a part of a name or number. Arrows move through the list, Enter chooses. */
export function ContactChooser(props: {
  label: string;
  contact: ContactRow | null;
  onContact: (contact: ContactRow | null) => void;
}): JSX.Element {
  const denied = useDenied();
  const listId = createUniqueId();
  const [search, setSearch] = createSignal("");
  const [at, setAt] = createSignal(0);
  const asked = () => search().trim();
  const found = useQuery(() => ({ ...contactSearchQuery(asked()), enabled: asked().length > 1 }));
  const rows = () => (asked().length > 1 && found.isSuccess ? found.data.items.slice(0, SHOWN_MAX) : []);
  createEffect(on(rows, () => setAt(0)));
  const optionId = (index: number) => `${listId}-${index}`;
  const choose = (contact: ContactRow | undefined) => {
    if (!contact) return;
    props.onContact(contact);
    setSearch("");
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && rows().length > 0) {
      event.preventDefault();
      setAt((at() + step + rows().length) % rows().length);
    }
    if (event.key === "Enter") {
      // The form around it is not sent.
      event.preventDefault();
      choose(rows()[at()]);
    }
    if (event.key === "Escape" && search() !== "") {
      event.preventDefault();
      event.stopPropagation();
      setSearch("");
    }
  };
  return (
    <div>
      <TextField
        label={props.label}
        placeholder={denied("phoneNumbers.read") ? "Name or whole number" : "Name, or a part of a number"}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={rows().length > 0}
        aria-controls={listId}
        aria-activedescendant={rows().length > 0 ? optionId(at()) : undefined}
        autocomplete="off"
        value={search()}
        onInput={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <Show when={rows().length > 0}>
        <div id={listId} role="listbox" aria-label="Contacts found" class="mt-2 grid gap-1">
          <For each={rows()}>
            {(contact, index) => (
              <div
                id={optionId(index())}
                role="option"
                tabIndex={-1}
                aria-selected={index() === at()}
                onClick={() => choose(contact)}
                onKeyDown={onKey}
                class="flex w-full cursor-pointer justify-between gap-3 rounded-lg px-2.5 py-1.5 text-left hover:bg-sunken aria-selected:bg-accent-soft"
              >
                <bdi class="truncate">{nameOf(contact)}</bdi>
                <span class="whitespace-nowrap text-muted">{formatPhone(contact.phone)}</span>
              </div>
            )}
          </For>
        </div>
      </Show>
      <Show when={asked().length > 1 && found.isSuccess && rows().length === 0}>
        <p class="text-[0.8125rem] text-muted" role="status">
          Nobody found.
        </p>
      </Show>
    </div>
  );
}
