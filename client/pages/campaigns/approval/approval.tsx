import { differenceWords } from "@smscrm/core/campaigns/approval";
import { useParams } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { type ApprovalPage, approvalQuery, useDecideApproval } from "../../../data/campaigns/approvals.ts";
import type { Preflight } from "../../../data/campaigns.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card, Notice, PageHead } from "../../../ui/page.tsx";
import { WordsBadge } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { countOf, formatCount } from "../../../ui/words/format.ts";
import { PreflightView } from "../preflight/preflight-view.tsx";
import { approvalWords, endWords } from "./approval-words.ts";
import { CopyCard } from "./copy-card.tsx";

/** `/campaigns/approvals/:id`: the copy that was seen, what differs now, and the decision. */
export default function ApprovalPageView(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => approvalQuery(params.id));
  // Here, because the form goes away with the decision, and says so first.
  const decide = useDecideApproval();
  return (
    <Loaded query={query} page>
      {(page) => (
        <>
          <PageHead
            title={page().seen.copy.name}
            back={{ href: `/campaigns/${page().approval.campaignId}`, label: "Campaign" }}
            status={<WordsBadge words={approvalWords(page().approval.status)} />}
            lead={
              <>
                {page().approval.askedBy.name ?? "A former member"} asked for approval{" "}
                <Moment at={page().approval.askedAt} ago />.
                <Show when={page().approval.note}>
                  {(note) => <span class="wrap-anywhere"> “{note()}”</span>}
                </Show>
              </>
            }
          />
          <div class="mb-6 grid gap-3 empty:hidden">
            <Outcome page={page()} />
            <Differences page={page()} />
          </div>
          <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <div class="grid gap-6 xl:order-2">
              <Show when={page().approval.status === "open"}>
                <Decision page={page()} decide={decide} />
              </Show>
              <CopyCard copy={page().seen.copy} recipients={page().approval.recipients} />
            </div>
            <div class="grid gap-6">
              <PreflightView preflight={seenPreflight(page())} />
              <p class="text-[0.8125rem] text-muted">
                The check as it was on <Moment at={seenPreflight(page()).evaluatedAt} />. Copy{" "}
                <code translate="no">{page().approval.fingerprint.slice(0, 12)}</code>, as in the audit log.
              </p>
            </div>
          </div>
        </>
      )}
    </Loaded>
  );
}

/** Stored as the check's answer was, without people. */
const seenPreflight = ({ seen }: ApprovalPage) => seen.preflight as unknown as Preflight;

/** How it was decided, or why it is over. */
function Outcome(props: { page: ApprovalPage }): JSX.Element {
  const approval = () => props.page.approval;
  return (
    <Show when={approval().status !== "open"}>
      <Notice
        tone={approval().status === "returned" ? "warn" : approval().endedAt ? "info" : "ok"}
        title={approvalWords(approval().status).label}
      >
        <Show when={approval().decidedAt}>
          {approval().decidedBy ?? "A former member"}, <Moment at={approval().decidedAt} />.{" "}
        </Show>
        <Show when={approval().comment}>
          {(comment) => <span class="wrap-anywhere">“{comment()}” </span>}
        </Show>
        {endWords(approval())}
      </Notice>
    </Show>
  );
}

function Differences(props: { page: ApprovalPage }): JSX.Element {
  const differs = () => props.page.differs;
  const grown = () => {
    const { recipientsNow, approval } = props.page;
    return recipientsNow !== null && recipientsNow !== approval.recipients ? recipientsNow : null;
  };
  return (
    <>
      <Show when={differs().length > 0}>
        <Notice tone="danger" title="Not as it was any more">
          Different now: {differenceWords(differs())}. It can’t be launched like this. Return it, so that it
          is asked for again.
        </Notice>
      </Show>
      <Show when={grown()}>
        {(now) => (
          <Notice tone="warn" title="The audience has another size now">
            {countOf(now(), "recipient")} now, {formatCount(props.page.approval.recipients)} when it was asked
            for. Above 5 % more, it has to be asked for again.
          </Notice>
        )}
      </Show>
    </>
  );
}

function Decision(props: { page: ApprovalPage; decide: ReturnType<typeof useDecideApproval> }): JSX.Element {
  const denied = useDenied();
  const [comment, setComment] = createSignal("");
  const [asked, setAsked] = createSignal<"approve" | "return">();
  const [problem, setProblem] = createSignal<string>();
  const fault = () => props.page.fault ?? denied("campaigns.approve");
  const submit = (approve: boolean) => {
    if (props.decide.isPending || fault()) return;
    setProblem(!approve && comment().trim().length < 3 ? "Say what to change, in a few words." : undefined);
    if (problem()) return;
    setAsked(approve ? "approve" : "return");
    const { id, fingerprint } = props.page.approval;
    props.decide.mutate(
      { id, fingerprint, comment: comment().trim(), approve },
      {
        onSuccess: () => notifyDone(approve ? "Approved." : "Returned with your comment."),
        onError: (error) => setProblem(sentenceOf(error)),
      },
    );
  };
  return (
    <Card title="Your decision">
      <Show when={!fault()} fallback={<p class="text-muted">{fault()}</p>}>
        <form
          class="grid gap-4"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit(true);
          }}
        >
          <p>
            <Show
              when={props.page.approval.launchAt}
              fallback="Approved, it can be launched within 72 hours, exactly as it is here."
            >
              {(at) => (
                <>
                  Approved, it launches automatically on <Moment at={at()} />, exactly as it is here.
                </>
              )}
            </Show>
          </p>
          <TextField
            label="Comment"
            hint="Needed to return it."
            maxLength={1000}
            value={comment()}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
          <FormProblem text={problem()} />
          <div class="flex flex-wrap gap-2">
            <Button
              type="submit"
              look="primary"
              pending={props.decide.isPending && asked() === "approve"}
              denied={props.page.differs.length > 0 ? "It is not as it was any more" : undefined}
            >
              Approve
            </Button>
            <Button pending={props.decide.isPending && asked() === "return"} onClick={() => submit(false)}>
              Return
            </Button>
          </div>
        </form>
      </Show>
    </Card>
  );
}
