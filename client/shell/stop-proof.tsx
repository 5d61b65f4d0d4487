import { type JSX, Show } from "solid-js";
import { Moment } from "../ui/time/moment.tsx";
import { countOf } from "../ui/words/format.ts";

/** The proof that sending stopped: when the last message was sent, and how many await delivery. */
export function StopProofLine(props: {
  proof: { lastSubmittedAt: string | null; withCarrier: number; expireBy: string | null };
}): JSX.Element {
  return (
    <span>
      <Show when={props.proof.lastSubmittedAt} fallback="Nothing was sent recently.">
        Last sent <Moment at={props.proof.lastSubmittedAt} precision="millisecond" />.
      </Show>{" "}
      <Show when={props.proof.withCarrier > 0} fallback="No messages are awaiting delivery.">
        {countOf(props.proof.withCarrier, "message")} awaiting delivery
        <Show when={props.proof.expireBy}>
          {" "}
          until <Moment at={props.proof.expireBy} precision="second" /> at the latest
        </Show>
        .
      </Show>
    </span>
  );
}
