import { createSignal, type JSX } from "solid-js";
import { type CountryRules, type RulePart, useWithdrawRule } from "../../../data/rules/law.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { Loosened } from "./loosened.tsx";
import { PART_WORDS } from "./part-words.ts";

/** Puts the shipped part back in force. */
export function WithdrawDialog(props: {
  rules: CountryRules;
  part: RulePart | null;
  onClose: () => void;
}): JSX.Element {
  const withdraw = useWithdrawRule();
  const [note, setNote] = createSignal("");
  const [loosens, setLoosens] = createSignal<readonly string[]>([]);
  const [accepted, setAccepted] = createSignal(false);
  const close = () => {
    setNote("");
    setLoosens([]);
    setAccepted(false);
    props.onClose();
  };
  const confirm = () => {
    if (!props.part) return;
    const { law, revision } = props.rules;
    const acceptLooser = loosens().length > 0 && accepted();
    withdraw.mutate(
      { country: law.country, part: props.part, revision, note: note().trim(), acceptLooser },
      {
        onSuccess: (answer) => {
          if (!answer.saved) {
            setLoosens(answer.loosens);
            return;
          }
          notifyDone("The shipped rule is in force again.");
          close();
        },
      },
    );
  };
  return (
    <Confirm
      open={props.part !== null}
      onClose={close}
      title={`Use the shipped ${PART_WORDS[props.part ?? "price"].label.toLowerCase()}?`}
      description="Your version is kept and no longer in force. A scheduled version of it no longer begins."
      action="Use shipped"
      pending={withdraw.isPending}
      denied={loosens().length > 0 && !accepted() && "Say that the source allows it"}
      error={withdraw.isError ? sentenceOf(withdraw.error) : undefined}
      onConfirm={confirm}
    >
      <TextField
        label="Reason"
        maxLength={1000}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
      <Loosened loosens={loosens()} accepted={accepted()} onAccept={setAccepted} />
    </Confirm>
  );
}
