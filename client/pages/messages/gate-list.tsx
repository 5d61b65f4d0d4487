import { type EvidenceFact, evidenceFacts } from "@smscrm/core/explain/evidence-facts";
import { For, type JSX, Show } from "solid-js";
import type { Message } from "../../data/messages.ts";
import { useMe } from "../../shell/session-context.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { Card } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { formatMoney } from "../../ui/words/format.ts";
import { gateWords } from "../../ui/words/reasons.ts";
import { evidenceWhenSent, gateRows } from "./evidence.ts";

type Answer = Message["gates"][number]["answer"];

const ANSWERS: Record<Answer, { icon: IconName; tone: string; label: string }> = {
  pass: { icon: "check", tone: "bg-ok-soft text-ok", label: "Passed" },
  hold: { icon: "clock", tone: "bg-warn-soft text-warn", label: "Waiting" },
  drop: { icon: "cross", tone: "bg-danger-soft text-danger", label: "Refused" },
  "not asked": { icon: "right", tone: "bg-sunken text-muted", label: "Not checked" },
};

/** The answer of each gate, and the evidence of the gate that decided. */
export function GateList(props: { message: Message }): JSX.Element {
  return (
    <Card
      title="Checks, in order"
      hint="The result of the last run. It stops at the first check that does not pass."
      flush
    >
      <ol>
        <For each={gateRows(props.message)}>
          {(gate) => {
            const answer = () => ANSWERS[gate.answer];
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
                  <Show when={gate.evidence}>{(evidence) => <Evidence evidence={evidence()} />}</Show>
                </div>
              </li>
            );
          }}
        </For>
      </ol>
      <Show when={evidenceWhenSent(props.message.verdict)}>
        {(evidence) => (
          <div class="border-t border-line px-5 py-4">
            <p class="text-[0.8125rem] text-muted">Values at send time:</p>
            <Evidence evidence={evidence()} />
          </div>
        )}
      </Show>
    </Card>
  );
}

function Evidence(props: { evidence: Readonly<Record<string, unknown>> }): JSX.Element {
  const me = useMe();
  const worded = (fact: EvidenceFact) =>
    fact.micros === null ? fact.value : formatMoney(fact.micros, me().tenant.currency);
  return (
    <dl class="mt-2 grid gap-x-6 gap-y-1 rounded-lg bg-sunken px-3 py-2 text-[0.8125rem] sm:grid-cols-2">
      <For each={evidenceFacts(props.evidence)}>
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
