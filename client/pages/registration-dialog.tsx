import { createSignal, type JSX } from "solid-js";
import { type SendingNumber, useUpdateNumber } from "../data/numbers.ts";
import { sentenceOf } from "../data/problem.ts";
import { Confirm } from "../ui/dialog.tsx";
import { Select, TextField } from "../ui/field.tsx";
import { notifyDone } from "../ui/toast.tsx";

type State = NonNullable<SendingNumber["registration"]>;

/** Where a sender name stands with its country's register: as the register says, kept with its reference. */
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
          notifyDone("The registration is noted.");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Registration of ${props.number.phone}`}
      description="A name that is not on its country’s register arrives as “Unverified”, or not at all. Nothing is sent from it until it is registered."
      action="Save"
      pending={update.isPending}
      error={update.isError ? sentenceOf(update.error) : undefined}
      onConfirm={save}
    >
      <Select
        label="The register says"
        value={state() ?? props.number.registration ?? "not-registered"}
        onChange={(event) => setState(event.currentTarget.value as State)}
      >
        <option value="not-registered">Not registered</option>
        <option value="pending">Pending</option>
        <option value="registered">Registered</option>
        <option value="refused">Refused</option>
        <option value="not-required">There is no register in this country</option>
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
