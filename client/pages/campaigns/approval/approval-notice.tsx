import { createEffect, type JSX, Match, on, Show, Switch } from "solid-js";
import {
  type CampaignApproval,
  type ListedApproval,
  useWithdrawApproval,
} from "../../../data/campaigns/approvals.ts";
import type { Campaign } from "../../../data/campaigns.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { queryClient } from "../../../data/transport/query-client.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button, LinkButton } from "../../../ui/controls/button.tsx";
import { Notice } from "../../../ui/page.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../../../ui/toast.tsx";
import { countOf } from "../../../ui/words/format.ts";
import { endWords } from "./approval-words.ts";

/** Where the approval of a draft stands, and why a scheduled launch did not happen. */
export function ApprovalNotice(props: {
  campaign: Campaign;
  approval: CampaignApproval | undefined;
}): JSX.Element {
  // A decision may have scheduled the campaign, or a teammate may have launched it.
  createEffect(
    on(
      () => props.approval?.newest?.status,
      () => queryClient.invalidateQueries({ queryKey: ["campaigns", "one", props.campaign.id] }),
      { defer: true },
    ),
  );
  // Here, because the button goes away with the request.
  const withdraw = useWithdrawApproval();
  return (
    <div class="mb-6 grid gap-3 empty:hidden">
      <Show when={props.campaign.notLaunchedReason}>
        {(reason) => (
          <Notice tone="warn" title="Not launched at its time">
            {reason()}
          </Notice>
        )}
      </Show>
      <Show when={props.approval?.newest}>
        {(newest) => <State approval={newest()} withdraw={withdraw} />}
      </Show>
    </div>
  );
}

type Withdrawal = ReturnType<typeof useWithdrawApproval>;

function State(props: { approval: ListedApproval; withdraw: Withdrawal }): JSX.Element {
  const approval = () => props.approval;
  const decided = () => (
    <>
      {approval().decidedBy ?? "A former member"}, <Moment at={approval().decidedAt} />.
    </>
  );
  return (
    <Switch>
      <Match when={approval().status === "open"}>
        <Notice
          tone="info"
          title="Waits for approval"
          actions={<OpenActions approval={approval()} withdraw={props.withdraw} />}
        >
          {approval().askedBy.name ?? "A former member"} asked <Moment at={approval().askedAt} ago /> for{" "}
          {countOf(approval().recipients, "recipient")}. Any change ends the request.
        </Notice>
      </Match>
      <Match when={approval().status === "approved"}>
        <Notice tone="ok" title="Approved" actions={<Look approval={approval()} />}>
          {decided()}{" "}
          <Show when={approval().comment}>
            {(comment) => <span class="wrap-anywhere">“{comment()}” </span>}
          </Show>
          <Show when={approval().launchAt === null}>Launch it within 72 hours. Any change ends this.</Show>
        </Notice>
      </Match>
      <Match when={approval().status === "returned" && approval().endedAt === null}>
        <Notice tone="warn" title="Returned" actions={<Look approval={approval()} />}>
          {decided()} <span class="wrap-anywhere">“{approval().comment}”</span>
        </Notice>
      </Match>
      <Match when={approval().status === "void"}>
        <Notice
          tone="info"
          title="The last approval is no longer valid"
          actions={<Look approval={approval()} />}
        >
          {endWords(approval())}
        </Notice>
      </Match>
    </Switch>
  );
}

function Look(props: { approval: ListedApproval }): JSX.Element {
  return (
    <LinkButton size="small" href={`/campaigns/approvals/${props.approval.id}`}>
      What was seen
    </LinkButton>
  );
}

function OpenActions(props: { approval: ListedApproval; withdraw: Withdrawal }): JSX.Element {
  const denied = useDenied();
  return (
    <>
      <LinkButton
        size="small"
        look={props.approval.isDecidable ? "primary" : "secondary"}
        href={`/campaigns/approvals/${props.approval.id}`}
      >
        {props.approval.isDecidable ? "Decide" : "What was seen"}
      </LinkButton>
      <Show when={props.approval.isOwn}>
        <Button
          size="small"
          pending={props.withdraw.isPending}
          denied={denied("campaigns.launch")}
          onClick={() =>
            props.withdraw.mutate(props.approval.id, {
              onSuccess: () => notifyDone("Request withdrawn."),
              onError: (error) => notifyProblem(sentenceOf(error)),
            })
          }
        >
          Withdraw
        </Button>
      </Show>
    </>
  );
}
