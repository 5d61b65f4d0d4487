import { createSignal, type JSX, Show } from "solid-js";
import { useAddDoNotContact, useRemoveDoNotContact } from "../../data/do-not-contact.ts";
import { sentenceOf } from "../../data/problem.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { formatPhone } from "../../ui/format.ts";
import { notifyDone } from "../../ui/toast.tsx";

const SHORTEST_NOTE = 3;

/** Puts a number on the list; in force before the next hand-over. Without `phone` it is asked for. */
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
              ? "Added. No campaign texts this number any more."
              : "This number was on the list already.",
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
      description="Nobody here texts this number any more, whatever the campaign. An import does not change that."
      action="Add to the list"
      danger
      pending={add.isPending}
      denied={
        number() === "" || note().trim().length < SHORTEST_NOTE ? "Enter the number and say why" : undefined
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
        label="Why"
        hint="For example: asked on the phone. It is kept."
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  );
}

/** Takes a number off the list, with a reason. Consent is needed all the same before it is texted. */
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
      title={`Take ${formatPhone(props.phone)} off the list?`}
      description="Only if the person asked for texts again. Your name, the time and the reason are kept in the audit log."
      action="Remove from the list"
      danger
      pending={remove.isPending}
      denied={note().trim().length < SHORTEST_NOTE ? "Say why" : undefined}
      error={remove.isError ? sentenceOf(remove.error) : undefined}
      onConfirm={() =>
        remove.mutate(
          { phone: props.phone, note: note().trim() },
          {
            onSuccess: () => {
              notifyDone("Taken off the list.");
              setNote("");
              props.onClose();
            },
          },
        )
      }
    >
      <TextField
        label="Why"
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  );
}
