import { createSignal, type JSX, Show } from "solid-js";
import { useAddDoNotContact, useRemoveDoNotContact } from "../../data/contacts/do-not-contact.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { formatPhone } from "../../ui/words/format.ts";

const NOTE_LENGTH_MIN = 3;

/** Adds a number to the list, which takes effect before the next message is sent. Without `phone`, the dialog asks for it. */
export function AddToListDialog(props: { open: boolean; onClose: () => void; phone?: string }): JSX.Element {
  const add = useAddDoNotContact();
  const [phone, setPhone] = createSignal("");
  const [note, setNote] = createSignal("");
  const number = () => props.phone ?? phone().trim();
  const save = () =>
    add.mutate(
      { phone: number(), note: note().trim() },
      {
        onSuccess: (answer) => {
          notifyDone(
            answer.added
              ? "Added. This number will not be texted again."
              : "This number was already on the list.",
          );
          setPhone("");
          setNote("");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={props.phone ? `Do not contact ${formatPhone(props.phone)}?` : "Add a number"}
      description="Nothing is sent to this number until it is removed from the list. An import can’t remove it."
      action="Add to the list"
      danger
      pending={add.isPending}
      denied={
        number() === "" || note().trim().length < NOTE_LENGTH_MIN
          ? "Enter the number and a reason"
          : undefined
      }
      error={add.isError ? sentenceOf(add.error) : undefined}
      onConfirm={save}
    >
      <Show when={!props.phone}>
        <TextField
          label="Phone number"
          inputmode="tel"
          autocomplete="off"
          value={phone()}
          onInput={(event) => setPhone(event.currentTarget.value)}
        />
      </Show>
      <TextField
        label="Reason"
        hint="For example: asked on the phone. This is kept in the audit log."
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  );
}

/** Removes a number from the list, with a reason. The contact still needs consent before it is texted. */
export function RemoveFromListDialog(props: {
  open: boolean;
  onClose: () => void;
  phone: string;
}): JSX.Element {
  const remove = useRemoveDoNotContact();
  const [note, setNote] = createSignal("");
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Remove ${formatPhone(props.phone)} from the list?`}
      description="Do this only if the person asked for texts again. Your name and the reason are kept in the audit log."
      action="Remove from the list"
      danger
      pending={remove.isPending}
      denied={note().trim().length < NOTE_LENGTH_MIN ? "Enter a reason" : undefined}
      error={remove.isError ? sentenceOf(remove.error) : undefined}
      onConfirm={() =>
        remove.mutate(
          { phone: props.phone, note: note().trim() },
          {
            onSuccess: () => {
              notifyDone("Removed from the list.");
              setNote("");
              props.onClose();
            },
          },
        )
      }
    >
      <TextField
        label="Reason"
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  );
}
