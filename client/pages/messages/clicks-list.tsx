import { For, type JSX, Show } from "solid-js";
import { messageClicksQuery } from "../../data/campaigns/short-links.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { Card } from "../../ui/page.tsx";
import { Moment } from "../../ui/time/moment.tsx";

/** What the recipient of a message clicked. Nothing where there is no click. */
export function ClicksList(props: { id: string }): JSX.Element {
  const query = useQuery(() => messageClicksQuery(props.id));
  const clicks = () => (query.isSuccess ? query.data : []);
  return (
    <Show when={clicks().length > 0}>
      <Card title="Clicks" hint="Once per link and kind of device">
        <ul class="grid gap-2">
          <For each={clicks()}>
            {(click) => (
              <li>
                <span class="wrap-anywhere">{click.url}</span>
                <span class="block text-[0.8125rem] text-muted">
                  <Moment at={click.at} precision="second" />, on a{" "}
                  {click.device === "other" ? "device" : click.device}
                </span>
              </li>
            )}
          </For>
        </ul>
      </Card>
    </Show>
  );
}
