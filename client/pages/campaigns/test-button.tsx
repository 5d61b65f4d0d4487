import { A } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { type Campaign, useSendTest } from "../../data/campaigns.ts";
import type { ContactRow } from "../../data/contacts/contacts.ts";
import { messageQuery } from "../../data/messages.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Dialog } from "../../ui/controls/dialog.tsx";
import { FormProblem } from "../../ui/controls/form-problem.tsx";
import { MessageStatus } from "../../ui/status.tsx";
import { formatPhone, nameOf } from "../../ui/words/format.ts";
import { ContactChooser } from "./editor/contact-chooser.tsx";

/** Sends the campaign to one contact, with that contact's values. */
export function TestButton(props: { campaign: Campaign }): JSX.Element {
  const denied = useDenied();
  const test = useSendTest();
  const [open, setOpen] = createSignal(false);
  const [contact, setContact] = createSignal<ContactRow | null>(null);
  // Each test has one id, so that pressing again, or after a lost answer, does not send it twice.
  const [testId, setTestId] = createSignal(crypto.randomUUID());
  const begin = () => {
    test.reset();
    setTestId(crypto.randomUUID());
    setOpen(true);
  };
  const send = () => {
    const to = contact();
    if (to && !test.isPending) {
      test.mutate({ testId: testId(), campaignId: props.campaign.id, contactId: to.id });
    }
  };
  return (
    <>
      <Button icon="phone" denied={denied("campaigns.launch")} onClick={begin}>
        Test…
      </Button>
      <Dialog
        open={open()}
        onClose={() => setOpen(false)}
        title="Send a test"
        description="Goes to one contact, with their own values. The same checks and price apply. The campaign stays a draft."
      >
        <div class="grid gap-4">
          <Show
            when={contact()}
            fallback={<ContactChooser label="Recipient" contact={null} onContact={setContact} />}
          >
            {(to) => (
              <p class="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-sunken px-3.5 py-2.5">
                <span>
                  <span class="font-medium">{nameOf(to())}</span>{" "}
                  <span class="text-muted">{formatPhone(to().phone)}</span>
                </span>
                <Button size="small" look="quiet" onClick={() => setContact(null)}>
                  Choose another
                </Button>
              </p>
            )}
          </Show>
          <FormProblem text={test.isError ? sentenceOf(test.error) : undefined} />
          <Show when={test.isSuccess && test.data}>{(sent) => <Outcome id={sent().sendJobId} />}</Show>
          <div class="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setOpen(false)}>Close</Button>
            <Show when={!test.isSuccess} fallback={<Button onClick={begin}>Another test</Button>}>
              <Button
                look="primary"
                icon="send"
                pending={test.isPending}
                denied={contact() ? undefined : "Choose a contact first"}
                onClick={send}
              >
                Send test
              </Button>
            </Show>
          </div>
        </div>
      </Dialog>
    </>
  );
}

/** The result of the test, updated live. */
function Outcome(props: { id: string }): JSX.Element {
  const message = useQuery(() => ({ ...messageQuery(props.id), refetchInterval: 1_000 }));
  const known = () => message.data;
  return (
    <div role="status" class="grid gap-1.5 rounded-lg bg-sunken px-3.5 py-3">
      <Show when={known()} fallback={<p class="text-muted">Queued…</p>}>
        {(shown) => (
          <>
            <p class="flex items-center gap-2">
              <MessageStatus status={shown().status} reason={shown().reason} />
              <A href={`/messages/${props.id}`} class="text-accent underline">
                See why
              </A>
            </p>
            <p class="text-pretty text-muted">{shown().sentence}</p>
          </>
        )}
      </Show>
    </div>
  );
}
