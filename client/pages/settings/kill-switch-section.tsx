import { type JSX, Show } from "solid-js";
import { PauseButton, ResumeButton, useKillSwitch } from "../../shell/kill-switch.tsx";
import { StopProofLine } from "../../shell/stop-proof.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Skeleton } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Section } from "./section.tsx";

/** First of all settings: whoever comes here in a hurry comes for this. */
export function KillSwitchSection(): JSX.Element {
  const state = useKillSwitch();
  return (
    <Section
      id="kill-switch"
      title="Kill Switch"
      hint="Stops all sending of this organisation at once. What waits keeps waiting; nothing is lost."
    >
      <Show when={state()} fallback={<Skeleton class="h-16 w-full" />}>
        {(known) => (
          <Show
            when={known().pausedAt}
            fallback={
              <div class="flex flex-wrap items-center justify-between gap-4">
                <p class="flex items-center gap-2.5 text-base font-semibold text-ok">
                  <Icon name="check" class="size-5" /> Sending is on
                </p>
                <PauseButton />
              </div>
            }
          >
            <div class="grid gap-4">
              <p class="flex items-center gap-2.5 text-base font-semibold text-danger">
                <Icon name="pause" class="size-5" /> Sending is paused
              </p>
              <p>
                Since <Moment at={known().pausedAt} precision="millisecond" />
                <Show when={known().pausedBy}> by {known().pausedBy}</Show>
                <Show when={known().reason}>: “{known().reason}”</Show>.
              </p>
              <p>
                <StopProofLine proof={known()} />
              </p>
              <div>
                <ResumeButton primary />
              </div>
            </div>
          </Show>
        )}
      </Show>
    </Section>
  );
}
