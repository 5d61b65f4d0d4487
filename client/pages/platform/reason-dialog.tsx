import { createSignal, type JSX } from "solid-js";
import { type Organisation, type ReasonedAction, useReasonedAction } from "../../data/platform.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";

interface Words {
  title: (name: string) => string;
  description: string;
  action: string;
  done: string;
  danger?: boolean;
}

const WORDS: Record<ReasonedAction, Words> = {
  suspend: {
    title: (name) => `Suspend ${name}?`,
    description:
      "Nothing more is sent within a quarter of a second. Its members can still sign in, read and export. Only the platform can reinstate it.",
    action: "Suspend",
    done: "Suspended.",
    danger: true,
  },
  reinstate: {
    title: (name) => `Reinstate ${name}?`,
    description:
      "Queued messages resume, within quiet hours and budgets, unless its members paused sending too.",
    action: "Reinstate",
    done: "Reinstated.",
  },
  close: {
    title: (name) => `Close ${name}?`,
    description:
      "All its campaigns are canceled for good, and nobody can sign in there. Its contacts, messages and audit log stay.",
    action: "Close organisation",
    done: "Closed.",
    danger: true,
  },
  reopen: {
    title: (name) => `Reopen ${name}?`,
    description: "Its members can sign in again. It stays suspended until you reinstate it.",
    action: "Reopen",
    done: "Reopened.",
  },
  requestAccess: {
    title: (name) => `Ask to look into ${name}?`,
    description: "Its owners read your reason and decide. Until then you see nothing.",
    action: "Ask",
    done: "Asked. Its owners decide.",
  },
};

/** Asks for the reason of an action; the organisation's people can read it. */
export function ReasonDialog(props: {
  action: ReasonedAction | null;
  organisation: Organisation;
  onClose: () => void;
}): JSX.Element {
  const run = useReasonedAction();
  const [reason, setReason] = createSignal("");
  // The dialog keeps its words while it closes.
  const words = (): Words => WORDS[props.action ?? "suspend"];
  const confirm = () => {
    if (!props.action) return;
    run.mutate(
      { action: props.action, id: props.organisation.id, reason: reason().trim() },
      {
        onSuccess: () => {
          notifyDone(words().done);
          setReason("");
          props.onClose();
        },
      },
    );
  };
  return (
    <Confirm
      open={props.action !== null}
      onClose={props.onClose}
      title={words().title(props.organisation.name)}
      description={words().description}
      action={words().action}
      danger={words().danger === true}
      pending={run.isPending}
      error={run.isError ? sentenceOf(run.error) : undefined}
      onConfirm={confirm}
    >
      <TextField
        label="Reason"
        hint="The organisation’s people can read it."
        maxLength={200}
        value={reason()}
        onInput={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
