import { type JSX, Show } from "solid-js";
import type { ContactRow } from "../../../data/contacts/contacts.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { formatPhone, nameOf } from "../../../ui/words/format.ts";
import { ContactChooser } from "../editor/contact-chooser.tsx";

/** A search for a contact until one is chosen, then the contact. */
export function ChosenContact(props: {
  label: string;
  contact: ContactRow | null;
  onContact: (contact: ContactRow | null) => void;
}): JSX.Element {
  return (
    <Show
      when={props.contact}
      fallback={<ContactChooser label={props.label} contact={null} onContact={props.onContact} />}
    >
      {(chosen) => (
        <p class="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-sunken px-3.5 py-2.5">
          <span>
            <span class="font-medium">{nameOf(chosen())}</span>{" "}
            <span class="text-muted">{formatPhone(chosen().phone)}</span>
          </span>
          <Button size="small" look="quiet" onClick={() => props.onContact(null)}>
            Choose another
          </Button>
        </p>
      )}
    </Show>
  );
}
