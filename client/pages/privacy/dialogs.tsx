import { createSignal, type JSX } from "solid-js";
import {
  type Erasure,
  type FoundPerson,
  useErasePerson,
  useLiftErasure,
} from "../../data/contacts/privacy.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { formatPhone } from "../../ui/words/format.ts";

const REASON_LENGTH_MIN = 3;

export function EraseDialog(props: { person: FoundPerson | null; onClose: () => void }): JSX.Element {
  const erase = useErasePerson();
  const [reason, setReason] = createSignal("");
  const phone = () => props.person?.phone ?? "";
  const confirm = () =>
    erase.mutate(
      { phone: phone(), reason: reason().trim() },
      {
        onSuccess: () => {
          notifyDone("Erased. Nothing is sent to this person, and imports leave them out.");
          setReason("");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.person !== null}
      onClose={props.onClose}
      title={`Erase ${formatPhone(phone())}?`}
      description="Their number, names and texts are deleted everywhere, for good. Files that wait to be imported are canceled. Costs and counts stay. A keyed hash of the number keeps them out of later imports."
      action="Erase"
      danger
      pending={erase.isPending}
      denied={reason().trim().length < REASON_LENGTH_MIN ? "Enter a reason" : undefined}
      error={erase.isError ? sentenceOf(erase.error) : undefined}
      onConfirm={confirm}
    >
      <TextField
        label="Reason"
        hint="Kept, so don’t name the person. Such as: request of 28 November, ticket 4711"
        value={reason()}
        onInput={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}

export function LiftDialog(props: { erasure: Erasure | null; onClose: () => void }): JSX.Element {
  const lift = useLiftErasure();
  const [reason, setReason] = createSignal("");
  const confirm = () =>
    lift.mutate(
      { id: props.erasure!.id, reason: reason().trim() },
      {
        onSuccess: () => {
          notifyDone("Lifted. The person can be added again.");
          setReason("");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.erasure !== null}
      onClose={props.onClose}
      title="Lift this erasure?"
      description="Only if the person asked for texts again. What was erased does not come back."
      action="Lift"
      danger
      pending={lift.isPending}
      denied={reason().trim().length < REASON_LENGTH_MIN ? "Enter a reason" : undefined}
      error={lift.isError ? sentenceOf(lift.error) : undefined}
      onConfirm={confirm}
    >
      <TextField label="Reason" value={reason()} onInput={(event) => setReason(event.currentTarget.value)} />
    </Confirm>
  );
}
