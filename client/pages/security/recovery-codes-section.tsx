import { createSignal, type JSX } from "solid-js";
import { type Security, useRenewRecoveryCodes } from "../../data/people/second-factor.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Section } from "../settings/section.tsx";

export function RecoveryCodesSection(props: { security: Security }): JSX.Element {
  const renew = useRenewRecoveryCodes();
  const [asking, setAsking] = createSignal(false);
  return (
    <Section
      id="recovery-codes"
      title="Recovery codes"
      hint="For when you lose your phone or passkey. Each code works once."
    >
      <div class="flex flex-wrap items-center gap-3">
        <p>{props.security.recoveryCodesLeft} of 10 left</p>
        <Button class="ml-auto" onClick={() => setAsking(true)}>
          Create new codes
        </Button>
      </div>
      <Confirm
        open={asking()}
        onClose={() => setAsking(false)}
        title="Create new recovery codes?"
        description="Your current codes stop working."
        action="Create new codes"
        pending={renew.isPending}
        error={renew.isError ? sentenceOf(renew.error) : undefined}
        onConfirm={() => renew.mutate(undefined, { onSuccess: () => setAsking(false) })}
      />
    </Section>
  );
}
