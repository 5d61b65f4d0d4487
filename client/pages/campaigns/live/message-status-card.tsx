import { A } from "@solidjs/router";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { Progress } from "../../../data/campaigns.ts";
import { Parts } from "../../../ui/charts/meter.tsx";
import { Card } from "../../../ui/page.tsx";
import { FILLS } from "../../../ui/status.tsx";
import { formatCount, formatShare } from "../../../ui/words/format.ts";
import { reasonWords } from "../../../ui/words/reasons.ts";
import { messageWords } from "../../../ui/words/status-words.ts";
import { failures, jobsIn, messagesHref, sortedCounts } from "./progress-groups.ts";

/** The campaign's messages by status and reason. Each message is in exactly one row, and each row links to its messages. */
export function MessageStatusCard(props: { id: string; progress: Progress }): JSX.Element {
  const rows = createMemo(() => sortedCounts(props.progress.counts, props.progress.heldBy));
  const total = () => rows().reduce((sum, row) => sum + row.jobs, 0);
  const failed = () => failures(props.progress.counts);
  const count = (...statuses: string[]) => jobsIn(props.progress.counts, ...statuses);
  return (
    <Card title="Message status" flush>
      <div class="px-5 pt-4">
        <Parts
          class="h-3"
          parts={[
            { label: "Delivered", count: count("delivered"), tone: "ok" },
            { label: "Awaiting delivery", count: count("sent", "sending", "unknown"), tone: "accent" },
            { label: "Failed at the carrier", count: failed().failed, tone: "danger" },
            { label: "Not sent", count: failed().refused, tone: "warn" },
            { label: "Queued or canceled", count: count("queued", "canceled"), tone: "quiet" },
          ]}
        />
      </div>
      <table class="mt-2 w-full">
        <caption class="sr-only">Messages by status and reason</caption>
        <thead>
          <tr class="text-left text-xs text-muted">
            <th class="px-5 py-2 font-medium">Status</th>
            <th class="px-5 py-2 text-right font-medium">Messages</th>
            <th class="hidden px-5 py-2 text-right font-medium sm:table-cell">Share</th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(row) => {
              const words = () => messageWords(row.status, row.reason);
              return (
                <tr class="relative border-t border-line hover:bg-sunken/60">
                  <td class="px-5 py-2.5">
                    <A
                      href={messagesHref(props.id, row)}
                      class="flex items-start gap-2.5 after:absolute after:inset-0"
                    >
                      <span
                        class={`mt-1.5 size-2 shrink-0 rounded-full ${FILLS[words().tone]}`}
                        aria-hidden="true"
                      />
                      <span>
                        <span class="font-medium">{words().label}</span>
                        <Show when={row.reason !== "" || row.status === "queued"}>
                          <span class="text-muted">
                            {" "}
                            · {row.reason === "" ? "Waiting for its turn" : reasonWords(row.reason)}
                          </span>
                        </Show>
                      </span>
                    </A>
                  </td>
                  <td class="px-5 py-2.5 text-right font-medium" translate="no">
                    {formatCount(row.jobs)}
                  </td>
                  <td class="hidden px-5 py-2.5 text-right text-muted sm:table-cell" translate="no">
                    {props.progress.audience > 0 ? formatShare(row.jobs / props.progress.audience) : ""}
                  </td>
                </tr>
              );
            }}
          </For>
        </tbody>
        <tfoot>
          <tr class="border-t border-line bg-sunken/60">
            <th scope="row" class="rounded-bl-xl px-5 py-2.5 text-left font-medium">
              <A href={`/messages?campaignId=${props.id}`} class="hover:underline">
                All messages
              </A>
            </th>
            <td class="px-5 py-2.5 text-right font-semibold max-sm:rounded-br-xl" translate="no">
              {formatCount(total())}
            </td>
            <td translate="no" class="hidden rounded-br-xl px-5 py-2.5 text-right text-muted sm:table-cell">
              {props.progress.status === "launching"
                ? "making the list of recipients…"
                : `audience ${formatCount(props.progress.audience)}`}
            </td>
          </tr>
        </tfoot>
      </table>
    </Card>
  );
}
