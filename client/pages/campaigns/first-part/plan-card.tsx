import { type JSX, Show } from "solid-js";
import type { Preflight } from "../../../data/campaigns.ts";
import { Card } from "../../../ui/page.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { baselineSentence, limitsSentence, planSentence } from "./words.ts";

/** What the check says about the first part. */
export function FirstPartPlanCard(props: { plan: NonNullable<Preflight["firstPart"]> }): JSX.Element {
  return (
    <Card title="First part">
      <p class="text-pretty">{planSentence(props.plan)}</p>
      <Show when={props.plan.rest > 0}>
        <p class="mt-2 text-pretty">{limitsSentence(props.plan)}</p>
        <p class="mt-2 text-pretty text-muted">
          <Show
            when={props.plan.decideAt}
            fallback="We can’t estimate when the rest goes, for example while sending is paused."
          >
            {(decideAt) => (
              <>
                The rest goes from about <Moment at={decideAt()} /> on.
              </>
            )}
          </Show>{" "}
          {baselineSentence(props.plan)}
        </p>
      </Show>
    </Card>
  );
}
