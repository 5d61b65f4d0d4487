import { createSignal, type JSX, Show } from "solid-js";
import { type TemplateRow, templatesQuery } from "../../data/campaigns/templates.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Checkbox } from "../../ui/controls/field.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Table, Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { languageName } from "../../ui/words/language-words.ts";
import { TemplateTabs } from "./template-tabs.tsx";

export default function TemplatesPage(): JSX.Element {
  const query = useQuery(templatesQuery);
  const me = useMe();
  const [mine, setMine] = createSignal(false);
  const shown = (templates: readonly TemplateRow[]) =>
    mine() ? templates.filter(({ ownerId }) => ownerId === me().user.id) : [...templates];
  const columns = [
    {
      head: "Name",
      cell: (row: TemplateRow) => (
        <>
          <span class="wrap-anywhere">{row.name}</span>
          <Under class="wrap-anywhere">{row.body}</Under>
          <Show when={row.texts.length > 0}>
            <Under>
              {[row.language, ...row.texts.map(({ language }) => language)]
                .map((tag) => languageName(tag))
                .join(", ")}
            </Under>
          </Show>
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
      <TemplateTabs />
      <Show when={query.isSuccess && query.data.length > 0}>
        <div class="mb-4">
          <Checkbox
            label="Only mine"
            checked={mine()}
            onChange={(event) => setMine(event.currentTarget.checked)}
          />
        </div>
      </Show>
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
              <Show
                when={shown(templates()).length > 0}
                fallback={
                  <Empty icon="edit" title="None of these is yours">
                    Untick “Only mine” to see those of your team.
                  </Empty>
                }
              >
                <Table
                  caption="Templates"
                  columns={columns}
                  rows={shown(templates())}
                  href={(row) => `/templates/${row.id}`}
                />
              </Show>
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
