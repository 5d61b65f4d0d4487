import { type JSX, Show } from "solid-js";
import { thisMinute } from "./clock.ts";
import { formatAgo, formatFullMoment, formatMoment, type Precision } from "./format.ts";

/** A moment in the viewer's zone; the title tells it in full, and in the recipient's or tenant's zone too. */
export function Moment(props: {
  at: string | null | undefined;
  precision?: Precision;
  ago?: boolean;
  /** IANA name of the other zone that matters here. */
  otherZone?: string | null | undefined;
  none?: string;
}): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="text-muted">{props.none ?? "–"}</span>}>
      {(at) => (
        <time datetime={at()} title={titleOf(at(), props.otherZone)}>
          {props.ago
            ? formatAgo(new Date(at()), thisMinute())
            : formatMoment(new Date(at()), thisMinute(), props.precision ?? "minute")}
        </time>
      )}
    </Show>
  );
}

function titleOf(at: string, otherZone: string | null | undefined): string {
  const own = `${formatFullMoment(new Date(at))} (your time)`;
  return otherZone ? `${own}\n${formatFullMoment(new Date(at), otherZone)} (${otherZone})` : own;
}
