import { createSignal, For, type JSX } from "solid-js";
import type { RuleStep, useRuleStep } from "../../data/rules/rules.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";

/** The steps that a draft of rules can take now, an organisation's or a country's. Activating asks first. */
export function StepButtons(props: {
  steps: readonly RuleStep[];
  /** The draft as it is shown: one that has changed since takes no step. */
  seen: { id: string; revision: number };
  step: ReturnType<typeof useRuleStep>;
  /** What is said once the draft is active. */
  activated: string;
  refused: (name: RuleStep) => string | undefined;
  title: string;
  description: string;
}): JSX.Element {
  const [confirming, setConfirming] = createSignal(false);
  const words = (name: RuleStep) =>
    name === "activate" ? { label: "Activate…", done: props.activated } : STEPS[name];
  const take = (name: RuleStep) => {
    const { id, revision } = props.seen;
    props.step.mutate(
      { step: name, id, revision },
      {
        onSuccess: () => {
          notifyDone(words(name).done);
          setConfirming(false);
        },
        onError: (error) => name !== "activate" && notifyProblem(sentenceOf(error)),
      },
    );
  };
  return (
    <div class="flex flex-wrap gap-2">
      <For each={props.steps}>
        {(name) => (
          <Button
            look={name === "activate" ? "primary" : "secondary"}
            denied={props.refused(name)}
            pending={props.step.isPending && props.step.variables?.step === name}
            onClick={() => (name === "activate" ? setConfirming(true) : take(name))}
          >
            {words(name).label}
          </Button>
        )}
      </For>
      <Confirm
        open={confirming()}
        onClose={() => setConfirming(false)}
        title={props.title}
        description={props.description}
        action="Activate"
        pending={props.step.isPending}
        error={props.step.isError ? sentenceOf(props.step.error) : undefined}
        onConfirm={() => take("activate")}
      />
    </div>
  );
}

const STEPS: Readonly<Record<Exclude<RuleStep, "activate">, { label: string; done: string }>> = {
  replay: { label: "Replay again", done: "The replay starts within seconds." },
  cancel: { label: "Cancel replay", done: "The replay was canceled." },
  withdraw: { label: "Withdraw", done: "The draft was withdrawn." },
};
