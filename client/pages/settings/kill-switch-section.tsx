import { type JSX, Show } from "solid-js";
import { stopped } from "../../data/kill-switch.ts";
import { PauseButton, ResumeButton, useKillSwitch } from "../../shell/kill-switch.tsx";
import { StopProofLine } from "../../shell/stop-proof.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Skeleton } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { Section } from "./section.tsx";

/** The first section, because it is the most urgent one. */
export function KillSwitchSection(): JSX.Element {
  const state = useKillSwitch();
  return (
    <Section
      id="kill-switch"
      title="Kill Switch"
      hint="Stops all sending of this organisation at once. Queued messages stay queued."
    >
      <Show when={state()} fallback={<Skeleton class="h-16 w-full" />}>
        {(known) => (
          <Show
            when={stopped(known())}
            fallback={
              <div class="flex flex-wrap items-center justify-between gap-4">
                <p class="flex items-center gap-2.5 text-base font-semibold text-ok">
                  <Icon name="check" class="size-5" /> Sending is on
                </p>
                <PauseButton />
              </div>
            }
          >
            {(paused) => (
              <div class="grid gap-4">
                <p class="flex items-center gap-2.5 text-base font-semibold text-danger">
                  <Icon name="pause" class="size-5" />{" "}
                  {paused().suspendedAt ? "Suspended by the platform’s operator" : "Sending is paused"}
                </p>
                <Show
                  when={paused().suspendedAt}
                  fallback={
                    <p>
                      Since <Moment at={paused().pausedAt} precision="millisecond" />
                      <Show when={paused().pausedBy}> by {paused().pausedBy}</Show>
                      <Show when={paused().reason}>: “{paused().reason}”</Show>.
                    </p>
                  }
                >
                  {(suspendedAt) => (
                    <p>
                      Since <Moment at={suspendedAt()} precision="millisecond" />: “{paused().suspendedReason}
                      ”. Only the operator can reinstate this organisation.
                    </p>
                  )}
                </Show>
                <p>
                  <StopProofLine proof={paused()} />
                </p>
                <Show when={!paused().suspendedAt}>
                  <div>
                    <ResumeButton primary />
                  </div>
                </Show>
              </div>
            )}
          </Show>
        )}
      </Show>
    </Section>
  );
}
