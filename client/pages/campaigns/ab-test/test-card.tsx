import { variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import { createSignal, For, type JSX, Show } from "solid-js";
import { abTestQuery, type ShownTest, useChooseText } from "../../../data/campaigns/ab-test.ts";
import type { Campaign } from "../../../data/campaigns.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Card } from "../../../ui/page.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { minutesWords } from "../timing-words.ts";
import { MEASURE_HEADS, shareWords } from "./words.ts";

/** The A/B test of a launched campaign: what each text brought, and the choice of one for the rest. */
export function AbTestCard(props: { campaign: Campaign; status: string }): JSX.Element {
  const query = useQuery(() => abTestQuery(props.campaign.id));
  return (
    <Show when={query.isSuccess && query.data}>
      {(test) => <Known campaign={props.campaign} status={props.status} test={test()} />}
    </Show>
  );
}

const UNDECIDED = ["sending", "watching", "held"];

const TITLES: Readonly<Record<ShownTest["state"], string>> = {
  waiting: "A/B test: waits for the first part",
  sending: "A/B test: being sent",
  watching: "A/B test: waits for answers",
  held: "A/B test: choose a text",
  open: "A/B test: decided",
  over: "A/B test: ended with the campaign",
};

function Known(props: { campaign: Campaign; status: string; test: ShownTest }): JSX.Element {
  const denied = useDenied();
  const choose = useChooseText();
  const [asked, setAsked] = createSignal<number | null>(null);
  const undecided = () =>
    UNDECIDED.includes(props.test.state) &&
    ["running", "paused"].includes(props.status) &&
    props.test.rest > 0;
  const ask = (variant: number) => {
    choose.reset();
    setAsked(variant);
  };
  const texts = () => [props.campaign.body, ...(props.campaign.abTest?.texts ?? [])];
  return (
    <Card title={TITLES[props.test.state]}>
      <div role="status">
        <p class="text-pretty">
          <State test={props.test} />
        </p>
        <Show when={undecided() && props.test.standing}>
          {(standing) => <p class="mt-2 font-medium text-pretty">{standing()}</p>}
        </Show>
      </div>
      <ul class="mt-4 grid gap-4">
        <For each={props.test.figures?.variants ?? []}>
          {(figures, at) => (
            <li class="grid gap-2 border-t border-line pt-4">
              <div class="flex flex-wrap items-center gap-2">
                <strong class="font-semibold">Text {variantName(figures.variant)}</strong>
                <Show when={props.test.winner === figures.variant}>
                  <Badge tone="ok">Chosen</Badge>
                </Show>
                <Show when={undecided() && props.test.clear === figures.variant}>
                  <Badge tone="ok">Clearly better</Badge>
                </Show>
                <Show when={props.test.stopped.includes(figures.variant)}>
                  <Badge tone="danger">Stopped</Badge>
                </Show>
                <span class="grow" />
                <Show when={undecided() && !props.test.stopped.includes(figures.variant)}>
                  <Button
                    size="small"
                    look={props.test.state === "held" ? "primary" : "secondary"}
                    denied={denied("campaigns.launch")}
                    onClick={() => ask(figures.variant)}
                  >
                    Choose {variantName(figures.variant)}
                  </Button>
                </Show>
              </div>
              <p class="line-clamp-2 wrap-anywhere text-muted">{texts()[at()]}</p>
              <dl class="grid grid-cols-2 gap-x-5 gap-y-2 sm:grid-cols-4">
                <Figure
                  term="Sent"
                  value={`${formatCount(figures.sent)} of ${formatCount(figures.people)}`}
                />
                <Figure term="Not delivered" value={formatCount(figures.failures)} />
                <Show when={props.test.measure !== "opt-outs"}>
                  <Figure term="Opted out" value={formatCount(figures.optOuts)} />
                </Show>
                <Figure
                  term={MEASURE_HEADS[props.test.measure]}
                  value={shareWords(props.test.shares[at()]!)}
                />
              </dl>
            </li>
          )}
        </For>
      </ul>
      <p class="mt-4 text-[0.8125rem] text-pretty text-muted">
        In brackets: the range that the share is in with 95 % certainty, however often you look.
        <Show when={undecided()}>
          {" "}
          You can choose at any time, or cancel the campaign: {formatCount(props.test.rest)} get nothing then.
        </Show>
      </p>
      <Confirm
        open={asked() !== null}
        onClose={() => setAsked(null)}
        title={`Send text ${variantName(asked() ?? 1)} to the rest?`}
        action={`Send text ${variantName(asked() ?? 1)}`}
        pending={choose.isPending}
        error={choose.isError ? sentenceOf(choose.error) : undefined}
        onConfirm={() => {
          const variant = asked();
          if (variant === null) return;
          choose.mutate(
            { id: props.campaign.id, variant },
            {
              onSuccess: () => {
                setAsked(null);
                notifyDone(`Text ${variantName(variant)} is being sent to the rest.`);
              },
            },
          );
        }}
      >
        {countOf(props.test.rest, "contact")} get it. This can’t be undone.
      </Confirm>
    </Card>
  );
}

function Figure(props: { term: string; value: string }): JSX.Element {
  return (
    <div>
      <dt class="text-xs text-muted">{props.term}</dt>
      <dd class="tabular-nums">{props.value}</dd>
    </div>
  );
}

function State(props: { test: ShownTest }): JSX.Element {
  const others = () => countOf(props.test.rest, "other waits", "others wait");
  const when = () => minutesWords(props.test.waitMinutes);
  return (
    <Show
      when={props.test.state === "open" && props.test.decidedAt}
      fallback={
        <Show
          when={props.test.state === "watching" && props.test.decideAt}
          fallback={
            props.test.sentence ??
            `${countOf(props.test.size, "contact")} get one of the texts; ${others()} until a text is chosen, ${when()} after the last of them has gone.`
          }
        >
          {(at) => (
            <>
              {props.test.sentence} All of the test have gone. {others()}
              {props.test.choice === "rule" ? " until " : ". You are asked to choose "}
              <Moment at={at()} />.
            </>
          )}
        </Show>
      }
    >
      {(at) => (
        <>
          {props.test.decidedBy
            ? `${props.test.decidedBy} chose text ${variantName(props.test.winner ?? 1)} for the rest`
            : props.test.sentence}{" "}
          · <Moment at={at()} />
        </>
      )}
    </Show>
  );
}
