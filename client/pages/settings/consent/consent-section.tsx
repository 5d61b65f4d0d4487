import { createSignal, For, type JSX, Show } from "solid-js";
import {
  optInQuery,
  topicsQuery,
  useRemoveOptIn,
  useSetOptIn,
  useSetTopics,
} from "../../../data/contacts/consent.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { notifyDone, notifyProblem } from "../../../ui/toast.tsx";
import { Section } from "../section.tsx";
import { SignUpForms } from "./sign-up-forms.tsx";

/** Topics of marketing, and the keywords and forms by which people agree to it. */
export function ConsentSection(): JSX.Element {
  return (
    <Section id="consent" title="Consent">
      <div class="grid gap-6">
        <Topics />
        <Keywords />
        <SignUpForms />
      </div>
    </Section>
  );
}

function Topics(): JSX.Element {
  const topics = useQuery(topicsQuery);
  const set = useSetTopics();
  const denied = useDenied();
  const [name, setName] = createSignal("");
  const names = () => (topics.isSuccess ? topics.data : []);
  const save = (next: string[]) =>
    set.mutate(
      { topics: next },
      {
        onSuccess: () => {
          notifyDone("Topics saved.");
          setName("");
        },
      },
    );
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    if (name().trim() !== "" && !denied("settings.write")) save([...names(), name().trim()]);
  };
  return (
    <div class="grid gap-3">
      <div>
        <h3 class="font-medium">Topics</h3>
        <p class="text-[0.8125rem] text-muted">
          Kinds of marketing, such as Offers or Events. People can refuse one and keep the others.
        </p>
      </div>
      <ul class="grid gap-1 empty:hidden" aria-label="Topics">
        <For each={names()}>
          {(topic) => (
            <li class="flex items-center justify-between gap-3">
              <span class="wrap-anywhere">{topic}</span>
              <Button
                size="small"
                denied={denied("settings.write")}
                onClick={() => save(names().filter((one) => one !== topic))}
              >
                Remove
              </Button>
            </li>
          )}
        </For>
      </ul>
      <form onSubmit={add} class="flex flex-wrap items-end gap-3">
        <TextField
          label="New topic"
          maxLength={40}
          value={name()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" pending={set.isPending} denied={denied("settings.write")}>
          Add topic
        </Button>
      </form>
      <FormProblem text={set.isError ? sentenceOf(set.error) : undefined} />
    </div>
  );
}

function Keywords(): JSX.Element {
  const keywords = useQuery(optInQuery);
  const remove = useRemoveOptIn();
  const denied = useDenied();
  const [adding, setAdding] = createSignal(false);
  const take = (keyword: string) =>
    remove.mutate(
      { keyword },
      {
        onSuccess: () => notifyDone("Keyword removed."),
        onError: (error) => notifyProblem(sentenceOf(error)),
      },
    );
  return (
    <div class="grid gap-3">
      <div>
        <h3 class="font-medium">Opt-in keywords</h3>
        <p class="text-[0.8125rem] text-muted">
          Who texts a keyword is asked to confirm. Their YES is recorded as express consent, with the question
          as its wording.
        </p>
      </div>
      <Show when={keywords.isSuccess}>
        <ul class="grid gap-2 empty:hidden" aria-label="Opt-in keywords">
          <For each={keywords.data ?? []}>
            {(one) => (
              <li class="flex items-start justify-between gap-3">
                <div class="min-w-0">
                  <span class="font-medium" translate="no">
                    {one.keyword}
                  </span>
                  <p class="text-[0.8125rem] text-muted wrap-anywhere">
                    {one.question}
                    <Show when={one.topics}>{(topics) => <> Topics: {topics().join(", ")}.</>}</Show>
                  </p>
                </div>
                <Button size="small" denied={denied("settings.write")} onClick={() => take(one.keyword)}>
                  Remove
                </Button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div>
        <Button denied={denied("settings.write")} onClick={() => setAdding(true)}>
          Add keyword…
        </Button>
      </div>
      <AddKeywordDialog open={adding()} onClose={() => setAdding(false)} />
    </div>
  );
}

function AddKeywordDialog(props: { open: boolean; onClose: () => void }): JSX.Element {
  const set = useSetOptIn();
  const [keyword, setKeyword] = createSignal("");
  const [question, setQuestion] = createSignal("");
  const save = () =>
    set.mutate(
      { keyword: keyword().trim(), question: question().trim() },
      {
        onSuccess: () => {
          notifyDone("Keyword added.");
          setKeyword("");
          setQuestion("");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Add an opt-in keyword"
      action="Add keyword"
      pending={set.isPending}
      denied={
        keyword().trim() === "" || question().trim() === "" ? "Enter the keyword and the question" : undefined
      }
      error={set.isError ? sentenceOf(set.error) : undefined}
      onConfirm={save}
    >
      <TextField
        label="Keyword"
        hint="One word, such as JOIN."
        maxLength={20}
        value={keyword()}
        onInput={(event) => setKeyword(event.currentTarget.value)}
      />
      <TextField
        label="Question"
        hint="Who asks, for what, how often, how to agree and how to stop: “Acme: reply YES to get our offers by text, about 4 a month. Reply STOP to opt out.”"
        maxLength={600}
        value={question()}
        onInput={(event) => setQuestion(event.currentTarget.value)}
      />
    </Confirm>
  );
}
