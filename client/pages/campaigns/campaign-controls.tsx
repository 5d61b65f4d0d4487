import { createSignal, type JSX, Show } from "solid-js";
import {
  type Campaign,
  type Progress,
  type StopProof,
  useCancelCampaign,
  usePauseCampaign,
  useResumeCampaign,
} from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { StopProofLine } from "../../shell/stop-proof.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { countOf } from "../../ui/format.ts";
import { Moment } from "../../ui/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { jobsIn } from "./progress-groups.ts";

const PAUSABLE = ["launching", "running"];

/** Pause at once (it can be undone), resume, and cancel after a question (it can't). Stopping shows its proof. */
export function CampaignControls(props: {
  campaign: Campaign;
  status: string;
  progress: Progress | undefined;
}): JSX.Element {
  const denied = useDenied();
  const pause = usePauseCampaign();
  const resume = useResumeCampaign();
  const cancel = useCancelCampaign();
  const [asking, setAsking] = createSignal(false);
  const [proof, setProof] = createSignal<StopProof | null>(null);
  const onError = (error: unknown) => notifyProblem(sentenceOf(error));
  // The stream goes on telling while the last answers of the carrier come in: the newer of the two is shown.
  const shownProof = (stopped: StopProof): StopProof => {
    const seen = props.progress;
    if (!seen || seen.at <= stopped.at) return stopped;
    return {
      ...stopped,
      lastHandOverAt: seen.lastHandOverAt ?? stopped.lastHandOverAt,
      withCarrier: seen.withCarrier,
    };
  };
  const waiting = () => (props.progress ? jobsIn(props.progress.counts, "queued") : 0);
  return (
    <>
      <Show when={PAUSABLE.includes(props.status)}>
        <Button
          icon="pause"
          pending={pause.isPending}
          denied={denied("campaigns.stop")}
          onClick={() => pause.mutate(props.campaign.id, { onSuccess: setProof, onError })}
        >
          Pause
        </Button>
      </Show>
      <Show when={props.status === "paused"}>
        <Button
          look="primary"
          icon="play"
          pending={resume.isPending}
          denied={denied("campaigns.launch")}
          onClick={() =>
            resume.mutate(props.campaign.id, {
              onSuccess: () => notifyDone("The campaign goes on."),
              onError,
            })
          }
        >
          Resume
        </Button>
      </Show>
      <Show when={PAUSABLE.includes(props.status) || props.status === "paused"}>
        <Button icon="stop" denied={denied("campaigns.stop")} onClick={() => setAsking(true)}>
          Cancel…
        </Button>
      </Show>
      <Confirm
        open={asking()}
        onClose={() => setAsking(false)}
        title="Cancel this campaign?"
        description={`${countOf(waiting(), "message that waits", "messages that wait")} will never go. What went out stays as it is. This can’t be undone.`}
        action="Cancel campaign"
        danger
        pending={cancel.isPending}
        error={cancel.isError ? sentenceOf(cancel.error) : undefined}
        onConfirm={() =>
          cancel.mutate(props.campaign.id, {
            onSuccess: (stopped) => {
              setAsking(false);
              setProof(stopped);
            },
          })
        }
      />
      <Dialog open={proof() !== null} onClose={() => setProof(null)} title="Stopped">
        <Show when={proof()}>
          {(stopped) => (
            <div class="grid gap-4">
              <p>
                Stopped <Moment at={stopped().at} precision="millisecond" />.{" "}
                <StopProofLine proof={shownProof(stopped())} />
              </p>
              <div class="flex justify-end">
                <Button look="primary" onClick={() => setProof(null)}>
                  Good
                </Button>
              </div>
            </div>
          )}
        </Show>
      </Dialog>
    </>
  );
}
