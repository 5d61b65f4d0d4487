import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { FlowPage } from "../../data/campaigns/flows.ts";
import { Card } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { formatCount } from "../../ui/words/format.ts";

/** Each version, where people stand in it, and the messages of its steps. */
export function FlowVersions(props: { flow: FlowPage }): JSX.Element {
  return (
    <Card title="Versions" hint="People finish in the version with which they entered.">
      <Show
        when={props.flow.versions.length > 0}
        fallback={<p class="text-muted">It has not been turned on yet.</p>}
      >
        <ul class="grid gap-4">
          <For each={props.flow.versions}>
            {(one) => (
              <li class="min-w-0 text-[0.8125rem]">
                <b class="font-semibold">Version {one.version}</b>{" "}
                <span class="text-muted">
                  <Moment at={one.createdAt} /> · {one.createdBy ?? "–"}
                </span>
                <ul class="mt-1 grid gap-1">
                  <For each={one.ops}>
                    {(op, line) => (
                      <Show when={one.campaigns[line()] ?? one.lines[line()]}>
                        <li class="flex flex-wrap gap-x-2">
                          <span>Step {op.place}</span>
                          <Show when={one.lines[line()]}>
                            {(people) => <span class="text-muted">{formatCount(people())} here now</span>}
                          </Show>
                          <Show when={one.campaigns[line()]}>
                            {(id) => (
                              <A href={`/campaigns/${id()}`} class="text-accent hover:underline">
                                Messages of step {op.place}
                              </A>
                            )}
                          </Show>
                        </li>
                      </Show>
                    )}
                  </For>
                </ul>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Card>
  );
}
