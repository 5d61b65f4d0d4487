import { createSignal, type JSX, Show } from "solid-js";
import {
  type KillSwitch,
  killSwitchQuery,
  stopped,
  usePauseSending,
  useResumeSending,
} from "../data/kill-switch.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { Button } from "../ui/controls/button.tsx";
import { Confirm } from "../ui/controls/dialog.tsx";
import { TextField } from "../ui/controls/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { Moment } from "../ui/time/moment.tsx";
import { notifyDone } from "../ui/toast.tsx";
import { useDenied } from "./session-context.tsx";
import { StopProofLine } from "./stop-proof.tsx";

/** Returns the state of the kill switch, or undefined until it is loaded. */
export function useKillSwitch(): () => KillSwitch | undefined {
  const query = useQuery(killSwitchQuery);
  return () => query.data;
}

/** Stops all sending of the organisation, after a confirmation. */
export function PauseButton(props: { size?: "normal" | "small" }): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const [reason, setReason] = createSignal("");
  const pause = usePauseSending();
  const denied = useDenied();
  const confirm = () =>
    pause.mutate(reason().trim() || undefined, {
      onSuccess: () => {
        setOpen(false);
        notifyDone("Sending is paused.");
      },
    });
  return (
    <>
      <Button
        size={props.size}
        icon="pause"
        denied={denied("killSwitch.pause")}
        onClick={() => setOpen(true)}
      >
        Pause sending
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Pause all sending?"
        description="No campaign sends anything until you resume. Queued messages stay queued."
        action="Pause sending"
        danger
        pending={pause.isPending}
        error={pause.isError ? sentenceOf(pause.error) : undefined}
        onConfirm={confirm}
      >
        <TextField
          label="Reason (optional)"
          hint="Your team sees it in the banner. It is kept in the audit log."
          maxLength={200}
          value={reason()}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Confirm>
    </>
  );
}

export function ResumeButton(props: { size?: "normal" | "small"; primary?: boolean }): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const resume = useResumeSending();
  const denied = useDenied();
  const confirm = () =>
    resume.mutate(undefined, {
      onSuccess: () => {
        setOpen(false);
        notifyDone("Sending has resumed.");
      },
    });
  return (
    <>
      <Button
        size={props.size}
        look={props.primary ? "primary" : "secondary"}
        icon="play"
        denied={denied("killSwitch.resume")}
        onClick={() => setOpen(true)}
      >
        Resume sending
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Resume sending?"
        description="Queued messages resume, within quiet hours and budgets. Paused campaigns stay paused."
        action="Resume sending"
        pending={resume.isPending}
        error={resume.isError ? sentenceOf(resume.error) : undefined}
        onConfirm={confirm}
      />
    </>
  );
}

/** Shown on every page while sending is paused, with the time, the reason and the proof. */
export function PausedBanner(): JSX.Element {
  const state = useKillSwitch();
  return (
    <div role="status">
      <Show when={stopped(state())}>
        {(paused) => (
          <div class="border-b border-line bg-danger-soft">
            <div class="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 sm:px-8">
              <Icon name="pause" class="size-4 text-danger" />
              <p class="min-w-0 flex-1 basis-72">
                <Show
                  when={paused().suspendedAt}
                  fallback={
                    <>
                      <strong class="font-semibold text-danger">Sending is paused</strong> since{" "}
                      <Moment at={paused().pausedAt} precision="second" />
                      <Show when={paused().pausedBy}> by {paused().pausedBy}</Show>
                      <Show when={paused().reason}>: “{paused().reason}”</Show>.{" "}
                    </>
                  }
                >
                  {(suspendedAt) => (
                    <>
                      <strong class="font-semibold text-danger">Suspended</strong> by the platform’s operator
                      since <Moment at={suspendedAt()} precision="second" />: “{paused().suspendedReason}”.
                      Nothing is sent. You can still read and export your data.{" "}
                    </>
                  )}
                </Show>
                <span class="text-muted">
                  <StopProofLine proof={paused()} />
                </span>
              </p>
              <Show when={!paused().suspendedAt}>
                <ResumeButton size="small" />
              </Show>
            </div>
          </div>
        )}
      </Show>
    </div>
  );
}
