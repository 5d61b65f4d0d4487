import { createEffect, createSignal, For, type JSX, on } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import { type Contact, useUpdateContact } from "../../data/contacts/contacts.ts";
import { fieldsQuery } from "../../data/contacts/fields.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { ZoneField } from "../../ui/time/zone-field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { NameFields, TagsField } from "./contact-fields.tsx";
import { CustomValueField } from "./custom-values.tsx";
import { parseTags } from "./parse-tags.ts";

const ADDRESS = [
  ["city", "City"],
  ["state", "State"],
  ["postcode", "Postcode"],
] as const;

const formOf = (contact: Contact) => ({
  city: contact.city ?? "",
  state: contact.state ?? "",
  postcode: contact.postcode ?? "",
  custom: { ...contact.custom } as Record<string, string>,
  firstName: contact.firstName ?? "",
  lastName: contact.lastName ?? "",
  email: contact.email ?? "",
  timezone: contact.timezoneSource === "stated" ? (contact.timezone ?? "") : "",
  tags: contact.tags.join(", "),
});

export function EditContactDialog(props: {
  open: boolean;
  onClose: () => void;
  contact: Contact;
}): JSX.Element {
  const update = useUpdateContact();
  const fields = useQuery(fieldsQuery);
  // As of the opening: the page behind may learn of a teammate's change, and that must not be overwritten.
  const [seen, setSeen] = createSignal(props.contact.updatedAt);
  const [form, setForm] = createStore(formOf(props.contact));
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return;
        setForm(reconcile(formOf(props.contact)));
        setSeen(props.contact.updatedAt);
      },
    ),
  );
  const save = () => {
    const { timezone, custom, ...rest } = form;
    const before = formOf(props.contact);
    const changed = Object.entries(custom).filter(([name, value]) => value !== (before.custom[name] ?? ""));
    // An unchanged address is not sent: it would derive the time zone again.
    const address = Object.fromEntries(
      ADDRESS.flatMap(([key]) => (rest[key] === before[key] ? [] : [[key, rest[key]]])),
    );
    const { firstName, lastName, email } = rest;
    // An unchanged zone is not sent, so that a zone from the address or number stays automatic.
    const zoneChange = timezone === formOf(props.contact).timezone ? {} : { timezone: timezone || null };
    update.mutate(
      {
        ...{ id: props.contact.id, updatedAt: seen() },
        ...{ firstName, lastName, email, ...address, ...zoneChange, tags: parseTags(form.tags) },
        ...(changed.length > 0 ? { custom: Object.fromEntries(changed) } : {}),
      },
      {
        onSuccess: () => {
          notifyDone("Contact saved.");
          props.onClose();
        },
      },
    );
  };
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Edit contact"
      action="Save"
      pending={update.isPending}
      error={update.isError ? sentenceOf(update.error) : undefined}
      onConfirm={save}
    >
      <NameFields form={form} onInput={setForm} />
      <TextField
        label="Email"
        type="email"
        value={form.email}
        onInput={(event) => setForm("email", event.currentTarget.value)}
      />
      <div class="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <For each={ADDRESS}>
          {([key, label]) => (
            <TextField
              label={label}
              value={form[key]}
              onInput={(event) => setForm(key, event.currentTarget.value)}
            />
          )}
        </For>
      </div>
      <ZoneField
        label="Time zone they told you"
        hint="Leave empty to use the address or number."
        value={form.timezone}
        onInput={(zone) => setForm("timezone", zone)}
      />
      <TagsField form={form} onInput={setForm} />
      <For each={fields.isSuccess ? fields.data : []}>
        {(field) => (
          <CustomValueField
            field={field}
            value={form.custom[field.name] ?? ""}
            onInput={(value) => setForm("custom", field.name, value)}
          />
        )}
      </For>
    </Confirm>
  );
}
