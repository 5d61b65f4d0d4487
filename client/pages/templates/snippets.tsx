import { SNIPPET_PREFIX } from "@smscrm/core/text/snippets";
import { type JSX, Show } from "solid-js";
import { type SnippetRow, snippetsQuery } from "../../data/campaigns/snippets.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Table, Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { countOf } from "../../ui/words/format.ts";
import { TemplateTabs } from "./template-tabs.tsx";

export default function SnippetsPage(): JSX.Element {
  const query = useQuery(snippetsQuery);
  const columns = [
    {
      head: "Snippet",
      cell: (row: SnippetRow) => (
        <>
          <code class="wrap-anywhere">{`{{${SNIPPET_PREFIX}${row.name}}}`}</code>
          <Under class="wrap-anywhere">{row.texts[0]?.body}</Under>
        </>
      ),
    },
    {
      head: "Texts",
      from: "md" as const,
      numeric: true,
      cell: (row: SnippetRow) => countOf(row.texts.length, "text"),
    },
    { head: "Owner", from: "md" as const, cell: (row: SnippetRow) => row.owner ?? "–" },
    {
      head: "Changed",
      from: "sm" as const,
      numeric: true,
      class: "whitespace-nowrap",
      cell: (row: SnippetRow) => (
        <>
          <Moment at={row.updatedAt} precision="day" />
          <Under>{row.updatedBy ?? "–"}</Under>
        </>
      ),
    },
  ];
  return (
    <>
      <PageHead
        title="Snippets"
        lead="Named texts that templates and campaigns contain, such as a signature. Each country and language can have its own."
        actions={<NewButton />}
      />
      <TemplateTabs />
      <Card flush>
        <Loaded query={query}>
          {(snippets) => (
            <Show
              when={snippets().length > 0}
              fallback={
                <Empty icon="edit" title="No snippets yet" action={<NewButton />}>
                  Begin with the sentence that says how to opt out: it has a text for each country.
                </Empty>
              }
            >
              <Table
                caption="Snippets"
                columns={columns}
                rows={snippets()}
                href={(row) => `/templates/snippets/${row.id}`}
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
    <LinkButton href="/templates/snippets/new" denied={denied("campaigns.write")} icon="plus" look="primary">
      New snippet
    </LinkButton>
  );
}
