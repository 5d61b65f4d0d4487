import { useNavigate } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { type CountryRules, type RulePart, useWithdrawRule } from "../../../data/rules/law.ts";
import { useDraftShipped } from "../../../data/rules/law-drafts.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { Loosened, notSavable } from "./loosened.tsx";
import { PART_WORDS } from "./part-words.ts";

/** Puts the shipped part back in force. */
export function WithdrawDialog(props: {
  rules: CountryRules;
  part: RulePart | null;
  onClose: () => void;
}): JSX.Element {
  const withdraw = useWithdrawRule();
  const draft = useDraftShipped();
  const navigate = useNavigate();
  const [note, setNote] = createSignal("");
  const [loosens, setLoosens] = createSignal<readonly string[]>([]);
  const [others, setOthers] = createSignal<readonly string[]>([]);
  const [accepted, setAccepted] = createSignal(false);
  const close = () => {
    setNote("");
    setLoosens([]);
    setOthers([]);
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
            setOthers(answer.others);
            return;
          }
          notifyDone("The shipped rule is in force again.");
          close();
        },
      },
    );
  };
  const preview = () => {
    if (!props.part || draft.isPending) return;
    const { law, revision } = props.rules;
    draft.mutate(
      { country: law.country, part: props.part, revision, note: note().trim() },
      { onSuccess: ({ id }) => navigate(`/platform/countries/${law.country}/drafts/${id}`) },
    );
  };
  const problem = () =>
    withdraw.isError ? sentenceOf(withdraw.error) : draft.isError ? sentenceOf(draft.error) : undefined;
  return (
    <Confirm
      open={props.part !== null}
      onClose={close}
      title={`Use the shipped ${PART_WORDS[props.part ?? "price"].label.toLowerCase()}?`}
      description="Your version is kept and no longer in force. A scheduled version of it no longer begins."
      action="Use shipped"
      pending={withdraw.isPending}
      denied={notSavable(loosens(), others(), accepted())}
      error={problem()}
      onConfirm={confirm}
    >
      <TextField
        label="Reason"
        maxLength={1000}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
      <Loosened loosens={loosens()} others={others()} accepted={accepted()} onAccept={setAccepted} />
      <Show when={loosens().length > 0}>
        <Button class="whitespace-normal" pending={draft.isPending} onClick={preview}>
          See what this would have changed
        </Button>
      </Show>
    </Confirm>
  );
}
