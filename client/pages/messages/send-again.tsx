import { createSignal, type JSX } from "solid-js";
import { useResendMessage } from "../../data/messages.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";

const REASON_LENGTH_MIN = 3;

/** Sends a message with an unknown outcome again, after a warning about the risk. */
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
          notifyDone("Queued again. It is sent once all checks allow it.");
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
            The carrier may already have sent it. Then this contact gets it <b>twice</b> and you pay twice. We
            keep asking the carrier for a day, so you can also wait. All checks, such as quiet hours and the
            budget, are run again.
          </>
        }
        action="Send again"
        danger
        pending={resend.isPending}
        denied={reason().trim().length < REASON_LENGTH_MIN ? "Enter a reason" : undefined}
        error={resend.isError ? sentenceOf(resend.error) : undefined}
        onConfirm={send}
      >
        <TextField
          label="Reason"
          hint="Your name and the reason are kept in the audit log."
          maxLength={500}
          value={reason()}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Confirm>
    </div>
  );
}
