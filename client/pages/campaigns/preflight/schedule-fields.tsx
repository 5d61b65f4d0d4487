import { type JSX, Show } from "solid-js";
import { useMe } from "../../../shell/session-context.tsx";
import { Choices, TextField } from "../../../ui/controls/field.tsx";
import { fromLocalInput, viewerZone } from "../../../ui/time/local-time.ts";
import { formatFullMoment } from "../../../ui/words/format.ts";

export type When = "now" | "later";

/** Now, or at a time in the viewer's zone. It is also shown in the organisation's zone if that differs. */
export function ScheduleFields(props: {
  when: When;
  at: string;
  error: string | undefined;
  onWhen: (when: When) => void;
  onAt: (at: string) => void;
  /** Whether the launch waits for an approval first. */
  asks: boolean;
}): JSX.Element {
  const me = useMe();
  const chosen = () => fromLocalInput(props.at);
  const inTenantZone = () =>
    chosen() && viewerZone() !== me().tenant.timezone
      ? formatFullMoment(new Date(chosen()!), me().tenant.timezone)
      : null;
  return (
    <div class="grid gap-3">
      <Choices
        legend="When"
        value={props.when}
        options={[
          { value: "now", label: props.asks ? "By hand, after the approval" : "Now" },
          {
            value: "later",
            label: "Schedule",
            hint: props.asks
              ? "It launches automatically if it is approved by then."
              : "It launches automatically. You can unschedule it until then.",
          },
        ]}
        onChange={props.onWhen}
      />
      <Show when={props.when === "later"}>
        <TextField
          label="Day and time"
          type="datetime-local"
          required
          value={props.at}
          error={props.error}
          hint={
            inTenantZone()
              ? `${inTenantZone()} in your organisation’s time zone`
              : `In your time zone, ${viewerZone()}`
          }
          onInput={(event) => props.onAt(event.currentTarget.value)}
        />
      </Show>
    </div>
  );
}
