import { type JSX, Show } from "solid-js";
import { countOf } from "../ui/format.ts";
import { Moment } from "../ui/moment.tsx";

/** What stopping achieved: the last hand-over to the millisecond, and what is still out with the carrier. */
export function StopProofLine(props: {
  proof: { lastHandOverAt: string | null; withCarrier: number; expireBy: string | null };
}): JSX.Element {
  return (
    <span>
      <Show when={props.proof.lastHandOverAt} fallback="No recent hand-over.">
        Last hand-over <Moment at={props.proof.lastHandOverAt} precision="millisecond" />.
      </Show>{" "}
      <Show when={props.proof.withCarrier > 0} fallback="Nothing is left with the carrier.">
        {countOf(props.proof.withCarrier, "message")} still with the carrier
        <Show when={props.proof.expireBy}>
          {" "}
          until <Moment at={props.proof.expireBy} precision="second" /> at the latest
        </Show>
        .
      </Show>
    </span>
  );
}
