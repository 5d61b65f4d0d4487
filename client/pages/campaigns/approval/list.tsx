import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { approvalsQuery, type ListedApproval } from "../../../data/campaigns/approvals.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card, PageHead } from "../../../ui/page.tsx";
import { WordsBadge } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { countOf } from "../../../ui/words/format.ts";
import { approvalWords } from "./approval-words.ts";

/** `/campaigns/approvals`: what waits for a second person, came back, or may be launched. */
export default function ApprovalsPage(): JSX.Element {
  const query = useQuery(approvalsQuery);
  return (
    <>
      <PageHead
        title="Approvals"
        back={{ href: "/campaigns", label: "Campaigns" }}
        lead="Launches above a member’s limit wait here for a second person."
      />
      <Loaded query={query}>
        {(all) => (
          <Card flush>
            <Show
              when={all().length > 0}
              fallback={
                <p class="px-5 py-4 text-muted">
                  Nothing waits. Owners set under Settings, Approval how many recipients each role may launch
                  to alone.
                </p>
              }
            >
              <ul>
                <For each={mineFirst(all())}>{(approval) => <Line approval={approval} />}</For>
              </ul>
            </Show>
          </Card>
        )}
      </Loaded>
    </>
  );
}

/** What this member may decide comes first. */
const mineFirst = (all: readonly ListedApproval[]): ListedApproval[] =>
  [...all].sort((a, b) => Number(b.isDecidable) - Number(a.isDecidable));

function Line(props: { approval: ListedApproval }): JSX.Element {
  const approval = () => props.approval;
  const isOpen = () => approval().status === "open";
  const address = () =>
    isOpen() ? `/campaigns/approvals/${approval().id}` : `/campaigns/${approval().campaignId}`;
  return (
    <li class="border-b border-line last:border-0">
      <A
        href={address()}
        class="flex flex-wrap items-center gap-x-3 gap-y-1 px-5 py-3 -outline-offset-2 hover:bg-sunken/60"
      >
        <span class="min-w-0 grow basis-60">
          <span class="block font-medium wrap-anywhere">{approval().campaignName}</span>
          <span class="block text-[0.8125rem] text-muted">
            {approval().askedBy.name ?? "A former member"}, <Moment at={approval().askedAt} ago /> ·{" "}
            {countOf(approval().recipients, "recipient")}
          </span>
        </span>
        <Show when={approval().isDecidable}>
          <span class="text-[0.8125rem] font-medium text-accent">Yours to decide</span>
        </Show>
        <WordsBadge words={approvalWords(approval().status)} />
      </A>
    </li>
  );
}
