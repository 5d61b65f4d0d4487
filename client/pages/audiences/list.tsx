import { audienceSentence } from "@smscrm/core/audiences/words";
import { type JSX, Show } from "solid-js";
import { type AudienceRow, audiencesQuery } from "../../data/contacts/audiences.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { LinkButton } from "../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { Table, Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { useAudienceNames } from "./names.ts";

export default function AudiencesPage(): JSX.Element {
  const query = useQuery(audiencesQuery);
  const names = useAudienceNames();
  const columns = [
    {
      head: "Name",
      cell: (row: AudienceRow) => (
        <>
          <span class="wrap-anywhere">{row.name}</span>
          <Under class="wrap-anywhere">{audienceSentence(row.definition, names())}</Under>
        </>
      ),
    },
    {
      head: "Changed",
      from: "sm" as const,
      numeric: true,
      class: "whitespace-nowrap",
      cell: (row: AudienceRow) => (
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
        title="Audiences"
        lead="Save whom you text often. Each message still passes opt-out, consent and quiet hours."
        actions={<NewButton />}
      />
      <Card flush>
        <Loaded query={query}>
          {(audiences) => (
            <Show
              when={audiences().length > 0}
              fallback={
                <Empty icon="people" title="No audiences yet" action={<NewButton />}>
                  An audience is a set of conditions, such as “members in Victoria who were not texted for 30
                  days”.
                </Empty>
              }
            >
              <Table
                caption="Audiences"
                columns={columns}
                rows={audiences()}
                href={(row) => `/audiences/${row.id}`}
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
    <LinkButton href="/audiences/new" denied={denied("contacts.write")} icon="plus" look="primary">
      New audience
    </LinkButton>
  );
}
