import { variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import { For, type JSX, Show } from "solid-js";
import type { Preflight } from "../../../data/campaigns.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { Card } from "../../../ui/page.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { countOf, formatCount, formatMoney } from "../../../ui/words/format.ts";
import { planSentence } from "./words.ts";

/** What the check says about an A/B test: who is in it, what each text costs, and when one is chosen. */
export function AbTestPlanCard(props: { plan: NonNullable<Preflight["abTest"]> }): JSX.Element {
  const me = useMe();
  return (
    <Card title="A/B test">
      <p class="text-pretty">{planSentence(props.plan)}</p>
      <ul class="mt-3 grid gap-1">
        <For each={props.plan.texts}>
          {({ variant, costMicros, segments, refused }) => (
            <li>
              Text {variantName(variant)}: {formatMoney(costMicros, me().tenant.currency)} for everybody,{" "}
              {countOf(segments, "segment")}
              <Show when={refused > 0}>
                <span class="text-warn">
                  {" "}
                  · {formatCount(refused)} can’t get it, because a value is missing
                </span>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.plan.rest > 0}>
        <p class="mt-3 text-pretty text-muted">
          <Show
            when={props.plan.decideAt}
            fallback="We can’t estimate when a text is chosen, for example while sending is paused."
          >
            {(decideAt) => (
              <>
                A text is chosen from about <Moment at={decideAt()} /> on.
              </>
            )}
          </Show>
        </p>
      </Show>
    </Card>
  );
}
