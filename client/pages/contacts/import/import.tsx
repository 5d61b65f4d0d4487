import { useParams } from "@solidjs/router";
import { createEffect, type JSX, Match, on, Show, Switch } from "solid-js";
import { type Import, importQuery, useCancelImport } from "../../../data/imports.ts";
import { createLiveImport } from "../../../data/transport/live.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { queryClient } from "../../../data/transport/query-client.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Announce } from "../../../ui/announce.tsx";
import { ProgressBar } from "../../../ui/charts/meter.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card, Notice, PageHead, useTitle } from "../../../ui/page.tsx";
import { ImportStatus } from "../../../ui/status.tsx";
import { thisSecond } from "../../../ui/time/clock.ts";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyProblem } from "../../../ui/toast.tsx";
import { countOf, formatBytes, formatCount, formatDuration, formatShare } from "../../../ui/words/format.ts";
import { ImportResult } from "./import-result.tsx";
import { MappingForm } from "./mapping-form.tsx";
import { OptOutsForm } from "./opt-outs-form.tsx";
import { ReadingCard } from "./reading-card.tsx";

const ACTIVE = ["queued", "running"];

/** Whether a worker undoes it, or compares its file. */
const isAtWork = (data: Import | undefined) =>
  ACTIVE.includes(data?.undoStatus ?? "") ||
  (data?.status === "ready" && ACTIVE.includes(data.diff?.status ?? ""));

/** One import: the questions before it starts, its progress, or its result. */
export default function ImportPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => importQuery(params.id));
  const status = () => query.data?.status;
  createLiveImport(
    () => params.id,
    () => ACTIVE.includes(status() ?? "") || isAtWork(query.data),
  );
  // Other pages then show old contacts and tags, so these are fetched again.
  createEffect(
    on(status, (now, before) => {
      if (now === "completed" && before && before !== "completed")
        for (const key of ["contacts", "do-not-contact"])
          void queryClient.invalidateQueries({ queryKey: [key] });
    }),
  );
  createEffect(
    on(
      () => query.data?.undoStatus,
      (now, before) => {
        if (now === "completed" && before && before !== "completed") {
          void queryClient.invalidateQueries({ queryKey: ["contacts"] });
          void queryClient.invalidateQueries({ queryKey: ["imports", "changes", params.id] });
        }
      },
    ),
  );
  useTitle(() => "Import");
  return (
    <Loaded query={query} page>
      {(data) => (
        <>
          <PageHead
            title={data().fileName}
            windowTitle={`Import of ${data().fileName}`}
            back={{ href: "/contacts/import", label: "Imports" }}
            status={<ImportStatus status={data().status} />}
            lead={
              <>
                {formatBytes(data().sizeBytes)} · {countOf(data().header.length, "column")}
                <Show when={data().encoding}> · {data().encoding}</Show> · uploaded{" "}
                <Moment at={data().createdAt} />
                <Show when={data().createdBy}> by {data().createdBy}</Show>
              </>
            }
            actions={<CancelButton data={data()} />}
          />
          <Switch fallback={<ImportResult data={data()} />}>
            <Match when={data().status === "uploading"}>
              <Notice tone="warn" title="The upload did not finish">
                Nothing was imported. Upload the file again.
              </Notice>
            </Match>
            <Match when={data().status === "ready"}>
              <div class="grid gap-6">
                <ReadingCard data={data()} />
                {/* Read in another way, the columns are others: the form begins again. */}
                <Show keyed when={readingOf(data())}>
                  <Show when={data().kind === "opt-outs"} fallback={<MappingForm data={data()} />}>
                    <OptOutsForm data={data()} />
                  </Show>
                </Show>
              </div>
            </Match>
            <Match when={ACTIVE.includes(data().status)}>
              <Running data={data()} />
            </Match>
          </Switch>
        </>
      )}
    </Loaded>
  );
}

const readingOf = ({ encoding, delimiter, layout }: Import) => JSON.stringify([encoding, delimiter, layout]);

function CancelButton(props: { data: Import }): JSX.Element {
  const cancel = useCancelImport();
  const denied = useDenied();
  return (
    <Show when={props.data.status === "ready" || ACTIVE.includes(props.data.status)}>
      <Button
        icon="cross"
        pending={cancel.isPending}
        denied={denied("imports.run")}
        onClick={() => cancel.mutate(props.data.id, { onError: (error) => notifyProblem(sentenceOf(error)) })}
      >
        Cancel import
      </Button>
    </Show>
  );
}

function Running(props: { data: Import }): JSX.Element {
  const share = () =>
    props.data.status === "queued" || props.data.sizeBytes === 0
      ? null
      : Math.min(1, props.data.bytesDone / props.data.sizeBytes);
  const perSecond = () => {
    if (!props.data.startedAt) return 0;
    const seconds = (thisSecond().getTime() - new Date(props.data.startedAt).getTime()) / 1000;
    return seconds > 1 ? props.data.rowsDone / seconds : 0;
  };
  const leftMs = () => {
    const done = share();
    if (!props.data.startedAt || !done || done < 0.02) return null;
    const spentMs = thisSecond().getTime() - new Date(props.data.startedAt).getTime();
    return spentMs / done - spentMs;
  };
  return (
    <Card title={props.data.status === "queued" ? "Starting…" : "Importing"}>
      <div class="grid gap-3">
        <ProgressBar label="Import" share={share()} />
        <Announce
          text={`${countOf(props.data.rowsDone, "row")} done${share() === null ? "" : `, ${formatShare(share() ?? 0)}`}`}
        />
        <p class="text-muted" translate="no">
          {countOf(props.data.rowsDone, "row")} done
          <Show when={perSecond() > 0}> · {formatCount(Math.round(perSecond()))} rows per second</Show>
          <Show when={leftMs() !== null}> · about {formatDuration(leftMs() ?? 0)} left</Show>
        </p>
        <p class="text-[0.8125rem] text-muted">You can leave this page. The import continues.</p>
      </div>
      <ul class="mt-5 grid grid-cols-2 gap-4 border-t border-line pt-5 sm:grid-cols-4">
        <Show
          when={props.data.kind === "contacts"}
          fallback={
            <>
              <Tally label="Added" count={props.data.created} />
              <Tally label="Already on the list" count={props.data.unchanged} />
            </>
          }
        >
          <Tally label="Created" count={props.data.created} />
          <Tally label="Updated" count={props.data.updated} />
          <Tally label="Unchanged" count={props.data.unchanged} />
        </Show>
        <Tally label="Rejected" count={props.data.rejected} />
      </ul>
    </Card>
  );
}

function Tally(props: { label: string; count: number }): JSX.Element {
  return (
    <li>
      <span class="block text-[0.8125rem] text-muted">{props.label}</span>
      <span class="text-xl font-semibold" translate="no">
        {formatCount(props.count)}
      </span>
    </li>
  );
}
