import { isLaunchedAlone } from "@smscrm/core/campaigns/approval";
import { useNavigate } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { campaignApprovalQuery } from "../../data/campaigns/approvals.ts";
import {
  type Campaign,
  preflightProgressQuery,
  preflightQuery,
  useRemoveCampaign,
  useUnscheduleCampaign,
} from "../../data/campaigns.ts";
import { stopped } from "../../data/kill-switch.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useKillSwitch } from "../../shell/kill-switch.tsx";
import { useDenied } from "../../shell/session-context.tsx";
import { Button, LinkButton } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Loaded, Skeleton } from "../../ui/loaded.tsx";
import { Notice, PageHead } from "../../ui/page.tsx";
import { CampaignStatus } from "../../ui/status.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { countOf, formatCount } from "../../ui/words/format.ts";
import { ApprovalNotice } from "./approval/approval-notice.tsx";
import { CampaignContent } from "./campaign-content.tsx";
import { DuplicateButton } from "./duplicate-button.tsx";
import { LaunchDialog } from "./launch-dialog.tsx";
import { PreflightView } from "./preflight/preflight-view.tsx";
import { RepeatCard } from "./repeat/repeat-card.tsx";
import { TestButton } from "./test-button.tsx";

/** A draft or scheduled campaign, and what a launch would do. The same gates decide here and when it is sent. */
export function DraftView(props: { campaign: Campaign }): JSX.Element {
  const preflight = useQuery(() => preflightQuery(props.campaign.id));
  const killSwitch = useKillSwitch();
  const denied = useDenied();
  const [launching, setLaunching] = createSignal(false);
  const scheduled = () => props.campaign.status === "scheduled";
  const checked = () => preflight.data;
  const approvalOf = useQuery(() => campaignApprovalQuery(props.campaign.id));
  const approval = () => (approvalOf.isSuccess ? approvalOf.data : undefined);
  const newest = () => approval()?.newest;
  /** Whether this member may not launch it alone, and nobody approved it yet. */
  const asks = () => {
    const data = checked();
    return (
      data !== undefined &&
      newest()?.status !== "approved" &&
      !isLaunchedAlone(data.audience, approval()?.aloneMax ?? null)
    );
  };
  const launchDenied = () => {
    if (denied("campaigns.launch")) return denied("campaigns.launch");
    if (stopped(killSwitch())?.suspendedAt) return "The platform’s operator suspended this organisation";
    if (props.campaign.repeats) return "It repeats and launches automatically";
    if (killSwitch()?.pausedAt) return "Sending is paused. Resume it first";
    const data = checked();
    if (!data) return "The check is not finished yet";
    if (data.audience === 0) return "This audience is empty";
    if (asks() && newest()?.status === "open") return "It waits for approval";
    return undefined;
  };
  return (
    <>
      <PageHead
        title={props.campaign.name}
        back={{ href: "/campaigns", label: "Campaigns" }}
        status={<CampaignStatus status={props.campaign.status} />}
        actions={
          <Show when={!scheduled()} fallback={<DuplicateButton id={props.campaign.id} />}>
            <RemoveButton campaign={props.campaign} />
            <TestButton campaign={props.campaign} />
            <DuplicateButton id={props.campaign.id} />
            <LinkButton
              href={`/campaigns/${props.campaign.id}/edit`}
              denied={denied("campaigns.write")}
              icon="edit"
            >
              Edit
            </LinkButton>
            <Button look="primary" icon="send" denied={launchDenied()} onClick={() => setLaunching(true)}>
              {asks() ? "Ask for approval…" : "Launch…"}
            </Button>
          </Show>
        }
      />
      <Show when={scheduled()}>
        <ScheduledNotice campaign={props.campaign} />
      </Show>
      <ApprovalNotice campaign={props.campaign} approval={approval()} />
      <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div class="grid gap-6">
          <Loaded query={preflight} skeleton={<Checking id={props.campaign.id} />}>
            {(data) => (
              <>
                <PreflightView preflight={data()} />
                <p class="flex flex-wrap items-center gap-x-3 text-[0.8125rem] text-muted">
                  <span>
                    Checked <Moment at={data().evaluatedAt} ago /> in {formatCount(Math.round(data().tookMs))}{" "}
                    ms
                    <LaunchTime at={data().launchAt} />, by the same rules that decide when it is sent.
                  </span>
                  <button
                    type="button"
                    class="text-accent hover:underline"
                    onClick={() => preflight.refetch()}
                  >
                    {preflight.isFetching ? "Checking…" : "Check again"}
                  </button>
                </p>
              </>
            )}
          </Loaded>
        </div>
        <div class="grid gap-6">
          <CampaignContent campaign={props.campaign} />
          <Show when={!scheduled()}>
            <RepeatCard campaignId={props.campaign.id} />
          </Show>
        </div>
      </div>
      <Show when={checked()}>
        {(data) => (
          <LaunchDialog
            open={launching()}
            onClose={() => setLaunching(false)}
            campaign={props.campaign}
            preflight={data()}
            asks={asks()}
            approved={newest()?.status === "approved" ? (newest() ?? null) : null}
          />
        )}
      </Show>
    </>
  );
}

/** Says for which launch the check was made, if it isn't one of now. */
function LaunchTime(props: { at: string | null }): JSX.Element {
  return (
    <Show when={props.at}>
      {" "}
      for a launch on <Moment at={props.at} />
    </Show>
  );
}

/** Says when the campaign launches, and unschedules it. */
function ScheduledNotice(props: { campaign: Campaign }): JSX.Element {
  const unschedule = useUnscheduleCampaign();
  const denied = useDenied();
  const takeOff = () =>
    unschedule.mutate(props.campaign.id, {
      onSuccess: () => notifyDone("Unscheduled. It is a draft again."),
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  return (
    <div class="mb-6">
      <Notice
        tone="info"
        title="Scheduled"
        actions={
          <Button
            size="small"
            pending={unschedule.isPending}
            denied={denied("campaigns.stop")}
            onClick={takeOff}
          >
            Unschedule
          </Button>
        }
      >
        It launches automatically on <Moment at={props.campaign.scheduledAt} />
        <Show when={props.campaign.launchedBy}>, scheduled by {props.campaign.launchedBy}</Show>. The check
        below is made for that time. To change the campaign, unschedule it first.
      </Notice>
    </div>
  );
}

/** A check of a million contacts takes some seconds: what it has counted shows until then. */
function Checking(props: { id: string }): JSX.Element {
  const progress = useQuery(() => preflightProgressQuery(props.id));
  return (
    <div class="grid gap-6">
      <div class="text-muted">
        <p role="status">Checking every contact…</p>
        <Show when={progress.data}>
          {(soFar) => (
            <p>
              {countOf(soFar().audience, "contact")} so far: {formatCount(soFar().now)} sent now,{" "}
              {formatCount(soFar().later)} sent later, {formatCount(soFar().refused)} not sent.
            </p>
          )}
        </Show>
      </div>
      <div class="grid gap-4 sm:grid-cols-3">
        <Skeleton class="h-28 rounded-xl" />
        <Skeleton class="h-28 rounded-xl" />
        <Skeleton class="h-28 rounded-xl" />
      </div>
      <Skeleton class="h-64 rounded-xl" />
    </div>
  );
}

function RemoveButton(props: { campaign: Campaign }): JSX.Element {
  const navigate = useNavigate();
  const remove = useRemoveCampaign();
  const denied = useDenied();
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <Button look="quiet" icon="trash" denied={denied("campaigns.write")} onClick={() => setOpen(true)}>
        Delete
      </Button>
      <Confirm
        open={open()}
        onClose={() => setOpen(false)}
        title="Delete this draft?"
        description={`“${props.campaign.name}” was never sent. This can’t be undone.`}
        action="Delete draft"
        danger
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={() => remove.mutate(props.campaign.id, { onSuccess: () => navigate("/campaigns") })}
      />
    </>
  );
}
