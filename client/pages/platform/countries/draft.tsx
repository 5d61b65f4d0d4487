import { useParams } from "@solidjs/router";
import { For, type JSX, Match, Show, Switch } from "solid-js";
import {
  type DraftFigures,
  type DraftStep,
  type RuleDraftPage,
  ruleDraftQuery,
  useDraftStep,
} from "../../../data/rules/law-drafts.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card, Fact, Facts, Notice, PageHead } from "../../../ui/page.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { countOf, countryName, formatCount, formatMoney } from "../../../ui/words/format.ts";
import { ByReason, Summary } from "../../rules/result.tsx";
import { changeState } from "../../rules/state-words.ts";
import { StepButtons } from "../../rules/step-buttons.tsx";
import { PART_WORDS } from "./part-words.ts";
import { ReplyFigures } from "./reply-figures.tsx";

/** A draft of a country's rule, with what it would have changed for all organisations, in figures. */
export default function RuleDraftPageView(): JSX.Element {
  const params = useParams<{ country: string; id: string }>();
  const query = useQuery(() => ruleDraftQuery(params.id));
  return (
    <Loaded query={query}>
      {(page) => (
        <>
          <PageHead
            title={`${PART_WORDS[page().draft.part].label}: draft`}
            back={{
              href: `/platform/countries/${page().draft.country}`,
              label: countryName(page().draft.country),
            }}
            status={<Badge tone={changeState(page().draft).tone}>{changeState(page().draft).label}</Badge>}
            lead={<span class="wrap-anywhere">{page().draft.note}</span>}
          />
          <div class="grid max-w-3xl gap-6">
            <State page={page()} />
            <Drafted page={page()} />
            <Show when={page().replay}>
              {(figures) => (
                <Card title="What it would have changed">
                  <Figures figures={figures()} page={page()} period={replayPeriod(page())} />
                  <p class="mt-4 text-[0.8125rem] text-muted">
                    {page().draft.part === "replies"
                      ? "Each reply is read alone, with the words and texts of its time, against what it was heard as."
                      : "Each decision is judged alone, at its time, against what happened. A message let through still needs a sender, rate and budget."}
                  </p>
                </Card>
              )}
            </Show>
            <Show when={page().shadow}>
              {(figures) => (
                <Card
                  title="Since the draft"
                  hint={
                    <>
                      Shadow mode judges new {page().draft.part === "replies" ? "replies" : "decisions"} every
                      hour. Until <Moment at={page().draft.shadowUntil} />.
                    </>
                  }
                >
                  <Figures figures={figures()} page={page()} period="Since the draft" />
                </Card>
              )}
            </Show>
          </div>
        </>
      )}
    </Loaded>
  );
}

const replayPeriod = ({ draft }: RuleDraftPage) => {
  if (draft.replayState === "done") return "In the last 30 days";
  return `Of the ${draft.part === "replies" ? "replies" : "decisions"} compared so far,`;
};

const USD = "USD";

interface FiguresProps {
  figures: DraftFigures;
  page: RuleDraftPage;
  period: string;
}

/** The figures of all organisations. */
function Figures(props: FiguresProps): JSX.Element {
  return (
    <Show when={props.page.draft.part === "replies"} fallback={<DecisionFigures {...props} />}>
      <div class="grid gap-5">
        <ReplyFigures counts={props.figures.replies} period={props.period} />
        <Show when={props.figures.organisations > 0}>
          <Organisations {...props}>had replies from</Organisations>
        </Show>
      </div>
    </Show>
  );
}

function Organisations(props: FiguresProps & { children: string }): JSX.Element {
  return (
    <p class="text-muted">
      {props.figures.moreOrganisations
        ? `${formatCount(props.figures.organisations)} organisations or more`
        : countOf(props.figures.organisations, "organisation")}{" "}
      {props.children} {countryName(props.page.draft.country)}.
    </p>
  );
}

/** For a price they are money. */
function DecisionFigures(props: FiguresProps): JSX.Element {
  const cost = () => props.figures.cost;
  return (
    <div class="grid gap-5">
      <Summary counts={props.figures} period={props.period} />
      <Show when={cost().messages > 0}>
        <p>
          {countOf(cost().messages, "message")} would have been priced at {formatMoney(cost().toMicros, USD)}{" "}
          in place of {formatMoney(cost().fromMicros, USD)}.
        </p>
      </Show>
      <Show when={props.figures.decisions > 0}>
        <Organisations {...props}>had messages to</Organisations>
      </Show>
      <Show when={props.figures.held + props.figures.letThrough > 0}>
        <ByReason parts={props.figures.byReason} />
      </Show>
    </div>
  );
}

function Drafted(props: { page: RuleDraftPage }): JSX.Element {
  const draft = () => props.page.draft;
  return (
    <Card title="The rule">
      <Facts>
        <Fact term="Becomes">
          <Show when={draft().body !== null} fallback="As shipped">
            <details>
              <summary class="cursor-pointer">Show the data</summary>
              <pre class="mt-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere">
                {JSON.stringify(draft().body, null, 2)}
              </pre>
            </details>
          </Show>
        </Fact>
        <Show when={draft().source}>
          {(source) => (
            <Fact term="Source">
              <a class="underline wrap-anywhere" href={source()} target="_blank" rel="noreferrer">
                {source()}
              </a>
            </Fact>
          )}
        </Show>
        <Fact term="Begins">
          <Show when={draft().validFrom} fallback="When it is activated">
            {(from) => <Moment at={from()} />}
          </Show>
        </Fact>
        <Fact term="Drafted">
          <span class="wrap-anywhere">{draft().by}</span>, <Moment at={draft().draftedAt} />
        </Fact>
      </Facts>
    </Card>
  );
}

/** Where the draft is, and what this operator can do with it. */
function State(props: { page: RuleDraftPage }): JSX.Element {
  const draft = () => props.page.draft;
  const actions = (steps: readonly DraftStep[]) => <Actions page={props.page} steps={steps} />;
  return (
    <Switch>
      <Match when={draft().status !== "open"}>
        <Notice
          tone={draft().status === "active" ? "ok" : "info"}
          title={draft().status === "active" ? "Activated" : "Withdrawn"}
        >
          {draft().decidedBy}, <Moment at={draft().decidedAt} />.
          <Show when={draft().alone}>
            {" "}
            The platform had no other operator, so there was no second person.
          </Show>
        </Notice>
      </Match>
      <Match when={draft().isStale}>
        <Notice tone="warn" title="Overtaken by another change" actions={actions(["replay", "withdraw"])}>
          The country’s rules have changed since this was drafted. Replay it again before you activate it.
        </Notice>
      </Match>
      <Match when={draft().replayState === "canceled"}>
        <Notice
          tone="info"
          title="The replay was canceled"
          actions={actions(early(props.page, ["replay", "withdraw"]))}
        >
          What it had counted so far is below, and is not complete.
        </Notice>
      </Match>
      <Match when={draft().replayState === "timed-out"}>
        <Notice
          tone="warn"
          title="The replay reached its time limit"
          actions={actions(["activate", "replay", "withdraw"])}
        >
          <Progress page={props.page} /> The figures below are not complete. <Who page={props.page} />
        </Notice>
      </Match>
      <Match when={draft().replayState !== "done"}>
        <Notice
          tone="info"
          title="Replaying the last 30 days"
          actions={actions(early(props.page, ["cancel"]))}
        >
          <Progress page={props.page} /> Sending goes on as before.
        </Notice>
      </Match>
      <Match when={true}>
        <Notice
          tone="info"
          title="Nothing is sent differently yet"
          actions={actions(
            props.page.isReplayed ? ["activate", "replay", "withdraw"] : ["activate", "withdraw"],
          )}
        >
          <Show when={!props.page.isReplayed}>
            What this would have changed can’t be told from past decisions.{" "}
          </Show>
          <Who page={props.page} />
        </Notice>
      </Match>
    </Switch>
  );
}

/** Stricter rules never wait for a result. */
const early = ({ loosens }: RuleDraftPage, steps: DraftStep[]): DraftStep[] =>
  loosens.length === 0 ? ["activate", ...steps] : steps;

function Progress(props: { page: RuleDraftPage }): JSX.Element {
  const draft = () => props.page.draft;
  return (
    <Show when={draft().toScan !== null} fallback="It starts within seconds.">
      {formatCount(draft().scanned)} of about {formatCount(Math.max(draft().toScan ?? 0, draft().scanned))}{" "}
      {draft().part === "replies" ? "replies" : "messages"} of all organisations read.
    </Show>
  );
}

/** Says what the draft allows, and who may activate it. */
function Who(props: { page: RuleDraftPage }): JSX.Element {
  return (
    <Show
      when={props.page.loosens.length > 0}
      fallback="It allows nothing that is forbidden until now, so it can be activated at once."
    >
      It allows what is forbidden until now:
      <ul class="my-1.5 list-disc pl-5">
        <For each={props.page.loosens}>{(sentence) => <li class="wrap-anywhere">{sentence}</li>}</For>
      </ul>
      {whoMay(props.page)}
    </Show>
  );
}

function whoMay({ isOwn, others }: RuleDraftPage): string {
  if (!isOwn) return "You are the second person, and confirm who you are to activate it.";
  return others.length > 0
    ? `You drafted it, so another operator must activate it: ${others.slice(0, 5).join(", ")}.`
    : "The platform has no other operator, so you can activate it alone. The audit log will say so.";
}

function Actions(props: { page: RuleDraftPage; steps: readonly DraftStep[] }): JSX.Element {
  const denied = useDenied();
  const step = useDraftStep();
  const refused = (name: DraftStep) => {
    const { isOwn, others, loosens } = props.page;
    const waits = name === "activate" && loosens.length > 0 && isOwn && others.length > 0;
    return denied("platform.manage") ?? (waits ? "Another operator must activate it" : undefined);
  };
  return (
    <StepButtons
      steps={props.steps}
      seen={props.page.draft}
      step={step}
      activated="Activated. Every claim uses it from its beginning on."
      refused={refused}
      title="Activate this rule"
      description="It applies to every organisation from its beginning on, and becomes a new version with your name."
    />
  );
}
