import { createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { type Import, useUndoImport } from "../../../../data/imports.ts";
import { sentenceOf } from "../../../../data/transport/problem.ts";
import { useDenied } from "../../../../shell/session-context.tsx";
import { Announce } from "../../../../ui/announce.tsx";
import { ProgressBar } from "../../../../ui/charts/meter.tsx";
import { Button } from "../../../../ui/controls/button.tsx";
import { Confirm } from "../../../../ui/controls/dialog.tsx";
import { TextField } from "../../../../ui/controls/field.tsx";
import { Card, Fact, Facts } from "../../../../ui/page.tsx";
import { Moment } from "../../../../ui/time/moment.tsx";
import { countOf, formatCount } from "../../../../ui/words/format.ts";

const NOTE_LENGTH_MIN = 3;

/** Offers to undo an import, shows the undo's progress, or what it did. */
export function UndoCard(props: { data: Import }): JSX.Element {
  const [asking, setAsking] = createSignal(false);
  const canUndo = () => Boolean(props.data.undoableUntil);
  const undo = () => props.data.undo!;
  return (
    <>
      <Switch>
        <Match when={props.data.undoStatus === "queued" || props.data.undoStatus === "running"}>
          <Running done={undo().done} total={undo().total} />
        </Match>
        <Match when={props.data.undoStatus === "completed"}>
          <Card
            title="Undone"
            actions={
              <Show when={canUndo() && undo().kept > 0}>
                <UndoButton onClick={() => setAsking(true)}>Undo the rest</UndoButton>
              </Show>
            }
          >
            <Facts>
              <Fact term="Contacts restored">{formatCount(undo().restored)}</Fact>
              <Fact term="Contacts removed">{formatCount(undo().removed)}</Fact>
              <Fact term="Consents ended">{formatCount(undo().consentsEnded)}</Fact>
              <Fact term="Kept">{keptSentence(undo().kept)}</Fact>
              <Fact term="Reason">{undo().reason}</Fact>
              <Fact term="By">
                {undo().requestedBy ?? "A former member"},{" "}
                <Moment at={undo().finishedAt ?? undo().requestedAt} />
              </Fact>
            </Facts>
          </Card>
        </Match>
        <Match when={canUndo()}>
          <Card
            title={props.data.undoStatus === "failed" ? "The undo stopped" : "Undo this import"}
            actions={<UndoButton onClick={() => setAsking(true)}>Undo import…</UndoButton>}
          >
            <Show when={props.data.undoStatus === "failed" && undo().error}>
              <p class="mb-3 font-medium text-danger">{undo().error}</p>
            </Show>
            <p class="text-muted">
              Possible until <Moment at={props.data.undoableUntil!} />. Opt-outs stay. Contacts that were
              texted, replied or changed since are kept and listed.
            </p>
          </Card>
        </Match>
      </Switch>
      <UndoDialog data={props.data} open={asking()} onClose={() => setAsking(false)} />
    </>
  );
}

const keptSentence = (kept: number) =>
  kept === 0 ? "Nothing" : `${countOf(kept, "contact")}, changed or used since. See below.`;

function UndoButton(props: { onClick: () => void; children: JSX.Element }): JSX.Element {
  const denied = useDenied();
  return (
    <Button size="small" denied={denied("imports.run")} onClick={props.onClick}>
      {props.children}
    </Button>
  );
}

function Running(props: { done: number; total: number }): JSX.Element {
  const share = () => (props.total === 0 ? null : Math.min(1, props.done / props.total));
  return (
    <Card title="Undoing">
      <div class="grid gap-3">
        <ProgressBar label="Undo" share={share()} />
        <Announce text={`${countOf(props.done, "contact")} of ${formatCount(props.total)} undone`} />
        <p class="text-muted" translate="no">
          {formatCount(props.done)} of {countOf(props.total, "contact")}
        </p>
        <p class="text-[0.8125rem] text-muted">You can leave this page. The undo continues.</p>
      </div>
    </Card>
  );
}

function UndoDialog(props: { data: Import; open: boolean; onClose: () => void }): JSX.Element {
  const start = useUndoImport();
  const [note, setNote] = createSignal("");
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Undo the import of ${props.data.fileName}?`}
      description={
        <>
          {countOf(props.data.updated + props.data.unchanged, "contact")} get what they were before. Up to{" "}
          {countOf(props.data.created, "added contact")} are removed. Consents from this file end. No opt-out
          is lifted.
        </>
      }
      action="Undo import"
      danger
      pending={start.isPending}
      denied={note().trim().length < NOTE_LENGTH_MIN ? "Enter a reason" : undefined}
      error={start.isError ? sentenceOf(start.error) : undefined}
      onConfirm={() =>
        start.mutate(
          { id: props.data.id, note: note().trim() },
          {
            onSuccess: () => {
              setNote("");
              props.onClose();
            },
          },
        )
      }
    >
      <TextField
        label="Reason"
        hint="For example: the wrong list. This is kept in the audit log."
        maxLength={500}
        value={note()}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  );
}
