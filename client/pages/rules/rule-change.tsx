import { useParams } from "@solidjs/router";
import { For, type JSX, Match, Show, Switch } from "solid-js";
import { type RuleChangePage, type RuleStep, ruleChangeQuery, useRuleStep } from "../../data/rules/rules.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, Fact, Facts, Notice, PageHead } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { formatCount } from "../../ui/words/format.ts";
import { Result } from "./result.tsx";
import { ruleLines, ruleTerm } from "./rule-words.ts";
import { changeState } from "./state-words.ts";
import { StepButtons } from "./step-buttons.tsx";

/** `/settings/rules/:id`: a draft of sending rules, with what it would have changed. */
export default function RuleChangePageView(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => ruleChangeQuery(params.id));
  return (
    <Loaded query={query}>
      {(loaded) => (
        <>
          <PageHead
            title="Rule change"
            back={{ href: "/settings#rules", label: "Settings" }}
            status={
              <Badge tone={changeState(loaded().change).tone}>{changeState(loaded().change).label}</Badge>
            }
            lead={<span class="wrap-anywhere">{loaded().change.note}</span>}
          />
          <div class="grid max-w-3xl gap-6">
            <State page={loaded()} />
            <Rules page={loaded()} />
            <Show when={loaded().change.replay}>
              {(tally) => (
                <Card title="What it would have changed">
                  <Result tally={tally()} period={replayPeriod(loaded())} campaigns={loaded().campaigns} />
                  <p class="mt-4 text-[0.8125rem] text-muted">
                    Each decision is judged alone, at its time, against what happened. What later decisions
                    would have become is not worked out, and a message let through still needs a sender, rate
                    and budget.
                  </p>
                </Card>
              )}
            </Show>
            <Show when={loaded().change.shadow}>
              {(tally) => (
                <Card
                  title="Since the draft"
                  hint={
                    <>
                      Shadow mode judges new decisions every hour. Until{" "}
                      <Moment at={loaded().change.shadowUntil} />.
                    </>
                  }
                >
                  <Result tally={tally()} period="Since the draft" campaigns={loaded().campaigns} />
                </Card>
              )}
            </Show>
          </div>
        </>
      )}
    </Loaded>
  );
}

const replayPeriod = ({ change }: RuleChangePage) =>
  change.replayState === "done" ? "In the last 30 days" : "Of the decisions compared so far,";

function Rules(props: { page: RuleChangePage }): JSX.Element {
  return (
    <Card title="The rules">
      <Facts>
        <For each={ruleLines(props.page.change.before, props.page.change.after)}>
          {({ term, before, after }) => (
            <Fact term={term}>
              {before} → <span class="font-medium">{after}</span>
            </Fact>
          )}
        </For>
        <Fact term="Drafted">
          {props.page.change.draftedBy.name ?? "A former member"}, <Moment at={props.page.change.draftedAt} />
        </Fact>
      </Facts>
    </Card>
  );
}

/** Where the draft is, and what this member can do with it. */
function State(props: { page: RuleChangePage }): JSX.Element {
  const change = () => props.page.change;
  return (
    <Switch>
      <Match when={change().status !== "open"}>
        <Notice
          tone={change().status === "active" ? "ok" : "info"}
          title={change().status === "active" ? "Activated" : "Withdrawn"}
        >
          {change().decidedBy ?? "A former member"}, <Moment at={change().decidedAt} />.
          <Show when={change().alone}> Nobody else could activate it, so there was no second person.</Show>
        </Notice>
      </Match>
      <Match when={change().isStale}>
        <Notice
          tone="warn"
          title="Overtaken by another change"
          actions={<Actions page={props.page} steps={["replay", "withdraw"]} />}
        >
          The sending rules have changed since this was replayed. Replay it again before you activate it.
        </Notice>
      </Match>
      <Match when={change().replayState === "canceled"}>
        <Notice
          tone="info"
          title="The replay was canceled"
          actions={<Actions page={props.page} steps={activatable(props.page, ["replay", "withdraw"])} />}
        >
          What it had counted so far is below, and is not complete.
        </Notice>
      </Match>
      <Match when={change().replayState !== "done"}>
        <Notice
          tone="info"
          title="Replaying the last 30 days"
          actions={<Actions page={props.page} steps={activatable(props.page, ["cancel"])} />}
        >
          <Progress page={props.page} /> Sending goes on as before.
        </Notice>
      </Match>
      <Match when={true}>
        <Notice
          tone="info"
          title="Nothing is sent differently yet"
          actions={<Actions page={props.page} steps={["activate", "replay", "withdraw"]} />}
        >
          <p>{whoMay(props.page)}</p>
        </Notice>
      </Match>
    </Switch>
  );
}

/** Stricter rules never wait for a result. */
const activatable = ({ loosens }: RuleChangePage, steps: RuleStep[]): RuleStep[] =>
  loosens.length === 0 ? ["activate", ...steps] : steps;

function Progress(props: { page: RuleChangePage }): JSX.Element {
  const { change } = props.page;
  return (
    <Show when={props.page.change.toScan !== null} fallback="It starts within seconds.">
      {formatCount(props.page.change.scanned)} of {formatCount(props.page.change.toScan ?? change.scanned)}{" "}
      messages read.
    </Show>
  );
}

/** Says who may activate the draft, and why. */
function whoMay({ loosens, needSecondPerson, isOwn, others }: RuleChangePage): string {
  if (loosens.length === 0) return "It only makes rules stricter, so it can be activated at once.";
  const what = `It loosens: ${loosens.map((name) => ruleTerm(name).toLowerCase()).join(", ")}.`;
  if (!needSecondPerson) return `${what} You confirm who you are to activate it.`;
  if (!isOwn) return `${what} You are the second person, and confirm who you are to activate it.`;
  return others.length > 0
    ? `${what} You drafted it, so another member must activate it: ${others.slice(0, 5).join(", ")}.`
    : `${what} Nobody else may change settings, so you can activate it alone. The audit log will say so.`;
}

function Actions(props: { page: RuleChangePage; steps: readonly RuleStep[] }): JSX.Element {
  const denied = useDenied();
  const step = useRuleStep();
  const refused = (name: RuleStep) => {
    const { isOwn, needSecondPerson, others, loosens } = props.page;
    const waits = name === "activate" && loosens.length > 0 && needSecondPerson && isOwn && others.length > 0;
    return denied("settings.write") ?? (waits ? "Another member must activate it" : undefined);
  };
  return (
    <StepButtons
      steps={props.steps}
      seen={props.page.change}
      step={step}
      activated="Activated. It applies from the next message on."
      refused={refused}
      title="Activate these rules"
      description="They apply from the next message on, and become a new version with your name."
    />
  );
}
