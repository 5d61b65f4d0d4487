import { For, type JSX, Show } from "solid-js";
import type { Preflight } from "../../../data/campaigns.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { Card } from "../../../ui/page.tsx";
import { countOf, formatCount, formatMoney } from "../../../ui/words/format.ts";

type Cause = Preflight["dearer"]["ucs2"];

/** Shows contact values that make texts cost more, how many contacts have them, and what to write instead. */
export function CostlyValuesCard(props: { preflight: Preflight }): JSX.Element {
  const any = () => props.preflight.dearer.ucs2.people + props.preflight.dearer.longer.people > 0;
  return (
    <Show when={any()}>
      <Card title="Contact values that raise the cost" flush>
        <Values
          cause={props.preflight.dearer.ucs2}
          effect="contain a character that reduces a segment from 160 to 70 characters"
        />
        <Values cause={props.preflight.dearer.longer} effect="make the text longer than the others" />
      </Card>
    </Show>
  );
}

function Values(props: { cause: Cause; effect: string }): JSX.Element {
  const me = useMe();
  const money = (micros: number) => formatMoney(micros, me().tenant.currency);
  return (
    <Show when={props.cause.people > 0}>
      <div class="border-t border-line px-5 py-4 first:border-0">
        <p>
          For <b class="font-semibold">{countOf(props.cause.people, "contact")}</b>, these values{" "}
          {props.effect}. They add {countOf(props.cause.extraSegments, "segment")} and{" "}
          {money(props.cause.extraMicros)}.
        </p>
        <ul class="mt-3 grid gap-x-8 gap-y-1.5 text-[0.8125rem] sm:grid-cols-2">
          <For each={props.cause.offenders}>
            {(offender) => (
              <li class="flex min-w-0 justify-between gap-3">
                <span class="min-w-0 wrap-anywhere">
                  <span class="text-muted">{offender.field}</span> {offender.value}
                  <Show when={offender.replacement}>
                    {(replacement) => (
                      <>
                        {" "}
                        <span class="text-muted">→</span> {replacement()}
                      </>
                    )}
                  </Show>
                </span>
                <span class="shrink-0 text-muted tabular-nums">
                  {formatCount(offender.people)} · {money(offender.extraMicros)}
                </span>
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  );
}
