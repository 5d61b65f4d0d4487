import { consentWords } from "@smscrm/core/explain/consent-words";
import { useNavigate } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { Contact } from "../../../data/contacts/contacts.ts";
import {
  type ContactMerge,
  mergesQuery,
  usePreferNumber,
  useRemoveNumber,
  useUndoMerge,
} from "../../../data/contacts/merging.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button } from "../../../ui/controls/button.tsx";
import { Confirm } from "../../../ui/controls/dialog.tsx";
import { Card } from "../../../ui/page.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Moment } from "../../../ui/time/moment.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { formatPhone } from "../../../ui/words/format.ts";
import { AddNumberDialog } from "./add-number.tsx";
import { MergeWithDialog } from "./merge-with.tsx";

type ShownNumber = Contact["numbers"][number];

/** The numbers of a person, which one campaigns text, and the merges that brought them. */
export function NumbersCard(props: { contact: Contact }): JSX.Element {
  const denied = useDenied();
  const [adding, setAdding] = createSignal(false);
  const [merging, setMerging] = createSignal(false);
  const [preferring, setPreferring] = createSignal<ShownNumber | null>(null);
  const [removing, setRemoving] = createSignal<ShownNumber | null>(null);
  return (
    <Card title="Numbers" hint="Campaigns text the preferred number only." flush>
      <ul>
        <For each={props.contact.numbers}>
          {(number) => (
            <NumberRow
              number={number}
              onPrefer={() => setPreferring(number)}
              onRemove={() => setRemoving(number)}
            />
          )}
        </For>
      </ul>
      <div class="flex flex-wrap gap-2 border-t border-line px-5 py-3">
        <Button size="small" icon="plus" denied={denied("contacts.write")} onClick={() => setAdding(true)}>
          Add a number…
        </Button>
        <Button size="small" denied={denied("contacts.write")} onClick={() => setMerging(true)}>
          Merge with…
        </Button>
      </div>
      <Merges contactId={props.contact.id} />
      <AddNumberDialog open={adding()} id={props.contact.id} onClose={() => setAdding(false)} />
      <MergeWithDialog open={merging()} id={props.contact.id} onClose={() => setMerging(false)} />
      <PreferDialog id={props.contact.id} number={preferring()} onClose={() => setPreferring(null)} />
      <RemoveDialog id={props.contact.id} number={removing()} onClose={() => setRemoving(null)} />
    </Card>
  );
}

function NumberRow(props: { number: ShownNumber; onPrefer: () => void; onRemove: () => void }): JSX.Element {
  const denied = useDenied();
  return (
    <li class="border-b border-line px-5 py-3 last:border-0">
      <div class="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <span class="font-medium whitespace-nowrap">{formatPhone(props.number.phone)}</span>
        <span class="flex flex-wrap gap-1">
          <Show when={props.number.isPreferred}>
            <Badge tone="accent">Preferred</Badge>
          </Show>
          <Show when={props.number.optedOut}>
            <Badge tone="danger">Opted out</Badge>
          </Show>
          <Show when={props.number.invalidReason}>
            {(why) => (
              <Badge tone="warn" title={why()}>
                Can’t receive texts
              </Badge>
            )}
          </Show>
        </span>
      </div>
      <p class="text-[0.8125rem] text-muted">
        {[props.number.lineType?.toLowerCase().replaceAll("_", " "), consentWords(props.number.consentBasis)]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <Show when={!props.number.isPreferred}>
        <div class="mt-2 flex flex-wrap gap-2">
          <Button size="small" denied={denied("contacts.write")} onClick={() => props.onPrefer()}>
            Make preferred…
          </Button>
          <Button size="small" denied={denied("contacts.delete")} onClick={() => props.onRemove()}>
            Remove…
          </Button>
        </div>
      </Show>
    </li>
  );
}

function PreferDialog(props: { id: string; number: ShownNumber | null; onClose: () => void }): JSX.Element {
  const prefer = usePreferNumber();
  const navigate = useNavigate();
  const save = () =>
    prefer.mutate(
      { id: props.id, numberId: props.number!.contactId },
      {
        onSuccess: ({ id }) => {
          notifyDone("Campaigns text this number from now on.");
          props.onClose();
          navigate(`/contacts/${id}`);
        },
      },
    );
  return (
    <Confirm
      open={props.number !== null}
      onClose={props.onClose}
      title="Make this number preferred?"
      action="Make preferred"
      pending={prefer.isPending}
      error={prefer.isError ? sentenceOf(prefer.error) : undefined}
      onConfirm={save}
    >
      <p class="text-muted">
        Campaigns and flows text {formatPhone(props.number?.phone ?? "")} instead, within its own consents and
        local hours. The number before becomes a further number. Opt-outs hold for both.
      </p>
    </Confirm>
  );
}

function RemoveDialog(props: { id: string; number: ShownNumber | null; onClose: () => void }): JSX.Element {
  const remove = useRemoveNumber();
  const save = () =>
    remove.mutate(
      { id: props.id, numberId: props.number!.contactId },
      {
        onSuccess: () => {
          notifyDone("Number removed.");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.number !== null}
      onClose={props.onClose}
      title="Remove this number?"
      action="Remove number"
      danger
      pending={remove.isPending}
      error={remove.isError ? sentenceOf(remove.error) : undefined}
      onConfirm={save}
    >
      <p class="text-muted">
        {formatPhone(props.number?.phone ?? "")} no longer belongs to this contact, and what waits for it is
        canceled. Its messages, consents and opt-outs stay on record. A merge that brought it can’t be undone
        after that.
      </p>
    </Confirm>
  );
}

function Merges(props: { contactId: string }): JSX.Element {
  const merges = useQuery(() => mergesQuery(props.contactId));
  const shown = () =>
    merges.isSuccess ? merges.data.filter(({ keptId }) => keptId === props.contactId) : [];
  const [undoing, setUndoing] = createSignal<ContactMerge | null>(null);
  const denied = useDenied();
  return (
    <Show when={shown().length > 0}>
      <div class="border-t border-line px-5 py-3">
        <h3 class="text-[0.8125rem] font-semibold">Merges</h3>
        <ul class="mt-1 grid gap-2 text-[0.8125rem]">
          <For each={shown()}>
            {(merge) => (
              <li class="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
                <span class="min-w-0 text-muted wrap-anywhere">
                  <Moment at={merge.mergedAt} />, by {merge.mergedBy ?? "a former member"}: “{merge.reason}”
                  <Show when={merge.undoneAt}>
                    {(at) => (
                      <>
                        . Undone <Moment at={at()} />
                      </>
                    )}
                  </Show>
                </span>
                <Show when={merge.undoableUntil}>
                  <Button size="small" denied={denied("contacts.write")} onClick={() => setUndoing(merge)}>
                    Undo…
                  </Button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </div>
      <UndoDialog merge={undoing()} onClose={() => setUndoing(null)} />
    </Show>
  );
}

function UndoDialog(props: { merge: ContactMerge | null; onClose: () => void }): JSX.Element {
  const undo = useUndoMerge();
  const save = () =>
    undo.mutate(props.merge!.id, {
      onSuccess: ({ kept }) => {
        notifyDone(
          kept.length === 0
            ? "The merge is undone. Both contacts are as they were."
            : "The merge is undone. What was changed since stays with the kept contact.",
        );
        props.onClose();
      },
    });
  return (
    <Confirm
      open={props.merge !== null}
      onClose={props.onClose}
      title="Undo this merge?"
      action="Undo merge"
      pending={undo.isPending}
      error={undo.isError ? sentenceOf(undo.error) : undefined}
      onConfirm={save}
    >
      <p class="text-muted">
        Both contacts get back what they had, each detail that nobody changed since. Opt-outs and refused
        kinds of texts stay on both numbers. You can undo it until <Moment at={props.merge?.undoableUntil} />.
      </p>
    </Confirm>
  );
}
