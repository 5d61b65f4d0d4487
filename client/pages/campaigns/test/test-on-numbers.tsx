import { createSignal, For, type JSX, Show } from "solid-js";
import type { Campaign } from "../../../data/campaigns.ts";
import type { ContactRow } from "../../../data/contacts/contacts.ts";
import {
  type TestNumber,
  testNumbersQuery,
  useRemoveTestNumber,
  useSendTests,
} from "../../../data/test-numbers.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Checkbox } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { notifyProblem } from "../../../ui/toast.tsx";
import { countOf, formatPhone } from "../../../ui/words/format.ts";
import { AddTestNumber } from "./add-test-number.tsx";
import { ChosenContact } from "./chosen-contact.tsx";
import { TestOutcome } from "./test-outcome.tsx";

const TESTS_MAX = 10;

/** Sends the campaign to numbers that teammates verified as their own, with a contact's values. */
export function TestOnNumbers(props: {
  campaign: Campaign;
  variant: number;
  /** A tag, or empty for the default; undefined: the person's own. */
  language: string | undefined;
  onClose: () => void;
}): JSX.Element {
  const numbers = useQuery(testNumbersQuery);
  const test = useSendTests();
  const [chosen, setChosen] = createSignal<string[]>([]);
  const [contact, setContact] = createSignal<ContactRow | null>(null);
  // Each number's test has one id, so that pressing again, or after a lost answer, does not send it twice.
  const [ids, setIds] = createSignal(new Map<string, string>());
  const verified = () => (numbers.isSuccess ? numbers.data.filter(({ verifiedAt }) => verifiedAt) : []);
  const to = () => chosen().filter((id) => verified().some((number) => number.id === id));
  const toggle = (id: string, on: boolean) =>
    setChosen(on ? [...chosen(), id] : chosen().filter((one) => one !== id));
  const begin = () => {
    test.reset();
    setIds(new Map());
  };
  const send = () => {
    if (test.isPending) return;
    for (const id of to()) if (!ids().has(id)) ids().set(id, crypto.randomUUID());
    test.mutate({
      campaignId: props.campaign.id,
      contactId: contact()?.id,
      variant: props.variant,
      language: props.language,
      tests: to().map((testNumberId) => ({ testNumberId, testId: ids().get(testNumberId)! })),
    });
  };
  const fault = () => {
    if (to().length === 0) return "Choose a number first";
    return to().length > TESTS_MAX ? `Choose at most ${TESTS_MAX} numbers` : undefined;
  };
  return (
    <>
      <Loaded query={numbers}>
        {() => (
          <fieldset class="grid gap-2">
            <legend class="mb-2 font-medium">Numbers</legend>
            <For
              each={verified()}
              fallback={<p class="text-muted">Nobody has added a number yet. Add yours below.</p>}
            >
              {(number) => (
                <NumberRow
                  number={number}
                  chosen={chosen().includes(number.id)}
                  onToggle={(on) => toggle(number.id, on)}
                />
              )}
            </For>
          </fieldset>
        )}
      </Loaded>
      <AddTestNumber onAdded={(id) => toggle(id, true)} />
      <ChosenContact
        label="As this person (optional; else somebody of the audience)"
        contact={contact()}
        onContact={setContact}
      />
      <FormProblem text={test.isError ? sentenceOf(test.error) : undefined} />
      <Show when={test.isSuccess && test.data}>
        {(sent) => <For each={sent().sendJobIds}>{(id) => <TestOutcome id={id} named />}</For>}
      </Show>
      <div class="flex flex-wrap justify-end gap-2">
        <Button onClick={() => props.onClose()}>Close</Button>
        <Show when={!test.isSuccess} fallback={<Button onClick={begin}>Another test</Button>}>
          <Button look="primary" icon="send" pending={test.isPending} denied={fault()} onClick={send}>
            {to().length > 1 ? `Send ${countOf(to().length, "test")}` : "Send test"}
          </Button>
        </Show>
      </div>
    </>
  );
}

function NumberRow(props: {
  number: TestNumber;
  chosen: boolean;
  onToggle: (on: boolean) => void;
}): JSX.Element {
  const remove = useRemoveTestNumber();
  const denied = useDenied();
  return (
    <div class="flex flex-wrap items-start justify-between gap-2">
      <Checkbox
        label={`${props.number.isMine ? "You" : props.number.owner}, ${formatPhone(props.number.phone)}`}
        hint={props.number.isMine ? "Sent at any hour, because you ask for it" : "Sent in their hours only"}
        checked={props.chosen}
        onChange={(event) => props.onToggle(event.currentTarget.checked)}
      />
      <Show when={props.number.isMine || !denied("people.manage")}>
        <Button
          size="small"
          look="quiet"
          pending={remove.isPending}
          onClick={() =>
            remove.mutate(props.number.id, { onError: (error) => notifyProblem(sentenceOf(error)) })
          }
        >
          Remove
        </Button>
      </Show>
    </div>
  );
}
