import { createSignal, type JSX } from "solid-js";
import { useResendMessage } from "../../data/messages.ts";
import { sentenceOf } from "../../data/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";

const SHORTEST_REASON = 3;

/** A person's decision about a message of unknown outcome: a new attempt, with what that risks. */
export function SendAgain(props: { id: string }): JSX.Element {
  const denied = useDenied();
  const resend = useResendMessage();
  const [asking, setAsking] = createSignal(false);
  const [reason, setReason] = createSignal("");
  const send = () =>
    resend.mutate(
      { id: props.id, reason: reason().trim() },
      {
        onSuccess: () => {
          notifyDone("In the queue again. It goes once every rule allows it.");
          setReason("");
          setAsking(false);
        },
      },
    );
  return (
    <div class="mt-4">
      <Button denied={denied("messages.resend")} onClick={() => setAsking(true)}>
        Send again…
      </Button>
      <Confirm
        open={asking()}
        onClose={() => setAsking(false)}
        title="Send this message again?"
        description={
          <>
            The carrier may have it already: then this person gets it <b>twice</b>, and both are paid for. We
            ask the carrier about it for a day; waiting costs nothing. Every rule is asked again: quiet hours,
            the do-not-contact list, the budget.
          </>
        }
        action="Send again"
        danger
        pending={resend.isPending}
        denied={reason().trim().length < SHORTEST_REASON ? "Say why" : undefined}
        error={resend.isError ? sentenceOf(resend.error) : undefined}
        onConfirm={send}
      >
        <TextField
          label="Why"
          hint="Your name, the time and the reason are kept in the audit log."
          maxLength={500}
          value={reason()}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Confirm>
    </div>
  );
}
