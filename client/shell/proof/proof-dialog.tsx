import { type JSX, Show } from "solid-js";
import { askPasskeyOfSession, prove, securityQuery } from "../../data/people/second-factor.ts";
import { askingForProof } from "../../data/transport/proof-fetch.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Button, buttonClass } from "../../ui/controls/button.tsx";
import { Dialog } from "../../ui/controls/dialog.tsx";
import { ProofForm } from "./proof-form.tsx";

/** Opens when the server asks for a proof of who is there. The change is then repeated. */
export function ProofDialog(): JSX.Element {
  return (
    <Dialog
      open={askingForProof() !== null}
      onClose={() => askingForProof()?.(false)}
      title="Confirm that it’s you"
      description="This action needs a fresh confirmation. It counts for five minutes."
    >
      <Show when={askingForProof()}>{(answered) => <Ask onProven={() => answered()(true)} />}</Show>
    </Dialog>
  );
}

function Ask(props: { onProven: () => void }): JSX.Element {
  const security = useQuery(securityQuery);
  return (
    <Show when={security.data}>
      {(present) => (
        <Show when={!present().provesAtProvider} fallback={<AskAtProvider onProven={props.onProven} />}>
          <ProofForm
            ways={{
              totp: present().totpSince !== null,
              passkey: present().passkeys.length > 0 && present().passkeysPossible,
              recoveryCodes: present().recoveryCodesLeft > 0,
              password: present().totpSince === null && present().passkeys.length === 0,
            }}
            action="Confirm"
            challenge={askPasskeyOfSession}
            give={async (proof) => {
              await prove(proof);
              props.onProven();
            }}
          />
        </Show>
      )}
    </Show>
  );
}

/** After single sign-on the provider confirms, in another tab, so that nothing that was typed here is lost. */
function AskAtProvider(props: { onProven: () => void }): JSX.Element {
  return (
    <div class="grid gap-4">
      <p>You signed in with single sign-on. Sign in there again, in a new tab, then come back.</p>
      <div class="flex flex-wrap gap-2">
        <a href="/confirm" target="_blank" rel="noopener noreferrer" class={buttonClass("primary")}>
          Confirm with single sign-on
        </a>
        <Button onClick={() => props.onProven()}>I have confirmed</Button>
      </div>
    </div>
  );
}
