import { createSignal, For, type JSX } from "solid-js";
import { type ContactRow, contactSearchQuery } from "../../../data/contacts/contacts.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { formatPhone, nameOf } from "../../../ui/words/format.ts";

/** Finds a contact by the start of a name or number. */
export function ContactChooser(props: {
  label: string;
  contact: ContactRow | null;
  onContact: (contact: ContactRow | null) => void;
}): JSX.Element {
  const denied = useDenied();
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
    <div>
      <TextField
        label={props.label}
        placeholder={denied("phoneNumbers.read") ? "Name or whole number" : "Name or number starts with…"}
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
