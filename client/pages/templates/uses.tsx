import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { Card } from "../../ui/page.tsx";
import { CampaignStatus } from "../../ui/status.tsx";

export interface Use {
  kind: "template" | "campaign" | "series" | "flow";
  id: string;
  name: string;
  status: string;
  /** "version 2". */
  note?: string;
}

const ADDRESSES = { template: "templates", campaign: "campaigns", series: "campaigns", flow: "flows" };
const KINDS = { template: "template", campaign: null, series: "repeats", flow: "flow" };

/** Where a text is used, with links. */
export function Uses(props: { uses: readonly Use[]; none: string }): JSX.Element {
  return (
    <Card title="Where used">
      <Show when={props.uses.length > 0} fallback={<p class="text-muted">{props.none}</p>}>
        <UseList uses={props.uses} />
      </Show>
    </Card>
  );
}

export function UseList(props: { uses: readonly Use[] }): JSX.Element {
  return (
    <ul class="grid gap-2">
      <For each={props.uses}>
        {(use) => (
          <li class="flex flex-wrap items-baseline gap-x-2 text-[0.8125rem]">
            <A href={`/${ADDRESSES[use.kind]}/${use.id}`} class="text-accent hover:underline wrap-anywhere">
              {use.name}
            </A>
            <Show when={use.note}>
              <span class="text-muted">{use.note}</span>
            </Show>
            <Show when={KINDS[use.kind]}>{(kind) => <span class="text-muted">{kind()}</span>}</Show>
            <Show when={use.kind === "campaign" || use.kind === "series"}>
              <CampaignStatus status={use.status} />
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}
