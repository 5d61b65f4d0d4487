import { For, type JSX, Show } from "solid-js";
import type { Preflight } from "../../../data/campaigns.ts";
import { useMe } from "../../../shell/session-context.tsx";
import { Card } from "../../../ui/page.tsx";
import { countOf, formatMoney } from "../../../ui/words/format.ts";
import { languageName, languageReasonWords } from "../../../ui/words/language-words.ts";

/** Who gets the text in which language, what each costs, and what each lacks. */
export function TextsCard(props: { texts: Preflight["texts"] }): JSX.Element {
  const me = useMe();
  return (
    <Card title="Languages" hint="Each person by their own language; chosen for good at the launch">
      <ul class="grid gap-4">
        <For each={props.texts}>
          {(text) => (
            <li>
              <p class="flex flex-wrap items-baseline justify-between gap-x-4">
                <span class="font-medium">
                  {languageName(text.language)}
                  {text.isDefault && text.language !== "" ? ", default" : ""}
                </span>
                <span>
                  {countOf(text.people, "person", "people")} · {countOf(text.segments, "segment")} ·{" "}
                  {formatMoney(text.costMicros, me().tenant.currency)}
                </span>
              </p>
              <ul class="text-[0.8125rem] text-muted">
                <For each={text.reasons}>
                  {({ reason, people }) => (
                    <li>
                      {languageReasonWords(reason)}: {countOf(people, "person", "people")}
                    </li>
                  )}
                </For>
              </ul>
              <Show when={text.missing.length > 0}>
                <p class="text-[0.8125rem] text-warn">
                  Not sent for want of{" "}
                  {text.missing
                    .map(({ field, contacts }) => `${field} (${countOf(contacts, "person", "people")})`)
                    .join(", ")}
                  .
                </p>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Card>
  );
}
