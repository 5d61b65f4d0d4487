import { type JSX, Show } from "solid-js";
import { thisMinute } from "./clock.ts";
import { formatAgo, formatClock, formatFullMoment, formatMoment, type Precision } from "./format.ts";

/** A moment in the viewer's zone; the title tells it in full, and in the recipient's or tenant's zone too. */
export function Moment(props: {
  at: string | null | undefined;
  precision?: Precision;
  ago?: boolean;
  /** Only the clock: its day stands above it. */
  clock?: boolean;
  /** IANA name of the other zone that matters here. */
  otherZone?: string | null | undefined;
  none?: string;
}): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="text-muted">{props.none ?? "–"}</span>}>
      {(at) => (
        <time datetime={at()} title={titleOf(at(), props.otherZone)}>
          {wordsOf(new Date(at()), props)}
        </time>
      )}
    </Show>
  );
}

function wordsOf(at: Date, how: { ago?: boolean; clock?: boolean; precision?: Precision }): string {
  if (how.clock) return formatClock(at);
  return how.ago ? formatAgo(at, notBefore(at)) : formatMoment(at, thisMinute(), how.precision ?? "minute");
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
