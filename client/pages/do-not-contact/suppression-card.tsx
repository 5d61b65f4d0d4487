import { createSignal, type JSX, Show } from "solid-js";
import { type SuppressionList, suppressionQuery } from "../../data/contacts/suppression.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { Badge } from "../../ui/status.tsx";
import { Table, Under } from "../../ui/table.tsx";
import {
  AddListDialog,
  AfterExpiryDialog,
  RemoveListDialog,
  UploadListDialog,
} from "./suppression-dialogs.tsx";
import { endWords } from "./suppression-words.ts";

type Doing = { what: "upload" | "expiry" | "remove"; list: SuppressionList };

/** The lists of public registers and others, with what they stop and when they end. */
export function SuppressionCard(): JSX.Element {
  const query = useQuery(suppressionQuery);
  const denied = useDenied();
  const [adding, setAdding] = createSignal(false);
  const [doing, setDoing] = createSignal<Doing | null>(null);
  const of = (what: Doing["what"]) => (doing()?.what === what ? doing()!.list : null);
  const registerOf = (key: string) => query.data?.registers.find(({ register }) => register === key);
  const columns = () => [
    {
      head: "List",
      cell: (list: SuppressionList) => (
        <>
          <span class="font-medium wrap-anywhere">{list.name}</span>
          <Under>
            {registerOf(list.register)?.name ?? list.register} · {list.country}
          </Under>
          <Under class="sm:hidden">
            <End list={list} />
          </Under>
        </>
      ),
    },
    {
      head: "Numbers",
      from: "md" as const,
      numeric: true,
      cell: (list: SuppressionList) => list.current?.numbers.toLocaleString() ?? "–",
    },
    { head: "Valid until", from: "sm" as const, cell: (list: SuppressionList) => <End list={list} /> },
    {
      head: "Action",
      numeric: true,
      cell: (list: SuppressionList) => (
        <span class="flex flex-wrap justify-end gap-1">
          <Button
            size="small"
            denied={denied("doNotContact.remove")}
            aria-label={`Upload ${list.name}`}
            onClick={() => setDoing({ what: "upload", list })}
          >
            Upload…
          </Button>
          <Button
            size="small"
            look="quiet"
            denied={denied("doNotContact.remove")}
            aria-label={`At its end: ${list.name}`}
            onClick={() => setDoing({ what: "expiry", list })}
          >
            At its end…
          </Button>
          <Button
            size="small"
            look="quiet"
            denied={denied("doNotContact.remove")}
            aria-label={`Remove ${list.name}`}
            onClick={() => setDoing({ what: "remove", list })}
          >
            Remove…
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Card
      title="Suppression lists"
      hint="Lists of public registers and partners. They stop marketing, never reminders or replies. A consent overrides an entry only as far as the register’s rule says."
      actions={
        <Button icon="plus" denied={denied("doNotContact.remove")} onClick={() => setAdding(true)}>
          Add list
        </Button>
      }
      flush
    >
      <Loaded query={query}>
        {(data) => (
          <Show
            when={data().lists.length > 0}
            fallback={
              <Empty icon="block" title="No suppression lists">
                Add the register of each country that you send marketing to.
              </Empty>
            }
          >
            <Table caption="Suppression lists" columns={columns()} rows={data().lists} />
          </Show>
        )}
      </Loaded>
      <AddListDialog
        open={adding()}
        registers={query.data?.registers ?? []}
        onClose={() => setAdding(false)}
      />
      <Show when={of("upload")}>
        {(list) => (
          <UploadListDialog
            list={list()}
            register={registerOf(list().register)}
            onClose={() => setDoing(null)}
          />
        )}
      </Show>
      <Show when={of("expiry")}>
        {(list) => <AfterExpiryDialog list={list()} onClose={() => setDoing(null)} />}
      </Show>
      <Show when={of("remove")}>
        {(list) => <RemoveListDialog list={list()} onClose={() => setDoing(null)} />}
      </Show>
    </Card>
  );
}

function End(props: { list: SuppressionList }): JSX.Element {
  const words = () => endWords(props.list, new Date());
  return (
    <>
      <Badge tone={words().tone}>{words().label}</Badge>
      <Show when={words().detail}>
        <Under>{words().detail}</Under>
      </Show>
    </>
  );
}
