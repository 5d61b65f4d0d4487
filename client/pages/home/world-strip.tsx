import { For, type JSX, Show } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { thisMinute } from "../../ui/clock.ts";
import { countryName, formatDuration } from "../../ui/format.ts";
import { Card } from "../../ui/page.tsx";

type Zones = Summary["zones"][number];

/** Where it is day for the people whom our numbers can text, and until when. */
export function WorldStrip(props: { zones: readonly Zones[] }): JSX.Element {
  return (
    <Card
      title="Open now"
      hint="By your hours and each country’s law. A state, a campaign or a holiday may close earlier."
      flush
    >
      <Show
        when={props.zones.length > 0}
        fallback={
          <p class="px-5 py-4 text-muted">No active sending number yet, so no text can go anywhere.</p>
        }
      >
        <ul class="max-h-80 overflow-y-auto" tabindex="0" aria-label="Time zones">
          <For each={props.zones}>{(row) => <ZoneRow row={row} />}</For>
        </ul>
      </Show>
    </Card>
  );
}

function ZoneRow(props: { row: Zones }): JSX.Element {
  const cities = () => props.row.zones.map((zone) => zone.split("/").at(-1)?.replaceAll("_", " ")).join(", ");
  const clock = () =>
    new Intl.DateTimeFormat(undefined, {
      timeZone: props.row.zones[0]!,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).format(thisMinute());
  const left = () =>
    props.row.changesAt
      ? formatDuration(new Date(props.row.changesAt).getTime() - thisMinute().getTime())
      : null;
  const words = () => {
    if (left() === null) return props.row.open ? "Always open" : "Never open";
    return props.row.open ? `Open for ${left()}` : `Opens in ${left()}`;
  };
  return (
    <li class="flex items-center gap-3 border-b border-line px-5 py-2.5 last:border-0">
      <span
        class={`size-2 shrink-0 rounded-full ${props.row.open ? "bg-ok-fill" : "bg-quiet-fill"}`}
        aria-hidden="true"
      />
      <span class="min-w-0 grow">
        <span class="block truncate font-medium" title={cities()}>
          {cities()}
        </span>
        <span class="block text-xs text-muted">{countryName(props.row.country)}</span>
      </span>
      <span class="shrink-0 text-right">
        <span class="block font-medium">{clock()}</span>
        <span class={`block text-xs ${props.row.open ? "text-ok" : "text-muted"}`}>{words()}</span>
      </span>
    </li>
  );
}
