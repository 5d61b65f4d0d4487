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
            ? formatAgo(new Date(at()), notBefore(new Date(at())))
            : formatMoment(new Date(at()), thisMinute(), props.precision ?? "minute")}
        </time>
      )}
    </Show>
  );
}

/** The shared clock ticks seldom: what happened since its last tick is "now", not in the future. */
function notBefore(at: Date): Date {
  const now = thisMinute();
  return at > now && at.getTime() - now.getTime() < 60_000 ? at : now;
}

function titleOf(at: string, otherZone: string | null | undefined): string {
  const own = `${formatFullMoment(new Date(at))} (your time)`;
  return otherZone ? `${own}\n${formatFullMoment(new Date(at), otherZone)} (${otherZone})` : own;
}
