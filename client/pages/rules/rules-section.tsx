import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { type ListedChange, type RuleVersion, rulesQuery } from "../../data/rules/rules.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Badge } from "../../ui/status.tsx";
import { Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { Section } from "../settings/section.tsx";
import { versionWords } from "./rule-words.ts";
import { changeState } from "./state-words.ts";

/** Drafts of sending rules, and the versions that were in force. */
export function RulesSection(): JSX.Element {
  const query = useQuery(rulesQuery);
  return (
    <Section
      id="rules"
      title="Rule changes"
      hint="Drafts of sending hours and limits with what they would have changed, and the latest versions in force."
    >
      <Loaded query={query}>
        {(loaded) => (
          <div class="grid gap-5">
            <Show
              when={loaded().changes.length > 0}
              fallback={
                <p class="text-muted">
                  No drafts. Choose “See what this would have changed” beside a setting to make one.
                </p>
              }
            >
              <ul class="grid gap-3">
                <For each={loaded().changes}>{(change) => <ChangeLine change={change} />}</For>
              </ul>
            </Show>
            <details>
              <summary class="cursor-pointer font-medium">Versions in force</summary>
              <ol class="mt-3 grid gap-3">
                <For each={loaded().versions}>
                  {(version, at) => (
                    <VersionLine
                      version={version}
                      before={loaded().versions[at() + 1]}
                      isCurrent={at() === 0}
                    />
                  )}
                </For>
              </ol>
            </details>
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function ChangeLine(props: { change: ListedChange }): JSX.Element {
  const state = () => changeState(props.change);
  return (
    <li class="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
      <div class="min-w-0 flex-1 basis-56">
        <A
          href={`/settings/rules/${props.change.id}`}
          class="font-medium text-accent wrap-anywhere hover:underline"
        >
          {props.change.note}
        </A>
        <Under class="wrap-anywhere">
          {props.change.draftedBy.name ?? "A former member"}, <Moment at={props.change.draftedAt} />
        </Under>
      </div>
      <Badge tone={state().tone}>{state().label}</Badge>
    </li>
  );
}

function VersionLine(props: {
  version: RuleVersion;
  before: RuleVersion | undefined;
  isCurrent: boolean;
}): JSX.Element {
  const by = () => props.version.changedBy ?? "the platform’s operator";
  return (
    <li class="border-l-2 border-line pl-3">
      <p class="font-medium">
        Version {props.version.revision}
        <Show when={props.isCurrent}>, in force</Show>
      </p>
      <Under class="wrap-anywhere">
        Since <Moment at={props.version.fromAt} />
        <Show when={props.version.revision > 1}>, by {by()}</Show>
        <Show when={props.version.ruleChangeId}>
          {(id) => (
            <>
              {" "}
              <A href={`/settings/rules/${id()}`} class="underline">
                by this draft
              </A>
            </>
          )}
        </Show>
      </Under>
      <For each={versionWords(props.version.rules, props.before?.rules)}>
        {(line) => <p class="mt-0.5 text-[0.8125rem] wrap-anywhere">{line}</p>}
      </For>
    </li>
  );
}
