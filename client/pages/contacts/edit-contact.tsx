import { createEffect, type JSX, on } from "solid-js";
import { createStore } from "solid-js/store";
import { type Contact, useUpdateContact } from "../../data/contacts/contacts.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { ZoneField } from "../../ui/time/zone-field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { NameFields, TagsField } from "./contact-fields.tsx";
import { parseTags } from "./parse-tags.ts";

const formOf = (contact: Contact) => ({
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
  const [form, setForm] = createStore(formOf(props.contact));
  createEffect(
    on(
      () => props.open,
      (open) => open && setForm(formOf(props.contact)),
    ),
  );
  const save = () => {
    const { timezone, ...rest } = form;
    // An unchanged zone is not sent, so that a zone from the address or number stays automatic.
    const zoneChange = timezone === formOf(props.contact).timezone ? {} : { timezone: timezone || null };
    update.mutate(
      { id: props.contact.id, ...rest, ...zoneChange, tags: parseTags(form.tags) },
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
      <ZoneField
        label="Time zone they told you"
        hint="Leave empty to use the address or number."
        value={form.timezone}
        onInput={(zone) => setForm("timezone", zone)}
      />
      <TagsField form={form} onInput={setForm} />
    </Confirm>
  );
}
