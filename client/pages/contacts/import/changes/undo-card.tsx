import { createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { type Import, useUndoImport } from "../../../../data/imports.ts";
import { useDenied } from "../../../../shell/session-context.tsx";
import { Button } from "../../../../ui/controls/button.tsx";
import { Card, Fact, Facts } from "../../../../ui/page.tsx";
import { Moment } from "../../../../ui/time/moment.tsx";
import { countOf, formatCount } from "../../../../ui/words/format.ts";
import { ProgressCard } from "../../changes/progress-card.tsx";
import { UndoDialog } from "../../changes/undo-dialog.tsx";

/** Offers to undo an import, shows the undo's progress, or what it did. */
export function UndoCard(props: { data: Import }): JSX.Element {
  const start = useUndoImport();
  const [asking, setAsking] = createSignal(false);
  const canUndo = () => Boolean(props.data.undoableUntil);
  const undo = () => props.data.undo!;
  return (
    <>
      <Switch>
        <Match when={props.data.undoStatus === "queued" || props.data.undoStatus === "running"}>
          <ProgressCard title="Undoing" label="Undo" done={undo().done} total={undo().total} />
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
      <UndoDialog
        id={props.data.id}
        start={start}
        open={asking()}
        onClose={() => setAsking(false)}
        title={`Undo the import of ${props.data.fileName}?`}
        description={
          <>
            {countOf(props.data.updated + props.data.unchanged, "contact")} get what they were before. Up to{" "}
            {countOf(props.data.created, "added contact")} are removed. Consents from this file end. No
            opt-out is lifted.
          </>
        }
        action="Undo import"
        danger
        example="the wrong list"
      />
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
