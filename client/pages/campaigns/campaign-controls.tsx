import { createSignal, type JSX, Show } from "solid-js";
import {
  type Campaign,
  type Progress,
  type StopProof,
  useCancelCampaign,
  usePauseCampaign,
  useResumeCampaign,
} from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { StopProofLine } from "../../shell/stop-proof.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm, Dialog } from "../../ui/controls/dialog.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { countOf } from "../../ui/words/format.ts";
import { jobsIn } from "./live/progress-groups.ts";

const PAUSABLE = ["launching", "running"];

/** Pausing can be undone, so it asks nothing. Canceling can't, so it asks first. Both show the proof that sending stopped. */
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
  // The carrier's last answers still arrive through the stream, so the newer of the two is shown.
  const shownProof = (stopped: StopProof): StopProof => {
    const seen = props.progress;
    if (!seen || seen.at <= stopped.at) return stopped;
    return {
      ...stopped,
      lastSubmittedAt: seen.lastSubmittedAt ?? stopped.lastSubmittedAt,
      withCarrier: seen.withCarrier,
    };
  };
  const queued = () => (props.progress ? jobsIn(props.progress.counts, "queued") : 0);
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
              onSuccess: () => notifyDone("Campaign resumed."),
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
        description={`${countOf(queued(), "queued message")} will not be sent. Messages already sent are not affected. This can’t be undone.`}
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
                  OK
                </Button>
              </div>
            </div>
          )}
        </Show>
      </Dialog>
    </>
  );
}
