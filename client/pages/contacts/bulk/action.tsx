import { A, useParams } from "@solidjs/router";
import { createEffect, createSignal, type JSX, on, Show } from "solid-js";
import {
  type BulkAction,
  bulkActionQuery,
  type KeptContact,
  keptQuery,
  useCancelBulk,
  useUndoBulk,
} from "../../../data/contacts/bulk.ts";
import { queryClient } from "../../../data/transport/query-client.ts";
import { useInfiniteQuery, useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card, Fact, Facts, PageHead } from "../../../ui/page.tsx";
import { PagedTable } from "../../../ui/paged-table.tsx";
import { Under } from "../../../ui/table.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { countOf, formatCount, formatPhone } from "../../../ui/words/format.ts";
import { ProgressCard } from "../changes/progress-card.tsx";
import { UndoDialog } from "../changes/undo-dialog.tsx";
import { keptWords } from "../import/changes/field-words.ts";
import { BulkStatus } from "./list.tsx";
import { targetWords } from "./target-words.ts";

/** One bulk action: its progress, what it did, and its undo. */
export default function BulkActionPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => bulkActionQuery(params.id));
  return (
    <Loaded query={query}>
      {(data) => (
        <>
          <PageHead
            title={data().what}
            back={{ href: "/contacts/bulk", label: "Bulk actions" }}
            status={<BulkStatus action={data()} />}
            lead={targetWords(data().target)}
          />
          <ActionCards data={data()} />
        </>
      )}
    </Loaded>
  );
}

const isOpen = (status: string | null) => status === "queued" || status === "running";

function ActionCards(props: { data: BulkAction }): JSX.Element {
  // Contacts, tags and counts are other ones when it or its undo has ended.
  createEffect(
    on(
      () => isOpen(props.data.status) || isOpen(props.data.undoStatus),
      (open, before) => {
        if (before && !open) void queryClient.invalidateQueries({ queryKey: ["contacts"] });
      },
    ),
  );
  return (
    <div class="grid gap-4">
      <Show when={isOpen(props.data.status)}>
        <Running data={props.data} />
      </Show>
      <Show when={props.data.undo && isOpen(props.data.undoStatus)}>
        <ProgressCard
          label="Undo"
          done={props.data.undo!.done}
          total={props.data.undo!.total}
          title="Undoing"
        />
      </Show>
      <Show when={!isOpen(props.data.status)}>
        <Result data={props.data} />
      </Show>
      <Undo data={props.data} />
      <Show when={props.data.undoStatus === "completed" && props.data.undo!.kept > 0}>
        <Kept id={props.data.id} />
      </Show>
    </div>
  );
}

function Running(props: { data: BulkAction }): JSX.Element {
  const denied = useDenied();
  const cancel = useCancelBulk();
  return (
    <ProgressCard
      label="Bulk action"
      title={props.data.status === "queued" ? "Waiting for its turn" : "Running"}
      done={props.data.done}
      total={props.data.total}
      actions={
        <Button
          size="small"
          denied={denied("contacts.write")}
          pending={cancel.isPending}
          onClick={() => cancel.mutate(props.data.id)}
        >
          Cancel
        </Button>
      }
    />
  );
}

function Result(props: { data: BulkAction }): JSX.Element {
  return (
    <Card title="Result">
      <Show when={props.data.error}>
        <p class="mb-3 font-medium text-danger">{props.data.error}</p>
      </Show>
      <Facts>
        <Fact term="Contacts changed">{formatCount(props.data.changed)}</Fact>
        <Fact term="Unchanged">{formatCount(props.data.unchanged)}</Fact>
        <Show when={props.data.keptOptedOut > 0}>
          <Fact term="Still opted out">{formatCount(props.data.keptOptedOut)}</Fact>
        </Show>
        <Show when={props.data.messagesCanceled > 0}>
          <Fact term="Messages canceled">{formatCount(props.data.messagesCanceled)}</Fact>
        </Show>
        <Show when={props.data.reason}>
          <Fact term="Reason">{props.data.reason}</Fact>
        </Show>
        <Fact term="By">
          {props.data.requestedBy ?? "A former member"},{" "}
          <Moment at={props.data.finishedAt ?? props.data.requestedAt} />
        </Fact>
      </Facts>
    </Card>
  );
}

function Undo(props: { data: BulkAction }): JSX.Element {
  const start = useUndoBulk();
  const denied = useDenied();
  const [asking, setAsking] = createSignal(false);
  const undo = () => props.data.undo!;
  const isDone = () => props.data.undoStatus === "completed";
  return (
    <>
      <Show when={isDone() || props.data.undoableUntil}>
        <Card
          title={
            isDone() ? "Undone" : props.data.undoStatus === "failed" ? "The undo stopped" : "Undo this action"
          }
          actions={
            <Show when={props.data.undoableUntil}>
              <Button size="small" denied={denied("contacts.write")} onClick={() => setAsking(true)}>
                {isDone() ? "Undo the rest…" : "Undo…"}
              </Button>
            </Show>
          }
        >
          <Show
            when={isDone()}
            fallback={
              <>
                <Show when={props.data.undoStatus === "failed" && undo().error}>
                  <p class="mb-3 font-medium text-danger">{undo().error}</p>
                </Show>
                <p class="text-muted">
                  Possible until <Moment at={props.data.undoableUntil!} />. What was changed since stays and
                  is listed. Opt-outs stay.
                </p>
              </>
            }
          >
            <Facts>
              <Fact term="Contacts restored">{formatCount(undo().restored)}</Fact>
              <Fact term="Kept">
                {undo().kept === 0 ? "Nothing" : `${countOf(undo().kept, "contact")}. See below.`}
              </Fact>
              <Fact term="Reason">{undo().reason}</Fact>
              <Fact term="By">
                {undo().requestedBy ?? "A former member"},{" "}
                <Moment at={undo().finishedAt ?? undo().requestedAt} />
              </Fact>
            </Facts>
          </Show>
        </Card>
      </Show>
      {/* Outside the card, which leaves while the undo runs: the dialog must be there to be closed. */}
      <UndoDialog
        id={props.data.id}
        start={start}
        open={asking()}
        onClose={() => setAsking(false)}
        title={`Undo “${props.data.what}”?`}
        description={`${countOf(props.data.changed, "contact gets", "contacts get")} back what they were before, except what was changed since. No opt-out is lifted.`}
        action="Undo action"
        example="the wrong contacts"
      />
    </>
  );
}

function Kept(props: { id: string }): JSX.Element {
  const query = useInfiniteQuery(() => keptQuery(props.id));
  return (
    <Card title="Kept by the undo" flush>
      <PagedTable
        query={query}
        caption="Contacts that the undo kept"
        columns={[
          {
            head: "Contact",
            cell: (row: KeptContact) => (
              <>
                <Show when={row.contactId} fallback="Deleted contact">
                  {(id) => (
                    <A
                      href={`/contacts/${id()}`}
                      class="font-medium text-accent hover:underline wrap-anywhere"
                    >
                      {[row.firstName, row.lastName].filter(Boolean).join(" ") || "No name"}
                    </A>
                  )}
                </Show>
                <Under>{formatPhone(row.phone)}</Under>
              </>
            ),
          },
          { head: "Kept because", cell: (row: KeptContact) => keptWords(row.kept) },
        ]}
        what="contacts"
        empty={<p class="p-5 text-muted">These contacts are gone: they were erased.</p>}
      />
    </Card>
  );
}
