import { type JSX, Show } from "solid-js";
import { useMe } from "../../shell/session-context.tsx";
import { Choices, TextField } from "../../ui/field.tsx";
import { formatFullMoment } from "../../ui/format.ts";
import { fromLocalInput, viewerZone } from "../../ui/local-time.ts";

export type When = "now" | "later";

/** Now, or at a time on the viewer's clock; the organisation's clock stands beside it where it differs. */
export function ScheduleFields(props: {
  when: When;
  at: string;
  error: string | undefined;
  onWhen: (when: When) => void;
  onAt: (at: string) => void;
}): JSX.Element {
  const me = useMe();
  const chosen = () => fromLocalInput(props.at);
  const elsewhere = () =>
    chosen() && viewerZone() !== me().tenant.timezone
      ? formatFullMoment(new Date(chosen()!), me().tenant.timezone)
      : null;
  return (
    <div class="grid gap-3">
      <Choices
        legend="When"
        value={props.when}
        options={[
          { value: "now", label: "Now" },
          {
            value: "later",
            label: "At a time",
            hint: "It launches by itself. Until then it can be taken back.",
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
          hint={elsewhere() ? `${elsewhere()} for your organisation` : `On your clock, ${viewerZone()}`}
          onInput={(event) => props.onAt(event.currentTarget.value)}
        />
      </Show>
    </div>
  );
}
