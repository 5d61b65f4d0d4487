import type { ReplyCounts } from "@smscrm/core/replay/reply-replay";
import { For, type JSX, Show } from "solid-js";
import { formatCount } from "../../../ui/words/format.ts";
import { KIND_WORDS, repliesSentence, shiftsOf, unknownReplyLines } from "./reply-words.ts";

/** What replies would have been heard as with other words, in figures. */
export function ReplyFigures(props: { counts: ReplyCounts | undefined; period: string }): JSX.Element {
  const unknown = () => unknownReplyLines(props.counts?.unknown ?? {});
  const shifts = () => shiftsOf(props.counts?.shifts ?? []);
  return (
    <>
      <div class="grid gap-1.5">
        <p class="text-[0.9375rem] font-medium">{repliesSentence(props.counts, props.period)}</p>
        <Show when={props.counts?.compared}>
          {(compared) => (
            <p class="text-muted">
              {compared() === 1 ? "1 reply" : `${formatCount(compared())} replies`} compared.
            </p>
          )}
        </Show>
        <Show when={unknown().length > 0}>
          <div class="text-warn">
            <p>Some replies can’t be compared, and are not counted:</p>
            <ul class="list-disc pl-5">
              <For each={unknown()}>{(line) => <li>{line}</li>}</For>
            </ul>
          </div>
        </Show>
      </div>
      <Show when={shifts().length > 0}>
        <table class="w-full table-fixed border-collapse">
          <caption class="pb-1 text-left font-medium">By meaning</caption>
          <thead>
            <tr class="border-b border-line text-xs text-muted">
              <th scope="col" class="py-1.5 text-left font-medium">
                Heard as
              </th>
              <th scope="col" class="py-1.5 text-left font-medium">
                Would have been
              </th>
              <th scope="col" class="w-20 py-1.5 text-right font-medium">
                Replies
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={shifts()}>
              {({ from, to, replies }) => (
                <tr class="border-b border-line last:border-0">
                  <th scope="row" class="py-1.5 pr-2 text-left font-normal">
                    {KIND_WORDS[from]}
                  </th>
                  <td class="py-1.5 pr-2">{KIND_WORDS[to]}</td>
                  <td class="py-1.5 text-right tabular-nums">{formatCount(replies)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </>
  );
}
