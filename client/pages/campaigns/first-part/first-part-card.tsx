import { type JSX, Show } from "solid-js";
import { type FirstPart, firstPartQuery, useContinue } from "../../../data/campaigns/first-part.ts";
import type { Campaign } from "../../../data/campaigns.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Notice } from "../../../ui/page.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../../ui/toast.tsx";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { minutesWords } from "../timing-words.ts";

const UNDECIDED = ["sending", "watching", "held"];

/** The first part of a launched campaign: what it showed, what waits, and a person's decision. */
export function FirstPartCard(props: { campaign: Campaign; status: string }): JSX.Element {
  const query = useQuery(() => firstPartQuery(props.campaign.id));
  return (
    <Show when={query.isSuccess && query.data}>
      {(part) => <Known campaign={props.campaign} status={props.status} part={part()} />}
    </Show>
  );
}

const TITLES: Readonly<Record<FirstPart["state"], string>> = {
  waiting: "The first part waits",
  sending: "The first part is being sent",
  watching: "The first part is watched",
  held: "Held after the first part",
  open: "The rest goes",
  over: "Ended with the first part",
};

function Known(props: { campaign: Campaign; status: string; part: FirstPart }): JSX.Element {
  const denied = useDenied();
  const proceed = useContinue();
  const undecided = () =>
    UNDECIDED.includes(props.part.state) &&
    ["running", "paused"].includes(props.status) &&
    props.part.rest > 0;
  return (
    <Notice
      tone={props.part.state === "held" ? "warn" : "info"}
      title={props.part.rest > 0 ? TITLES[props.part.state] : "First part"}
    >
      <p>
        <Sentence part={props.part} />
      </p>
      <Show when={undecided()}>
        <div class="mt-3 flex flex-wrap items-center gap-3">
          <Button
            look={props.part.state === "held" ? "primary" : "secondary"}
            pending={proceed.isPending}
            denied={denied("campaigns.launch")}
            onClick={() =>
              proceed.mutate(props.campaign.id, {
                onSuccess: () => notifyDone("The rest is being sent."),
                onError: (error) => notifyProblem(sentenceOf(error)),
              })
            }
          >
            Send the rest now
          </Button>
          <span class="text-muted">Or cancel the campaign: {formatCount(props.part.rest)} get nothing.</span>
        </div>
      </Show>
    </Notice>
  );
}

function Sentence(props: { part: FirstPart }): JSX.Element {
  const others = () => countOf(props.part.rest, "other waits", "others wait");
  const decided = () =>
    props.part.decidedBy ? `${props.part.decidedBy} sent the rest` : (props.part.sentence ?? "Decided");
  return (
    <Show
      when={props.part.state === "watching" && props.part.decideAt}
      fallback={
        <Show
          when={props.part.state === "open" && props.part.decidedAt}
          fallback={
            props.part.sentence
              ? `${props.part.sentence} ${others()}.`
              : `${countOf(props.part.size, "contact")} go first and are watched for ${minutesWords(props.part.watchMinutes)}; ${others()}. Quiet hours and budgets apply to them too.`
          }
        >
          {(at) => (
            <>
              {decided()} · <Moment at={at()} />
              {props.part.decidedBy && props.part.sentence ? `. Before: ${props.part.sentence}` : ""}
            </>
          )}
        </Show>
      }
    >
      {(at) => (
        <>
          The first {formatCount(props.part.size)} have gone. {others()} until <Moment at={at()} />.
        </>
      )}
    </Show>
  );
}
