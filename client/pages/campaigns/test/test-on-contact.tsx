import { createSignal, type JSX, Show } from "solid-js";
import { type Campaign, useSendTest } from "../../../data/campaigns.ts";
import type { ContactRow } from "../../../data/contacts/contacts.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { Button } from "../../../ui/controls/button.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { ChosenContact } from "./chosen-contact.tsx";
import { TestOutcome } from "./test-outcome.tsx";

/** Sends the campaign to one contact, with that contact's values. */
export function TestOnContact(props: {
  campaign: Campaign;
  variant: number;
  /** A tag, or empty for the default; undefined: the person's own. */
  language: string | undefined;
  onClose: () => void;
}): JSX.Element {
  const test = useSendTest();
  const [contact, setContact] = createSignal<ContactRow | null>(null);
  // Each test has one id, so that pressing again, or after a lost answer, does not send it twice.
  const [testId, setTestId] = createSignal(crypto.randomUUID());
  const begin = () => {
    test.reset();
    setTestId(crypto.randomUUID());
  };
  const send = () => {
    const to = contact();
    if (to && !test.isPending) {
      test.mutate({
        testId: testId(),
        campaignId: props.campaign.id,
        contactId: to.id,
        variant: props.variant,
        language: props.language,
      });
    }
  };
  return (
    <>
      <ChosenContact label="Recipient" contact={contact()} onContact={setContact} />
      <FormProblem text={test.isError ? sentenceOf(test.error) : undefined} />
      <Show when={test.isSuccess && test.data}>{(sent) => <TestOutcome id={sent().sendJobId} />}</Show>
      <div class="flex flex-wrap justify-end gap-2">
        <Button onClick={() => props.onClose()}>Close</Button>
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
    </>
  );
}
