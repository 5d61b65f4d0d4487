import { type JSX, Show } from "solid-js";
import type { InvitationLink } from "../../data/people/members.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Dialog } from "../../ui/controls/dialog.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";

export type { InvitationLink };

/** Shows the link of an invitation that was not mailed, once. */
export function LinkDialog(props: { link: InvitationLink | null; onClose: () => void }): JSX.Element {
  const copy = () =>
    navigator.clipboard.writeText(props.link?.url ?? "").then(
      () => notifyDone("Link copied."),
      () => notifyProblem("The browser did not allow copying. Select the link and copy it."),
    );
  return (
    <Dialog open={props.link !== null} onClose={props.onClose} title="Invitation link">
      <Show when={props.link?.mailFault}>
        {(fault) => <p class="mb-3 font-medium text-danger">The email was not sent. {fault()}</p>}
      </Show>
      <p class="wrap-anywhere">
        Give this link only to {props.link?.email}. Anyone with the link can accept. It works once, expires{" "}
        <Moment at={props.link?.expiresAt} /> and is not shown again.
      </p>
      <p class="my-3 rounded-lg bg-sunken px-4 py-3 font-mono wrap-anywhere select-all">{props.link?.url}</p>
      <Button icon="copy" onClick={copy}>
        Copy link
      </Button>
    </Dialog>
  );
}
