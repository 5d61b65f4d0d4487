import { For, type JSX, Show } from "solid-js";
import { diagnosisQuery, type Finding } from "../../data/alerts.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Button } from "../../ui/controls/button.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import type { Tone } from "../../ui/words/status-words.ts";
import { byIssue } from "./alert-words.ts";

const STATES = {
  ok: { label: "OK", tone: "ok" },
  notice: { label: "Check", tone: "warn" },
  wrong: { label: "Problem", tone: "danger" },
} as const satisfies Record<Finding["state"], { label: string; tone: Tone }>;

/** Checks the runbook's six common issues. Shows which step is wrong and what to do. */
export function DiagnosisCard(): JSX.Element {
  const query = useQuery(diagnosisQuery);
  return (
    <Card
      title="Diagnosis"
      hint="Checks for the common issues in the runbook. “pnpm run doctor” runs the same checks in a terminal."
      actions={
        <Button onClick={() => query.refetch()} pending={query.isFetching}>
          Check again
        </Button>
      }
      flush
    >
      <Loaded query={query}>
        {(findings) => (
          <ul>
            <For each={byIssue(findings())}>
              {(issue) => <Issue title={issue.title} steps={issue.steps} />}
            </For>
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function Issue(props: { title: string; steps: Finding[] }): JSX.Element {
  return (
    <li class="border-b border-line px-5 py-3 last:border-0">
      <h3 class="font-medium">{props.title}</h3>
      <ul class="mt-1.5 grid gap-1.5">
        <For each={props.steps}>
          {(step) => (
            <li class="flex items-start gap-3">
              <span class="w-14 shrink-0">
                <Badge tone={STATES[step.state].tone}>{STATES[step.state].label}</Badge>
              </span>
              <span class="min-w-0 wrap-anywhere">
                {step.says}
                <Show when={step.todo}>
                  <span class="block text-muted">{step.todo}</span>
                </Show>
              </span>
            </li>
          )}
        </For>
      </ul>
    </li>
  );
}
