import { useNavigate } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import {
  type Campaign,
  preflightQuery,
  useRemoveCampaign,
  useUnscheduleCampaign,
} from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/problem.ts";
import { useQuery } from "../../data/use-query.ts";
import { useKillSwitch } from "../../shell/kill-switch.tsx";
import { useDenied } from "../../shell/session-context.tsx";
import { Button, LinkButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { formatCount } from "../../ui/format.ts";
import { Loaded, Skeleton } from "../../ui/loaded.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Notice, PageHead } from "../../ui/page.tsx";
import { CampaignStatus } from "../../ui/status.tsx";
import { notifyDone, notifyProblem } from "../../ui/toast.tsx";
import { CampaignContent } from "./campaign-content.tsx";
import { DuplicateButton } from "./duplicate-button.tsx";
import { LaunchDialog } from "./launch-dialog.tsx";
import { PreflightView } from "./preflight-view.tsx";
import { TestButton } from "./test-button.tsx";

/** A draft or a scheduled campaign: what would happen if it were launched, by the very gates that will decide. */
export function DraftView(props: { campaign: Campaign }): JSX.Element {
  const preflight = useQuery(() => preflightQuery(props.campaign.id));
  const killSwitch = useKillSwitch();
  const denied = useDenied();
  const [launching, setLaunching] = createSignal(false);
  const scheduled = () => props.campaign.status === "scheduled";
  const checked = () => (preflight.isPending ? undefined : preflight.data);
  const whyNot = () => {
    if (denied("campaigns.launch")) return denied("campaigns.launch");
    if (killSwitch()?.pausedAt) return "Sending is paused. Resume it first";
    const data = checked();
    if (!data) return "The check is not done yet";
    if (data.audience === 0) return "Nobody is in this audience";
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
            <Button look="primary" icon="send" denied={whyNot()} onClick={() => setLaunching(true)}>
              Launch…
            </Button>
          </Show>
        }
      />
      <Show when={scheduled()}>
        <ScheduledNotice campaign={props.campaign} />
      </Show>
      <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div class="grid gap-6">
          <Loaded query={preflight} skeleton={<Checking />}>
            {(data) => (
              <>
                <PreflightView preflight={data()} />
                <p class="flex flex-wrap items-center gap-x-3 text-[0.8125rem] text-muted">
                  <span>
                    Checked <Moment at={data().evaluatedAt} ago /> in {formatCount(Math.round(data().tookMs))}{" "}
                    ms, by the same gates that decide when it is sent.
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
        <CampaignContent campaign={props.campaign} />
      </div>
      <Show when={checked()}>
        {(data) => (
          <LaunchDialog
            open={launching()}
            onClose={() => setLaunching(false)}
            campaign={props.campaign}
            preflight={data()}
          />
        )}
      </Show>
    </>
  );
}

/** When it launches by itself, and the way back. */
function ScheduledNotice(props: { campaign: Campaign }): JSX.Element {
  const unschedule = useUnscheduleCampaign();
  const denied = useDenied();
  const take = () =>
    unschedule.mutate(props.campaign.id, {
      onSuccess: () => notifyDone("Taken off the schedule: it is a draft again."),
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
            onClick={take}
          >
            Take off the schedule
          </Button>
        }
      >
        It launches by itself on <Moment at={props.campaign.scheduledAt} />
        <Show when={props.campaign.launchedBy}>, as {props.campaign.launchedBy} chose</Show>. The check below
        is made for that hour. To change it, take it off the schedule.
      </Notice>
    </div>
  );
}

function Checking(): JSX.Element {
  return (
    <div class="grid gap-6">
      <p role="status" class="text-muted">
        Asking every gate about every person…
      </p>
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
        description={`“${props.campaign.name}” was never sent. It can’t be brought back.`}
        action="Delete draft"
        danger
        pending={remove.isPending}
        error={remove.isError ? sentenceOf(remove.error) : undefined}
        onConfirm={() => remove.mutate(props.campaign.id, { onSuccess: () => navigate("/campaigns") })}
      />
    </>
  );
}
