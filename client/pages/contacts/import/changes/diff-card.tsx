import { createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import {
  type ChangesOf,
  type CompareInput,
  type Import,
  useCompareImport,
} from "../../../../data/imports.ts";
import { sentenceOf } from "../../../../data/transport/problem.ts";
import { Announce } from "../../../../ui/announce.tsx";
import { ProgressBar } from "../../../../ui/charts/meter.tsx";
import { Button } from "../../../../ui/controls/button.tsx";
import { FormProblem } from "../../../../ui/controls/form-problem.tsx";
import { Card } from "../../../../ui/page.tsx";
import { countOf, formatCount } from "../../../../ui/words/format.ts";
import { ChangesList, type ChangeTab, ChangeTabs } from "./changes-card.tsx";
import { sameAnswers } from "./same-answers.ts";

/** Step 5 of an import of contacts: what it would do to the contacts, before it starts. */
export function DiffCard(props: {
  data: Import;
  order: CompareInput;
  denied: string | undefined;
}): JSX.Element {
  const compare = useCompareImport();
  const diff = () => props.data.diff;
  const isRunning = () => diff()?.status === "queued" || diff()?.status === "running";
  const isOld = () => {
    const { id: _, ...answers } = props.order;
    return !sameAnswers(answers, diff()?.order ?? {});
  };
  return (
    <Card
      title="5. What will change"
      hint="Compares the whole file with your contacts. Nothing is imported."
      actions={
        <Button
          size="small"
          pending={compare.isPending}
          denied={props.denied}
          onClick={() => compare.mutate(props.order)}
        >
          {diff() ? "Compare again" : "Compare with your contacts"}
        </Button>
      }
      flush
    >
      <div class="grid gap-3 px-5 py-4">
        <FormProblem text={compare.isError ? sentenceOf(compare.error) : undefined} />
        <Switch
          fallback={
            <p class="text-muted">You can compare first, and see whose name or details the file changes.</p>
          }
        >
          <Match when={isRunning() && diff()}>
            {(running) => (
              <>
                <ProgressBar
                  label="Comparison"
                  share={
                    running().status === "queued"
                      ? null
                      : Math.min(1, running().bytesDone / props.data.sizeBytes)
                  }
                />
                <Announce text={`${countOf(running().rowsDone, "row")} compared`} />
              </>
            )}
          </Match>
          <Match when={diff()?.status === "failed"}>
            <p class="font-medium text-danger">{diff()?.error}</p>
          </Match>
          <Match when={diff()?.status === "completed" && isOld()}>
            <p class="font-medium">Your answers changed since. Compare again.</p>
          </Match>
          <Match when={diff()?.status === "completed" && diff()}>{(done) => <Counts diff={done()} />}</Match>
        </Switch>
      </div>
      <Show when={diff()?.status === "completed" && !isOld() && diff()}>
        {(done) => <Lists id={props.data.id} diff={done()} />}
      </Show>
    </Card>
  );
}

type Diff = NonNullable<Import["diff"]>;

function Counts(props: { diff: Diff }): JSX.Element {
  const counts = () => [
    { label: "New", count: props.diff.created },
    { label: "Changed", count: props.diff.updated },
    { label: "Unchanged", count: props.diff.unchanged },
    { label: "Rejected", count: props.diff.rejected },
    { label: "Still opted out", count: props.diff.keptOptedOut },
    { label: "Opted out by this file", count: props.diff.optedOut },
  ];
  return (
    <>
      <Announce text={`Compared. ${countOf(props.diff.updated, "contact")} would change.`} />
      <ul class="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6">
        <For each={counts()}>
          {({ label, count }) => (
            <li>
              <span class="block text-[0.8125rem] text-muted">{label}</span>
              <span class="text-xl font-semibold" translate="no">
                {formatCount(count)}
              </span>
            </li>
          )}
        </For>
      </ul>
      <Show when={!props.diff.isWhole}>
        <p class="text-[0.8125rem] text-muted">
          The first {countOf(props.diff.rowsDone, "row")} were compared. The import reads all rows.
        </p>
      </Show>
    </>
  );
}

function Lists(props: { id: string; diff: Diff }): JSX.Element {
  const tabs = () => {
    const all: ChangeTab[] = [
      { of: "wouldRename", label: "Names that change", count: props.diff.renamed },
      { of: "wouldChange", label: "Other changes", count: props.diff.updated - props.diff.renamed },
    ];
    return all.filter(({ count }) => count > 0);
  };
  const [chosen, setChosen] = createSignal<ChangesOf | null>(null);
  const shown = () => tabs().find(({ of }) => of === chosen()) ?? tabs()[0];
  return (
    <Show when={shown()}>
      {(tab) => (
        <>
          <ChangeTabs tabs={tabs()} chosen={tab().of} onChoose={setChosen} />
          <Show keyed when={tab().of}>
            {(of) => <ChangesList id={props.id} of={of} />}
          </Show>
        </>
      )}
    </Show>
  );
}
