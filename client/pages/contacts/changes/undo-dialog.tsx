import { createSignal, type JSX } from "solid-js";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";

const NOTE_LENGTH_MIN = 3;

interface Start {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  mutate: (input: { id: string; note: string }, then: { onSuccess: () => void }) => void;
}

/** Asks why an import or a bulk action is undone, and starts the undo. */
export function UndoDialog(props: {
  id: string;
  start: Start;
  open: boolean;
  onClose: () => void;
  title: string;
  description: JSX.Element;
  action: string;
  danger?: boolean;
  /** A reason that is often given, such as "the wrong list". */
  example: string;
}): JSX.Element {
  const [note, setNote] = createSignal("");
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      description={props.description}
      action={props.action}
      danger={props.danger}
      pending={props.start.isPending}
      denied={note().trim().length < NOTE_LENGTH_MIN ? "Enter a reason" : undefined}
      error={props.start.isError ? sentenceOf(props.start.error) : undefined}
      onConfirm={() =>
        props.start.mutate(
          { id: props.id, note: note().trim() },
          {
            onSuccess: () => {
              setNote("");
              props.onClose();
            },
          },
        )
      }
    >
      <TextField
        label="Reason"
        hint={`For example: ${props.example}. This is kept in the audit log.`}
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  );
}
