import type { FlowTrigger } from "@smscrm/core/flows/definition";
import { type JSX, Show } from "solid-js";
import { type FlowRow, flowsQuery } from "../../data/campaigns/flows.ts";
import { audiencesQuery } from "../../data/contacts/audiences.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { Table, Under } from "../../ui/table.tsx";
import { formatCount } from "../../ui/words/format.ts";
import { flowState } from "./flow-words.ts";
import { triggerWords } from "./person-words.ts";

export default function FlowsPage(): JSX.Element {
  const query = useQuery(flowsQuery);
  const audiences = useQuery(audiencesQuery);
  const nameOf = (trigger: FlowTrigger) =>
    trigger.kind === "audience"
      ? audiences.data?.find(({ id }) => id === trigger.audienceId)?.name
      : undefined;
  const columns = [
    {
      head: "Name",
      cell: (row: FlowRow) => (
        <>
          <span class="wrap-anywhere">{row.name}</span>
          <Under class="wrap-anywhere">{triggerWords(row.draft.trigger, nameOf(row.draft.trigger))}</Under>
        </>
      ),
    },
    {
      head: "Status",
      cell: (row: FlowRow) => <Badge tone={flowState(row).tone}>{flowState(row).label}</Badge>,
    },
    { head: "In it now", numeric: true, cell: (row: FlowRow) => formatCount(row.within) },
    {
      head: "Version",
      from: "sm" as const,
      numeric: true,
      cell: (row: FlowRow) => (row.version === 0 ? "–" : row.version),
    },
  ];
  return (
    <>
      <PageHead
        title="Flows"
        lead="Steps that people go through by themselves, each once. Every message passes the same checks and budgets as a campaign's."
        actions={<NewButton />}
      />
      <Card flush>
        <Loaded query={query}>
          {(flows) => (
            <Show
              when={flows().length > 0}
              fallback={
                <Empty icon="play" title="No flows yet" action={<NewButton />}>
                  A flow answers a keyword, follows up on a tag, an event or an audience, or reminds people of
                  a date. STOP ends every flow at once.
                </Empty>
              }
            >
              <Table caption="Flows" columns={columns} rows={flows()} href={(row) => `/flows/${row.id}`} />
            </Show>
          )}
        </Loaded>
      </Card>
    </>
  );
}

function NewButton(): JSX.Element {
  const denied = useDenied();
  return (
    <LinkButton href="/flows/new" denied={denied("campaigns.write")} icon="plus" look="primary">
      New flow
    </LinkButton>
  );
}
