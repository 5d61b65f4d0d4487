import { type JSX, Show } from "solid-js";
import { formatAgo, formatClock, formatFullMoment, formatMoment, type Precision } from "../words/format.ts";
import { thisMinute } from "./clock.ts";

/** A time in the viewer's zone. The title has the full time, also in the recipient's or tenant's zone. */
export function Moment(props: {
  at: string | null | undefined;
  precision?: Precision;
  ago?: boolean;
  /** Shows only the clock, for lists that are grouped by day. */
  clock?: boolean;
  /** The IANA name of a second zone for the title. */
  otherZone?: string | null | undefined;
  none?: string;
}): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="text-muted">{props.none ?? "–"}</span>}>
      {(at) => (
        <time translate="no" datetime={at()} title={titleOf(at(), props.otherZone)}>
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

/** Returns the current time, but not before `at`. The shared clock ticks every 20 seconds, and `at` must not seem to be in the future. */
function notBefore(at: Date): Date {
  const now = thisMinute();
  return at > now && at.getTime() - now.getTime() < 60_000 ? at : now;
}

function titleOf(at: string, otherZone: string | null | undefined): string {
  const own = `${formatFullMoment(new Date(at))} (your time)`;
  return otherZone ? `${own}\n${formatFullMoment(new Date(at), otherZone)} (${otherZone})` : own;
}
