import { For, type JSX, Show } from "solid-js";
import type { Message } from "../../data/messages.ts";
import { useMe } from "../../shell/session-context.tsx";
import { formatMoney } from "../../ui/format.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Card } from "../../ui/page.tsx";
import { gateWords } from "../../ui/reasons.ts";
import { gateRows, type LookedFact, lookedAt, lookedWhenSent } from "./looked.ts";

const ANSWERS: Record<string, { icon: IconName; tone: string; label: string }> = {
  pass: { icon: "check", tone: "bg-ok-soft text-ok", label: "Open" },
  hold: { icon: "clock", tone: "bg-warn-soft text-warn", label: "Wait" },
  drop: { icon: "cross", tone: "bg-danger-soft text-danger", label: "Refused" },
};
const NOT_ASKED = { icon: "right" as const, tone: "bg-sunken text-muted", label: "Not asked" };

/** What each gate answered, and what the one that decided looked at. */
export function GateList(props: { message: Message }): JSX.Element {
  return (
    <Card
      title="Gates, in order"
      hint="The first “no” decides; gates after it are not asked. This is the last time they were asked."
      flush
    >
      <ol>
        <For each={gateRows(props.message)}>
          {(gate) => {
            const answer = () => ANSWERS[gate.answer] ?? NOT_ASKED;
            return (
              <li class="flex items-start gap-3 border-b border-line px-5 py-3 last:border-0">
                <span class={`grid size-6 shrink-0 place-items-center rounded-full ${answer().tone}`}>
                  <Icon name={answer().icon} class="size-3.5" />
                </span>
                <div class="min-w-0 grow">
                  <div class="flex flex-wrap items-baseline justify-between gap-x-4">
                    <span class={gate.answer === "not asked" ? "text-muted" : "font-medium"}>
                      {gateWords(gate.name)}
                    </span>
                    <span class="text-[0.8125rem] text-muted">{answer().label}</span>
                  </div>
                  <Show when={gate.looked}>{(looked) => <Looked looked={looked()} />}</Show>
                </div>
              </li>
            );
          }}
        </For>
      </ol>
      <Show when={lookedWhenSent(props.message.verdict)}>
        {(looked) => (
          <div class="border-t border-line px-5 py-4">
            <p class="text-[0.8125rem] text-muted">What they looked at when it went:</p>
            <Looked looked={looked()} />
          </div>
        )}
      </Show>
    </Card>
  );
}

function Looked(props: { looked: Readonly<Record<string, unknown>> }): JSX.Element {
  const me = useMe();
  const worded = (fact: LookedFact) =>
    fact.micros === null ? fact.value : formatMoney(fact.micros, me().tenant.currency);
  return (
    <dl class="mt-2 grid gap-x-6 gap-y-1 rounded-lg bg-sunken px-3 py-2 text-[0.8125rem] sm:grid-cols-2">
      <For each={lookedAt(props.looked)}>
        {(fact) => (
          <div class="flex min-w-0 justify-between gap-3">
            <dt class="text-muted">{fact.term}</dt>
            <dd class="min-w-0 text-right wrap-anywhere">
              <Show when={fact.at} fallback={worded(fact)}>
                <Moment at={fact.at} precision="second" />
              </Show>
            </dd>
          </div>
        )}
      </For>
    </dl>
  );
}
