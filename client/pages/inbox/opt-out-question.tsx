import { type JSX, Show } from "solid-js";
import { type Turn, useDecide } from "../../data/inbox.ts";
import { sentenceOf } from "../../data/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/button.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";

const DONE = {
  "opted-out": "Opted out. Nobody here texts this person any more.",
  dismissed: "Dismissed. This person is texted as before.",
} as const;

/** A reply that may be an opt-out: only a person can tell, and what they decide is kept with their name. */
export function OptOutQuestion(props: { turn: Turn }): JSX.Element {
  const decide = useDecide();
  const denied = useDenied();
  const choose = (decision: "opted-out" | "dismissed") =>
    decide.mutate(
      { id: props.turn.id, decision },
      {
        onSuccess: () => notifyDone(DONE[decision]),
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  return (
    <Show
      when={!props.turn.decision}
      fallback={
        <p class="text-xs text-muted">
          {props.turn.decision === "opted-out"
            ? "Read as an opt-out by a person"
            : "Not an opt-out, said a person"}
        </p>
      }
    >
      <div class="grid gap-2.5 rounded-xl bg-warn-soft px-3.5 py-3">
        <p>
          <strong class="font-semibold text-warn">Is this an opt-out?</strong> If they want no more texts, say
          so here: it is in force at once.
        </p>
        <div class="flex flex-wrap gap-2">
          <Button
            size="small"
            look="danger"
            pending={decide.isPending}
            denied={denied("doNotContact.add")}
            onClick={() => choose("opted-out")}
          >
            Yes, opt out
          </Button>
          <Button
            size="small"
            pending={decide.isPending}
            denied={denied("doNotContact.add")}
            onClick={() => choose("dismissed")}
          >
            No, dismiss
          </Button>
        </div>
      </div>
    </Show>
  );
}
