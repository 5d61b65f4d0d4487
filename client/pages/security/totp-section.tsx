import { createSignal, type JSX, Show } from "solid-js";
import {
  type Security,
  type TotpSetup,
  useConfirmTotp,
  useRemoveTotp,
  useStartTotp,
} from "../../data/people/second-factor.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { CodeField } from "../../ui/controls/code-field.tsx";
import { Confirm, Dialog } from "../../ui/controls/dialog.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import { Badge } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { Section } from "../settings/section.tsx";

export function TotpSection(props: { security: Security }): JSX.Element {
  const start = useStartTotp();
  const remove = useRemoveTotp();
  const [setup, setSetup] = createSignal<TotpSetup | null>(null);
  const [removing, setRemoving] = createSignal(false);
  const begin = () =>
    start.mutate(undefined, { onSuccess: setSetup, onError: (error) => notifyProblem(sentenceOf(error)) });
  const finish = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        setRemoving(false);
        notifyDone("Authenticator app removed.");
      },
    });
  return (
    <Section
      id="app"
      title="Authenticator app"
      hint="An app on your phone shows a new six-digit code every 30 seconds."
    >
      <Show
        when={props.security.totpSince}
        fallback={
          <Button pending={start.isPending} onClick={begin}>
            Set up an app
          </Button>
        }
      >
        {(since) => (
          <div class="flex flex-wrap items-center gap-3">
            <Badge tone="ok">On</Badge>
            <p class="text-muted">
              Since <Moment at={since()} />
            </p>
            <Button class="ml-auto" onClick={() => setRemoving(true)}>
              Remove
            </Button>
          </div>
        )}
      </Show>
      <SetUpDialog setup={setup()} onClose={() => setSetup(null)} />
      <Confirm
        open={removing()}
        onClose={() => setRemoving(false)}
        title="Remove the authenticator app?"
        description={
          props.security.passkeys.length > 0
            ? "You then sign in with your password and a passkey."
            : "Your password alone then signs you in, and your recovery codes are deleted."
        }
        action="Remove"
        danger
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={finish}
      />
    </Section>
  );
}

function SetUpDialog(props: { setup: TotpSetup | null; onClose: () => void }): JSX.Element {
  const confirm = useConfirmTotp();
  const [code, setCode] = createSignal("");
  const close = () => {
    setCode("");
    confirm.reset();
    props.onClose();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (confirm.isPending) return;
    confirm.mutate(code(), {
      onSuccess: ({ recoveryCodes }) => {
        close();
        // Only the first factor brings codes, and ends sessions that the password alone began.
        notifyDone(
          recoveryCodes
            ? "Authenticator app set up. Your other sessions have ended."
            : "Authenticator app set up.",
        );
      },
      onError: () => setCode(""),
    });
  };
  return (
    <Dialog
      open={props.setup !== null}
      onClose={close}
      title="Set up an authenticator app"
      description="Scan the code with your app, then enter the six digits that it shows."
    >
      <Show when={props.setup}>
        {(setup) => (
          <form onSubmit={submit} class="grid gap-4">
            <QrCode text={setup().uri} label="QR code for your authenticator app" />
            <div>
              <p class="text-[0.8125rem] text-muted">Can’t scan it? Enter this key in the app:</p>
              <p class="font-mono text-[0.8125rem] wrap-anywhere select-all">
                {setup().secret.replace(/(.{4})(?=.)/g, "$1 ")}
              </p>
            </div>
            <CodeField value={code()} onInput={setCode} />
            <FormProblem text={confirm.isError ? sentenceOf(confirm.error) : undefined} />
            <div class="flex flex-wrap justify-end gap-2">
              <Button onClick={close}>Cancel</Button>
              <Button type="submit" look="primary" pending={confirm.isPending}>
                Turn on
              </Button>
            </div>
          </form>
        )}
      </Show>
    </Dialog>
  );
}
