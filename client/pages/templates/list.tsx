import { type JSX, Show } from "solid-js";
import { type TemplateRow, templatesQuery } from "../../data/campaigns/templates.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Table, Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";

export default function TemplatesPage(): JSX.Element {
  const query = useQuery(templatesQuery);
  const columns = [
    {
      head: "Name",
      cell: (row: TemplateRow) => (
        <>
          <span class="wrap-anywhere">{row.name}</span>
          <Under class="wrap-anywhere">{row.body}</Under>
        </>
      ),
    },
    { head: "Owner", from: "md" as const, cell: (row: TemplateRow) => row.owner ?? "–" },
    {
      head: "Changed",
      from: "sm" as const,
      numeric: true,
      class: "whitespace-nowrap",
      cell: (row: TemplateRow) => (
        <>
          <Moment at={row.updatedAt} precision="day" />
          <Under>version {row.version}</Under>
        </>
      ),
    },
  ];
  return (
    <>
      <PageHead
        title="Templates"
        lead="Texts that you use again. A campaign copies one, so a later change reaches no campaign by itself."
        actions={<NewButton />}
      />
      <Card flush>
        <Loaded query={query}>
          {(templates) => (
            <Show
              when={templates().length > 0}
              fallback={
                <Empty icon="edit" title="No templates yet" action={<NewButton />}>
                  A template is a text with merge fields, such as a reminder or an offer.
                </Empty>
              }
            >
              <Table
                caption="Templates"
                columns={columns}
                rows={templates()}
                href={(row) => `/templates/${row.id}`}
              />
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
    <LinkButton href="/templates/new" denied={denied("campaigns.write")} icon="plus" look="primary">
      New template
    </LinkButton>
  );
}
