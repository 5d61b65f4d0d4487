import { createSignal, type JSX } from "solid-js";
import { type SendingNumber, useUpdateNumber } from "../data/numbers.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { Confirm } from "../ui/controls/dialog.tsx";
import { Select, TextField } from "../ui/controls/field.tsx";
import { notifyDone } from "../ui/toast.tsx";

type State = NonNullable<SendingNumber["registration"]>;

/** Edits a sender name's status in its country's register. */
export function RegistrationDialog(props: {
  number: SendingNumber;
  open: boolean;
  onClose: () => void;
}): JSX.Element {
  const update = useUpdateNumber();
  const [state, setState] = createSignal<State>();
  const [reference, setReference] = createSignal<string>();
  const [day, setDay] = createSignal<string>();
  const save = () =>
    update.mutate(
      {
        id: props.number.id,
        registration: state() ?? props.number.registration ?? "not-registered",
        registrationReference: (reference() ?? props.number.registrationReference ?? "").trim() || null,
        registeredOn: (day() ?? props.number.registeredOn) || null,
      },
      {
        onSuccess: () => {
          notifyDone("Registration saved.");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Registration of ${props.number.phone}`}
      description="Without registration, carriers show the name as “Unverified” or block it. Nothing is sent from it until it is registered."
      action="Save"
      pending={update.isPending}
      error={update.isError ? sentenceOf(update.error) : undefined}
      onConfirm={save}
    >
      <Select
        label="Status in the register"
        value={state() ?? props.number.registration ?? "not-registered"}
        onChange={(event) => setState(event.currentTarget.value as State)}
      >
        <option value="not-registered">Not registered</option>
        <option value="pending">Pending</option>
        <option value="registered">Registered</option>
        <option value="refused">Refused</option>
        <option value="not-required">No register in this country</option>
      </Select>
      <TextField
        label="Reference (optional)"
        maxLength={100}
        value={reference() ?? props.number.registrationReference ?? ""}
        onInput={(event) => setReference(event.currentTarget.value)}
      />
      <TextField
        label="Registered on (optional)"
        type="date"
        value={day() ?? props.number.registeredOn ?? ""}
        onInput={(event) => setDay(event.currentTarget.value)}
      />
    </Confirm>
  );
}
