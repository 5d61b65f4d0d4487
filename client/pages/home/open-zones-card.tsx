import { For, type JSX, Show } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { Card } from "../../ui/page.tsx";
import { thisMinute, wallClockIn } from "../../ui/time/clock.ts";
import { countryName, formatDuration } from "../../ui/words/format.ts";

type Zones = Summary["zones"][number];

/** The zones where texts are allowed now, and until when, for countries that our numbers can text. */
export function OpenZonesCard(props: { zones: readonly Zones[] }): JSX.Element {
  return (
    <Card
      title="Where you can send now"
      hint="By your sending hours and each country’s law. State laws, holidays and campaigns can be stricter."
      flush
    >
      <Show
        when={props.zones.length > 0}
        fallback={
          <p class="px-5 py-4 text-muted">You have no active sending number, so nothing can be sent.</p>
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
        <span class="block font-medium">{wallClockIn(props.row.zones[0]!)}</span>
        <span class={`block text-xs ${props.row.open ? "text-ok" : "text-muted"}`}>{words()}</span>
      </span>
    </li>
  );
}
