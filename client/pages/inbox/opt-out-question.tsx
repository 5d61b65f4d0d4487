import { type JSX, Show } from "solid-js";
import { type ThreadMessage, useDecide } from "../../data/inbox.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";

const DONE = {
  "opted-out": "Opted out. This number will not be texted again.",
  dismissed: "Dismissed. This number can still be texted.",
} as const;

/** Asks whether a reply is an opt-out. The answer and the name of the teammate are kept. */
export function OptOutQuestion(props: { message: ThreadMessage }): JSX.Element {
  const decide = useDecide();
  const denied = useDenied();
  const choose = (decision: "opted-out" | "dismissed") =>
    decide.mutate(
      { id: props.message.id, decision },
      {
        onSuccess: () => notifyDone(DONE[decision]),
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  return (
    <Show
      when={!props.message.decision}
      fallback={
        <p class="text-xs text-muted">
          {props.message.decision === "opted-out" ? "Marked as an opt-out" : "Marked as not an opt-out"}
        </p>
      }
    >
      <div class="grid gap-2.5 rounded-xl bg-warn-soft px-3.5 py-3">
        <p>
          <Show
            when={props.message.kind === "partial-opt-out"}
            fallback={
              <>
                <strong class="font-semibold text-warn">Is this an opt-out?</strong> If they want no more
                texts, choose “Yes”. It takes effect immediately.
              </>
            }
          >
            <strong class="font-semibold text-warn">They may want only some of your texts.</strong> We keep no
            choice per purpose: leave them out of the other campaigns, or choose “Yes” to stop all texts. It
            takes effect immediately.
          </Show>
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
