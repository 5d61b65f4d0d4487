import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, For, type JSX, Show } from "solid-js";
import { fieldsQuery } from "../../../data/contacts/fields.ts";
import {
  type MergeChoices,
  type MergePreview,
  mergePreviewQuery,
  useMerge,
} from "../../../data/contacts/merging.ts";
import { sentenceOf } from "../../../data/transport/problem.ts";
import { useQuery } from "../../../data/transport/use-query.ts";
import { useDenied } from "../../../shell/session-context.tsx";
import { Button, LinkButton } from "../../../ui/controls/button.tsx";
import { TextField } from "../../../ui/controls/field.tsx";
import { FormProblem } from "../../../ui/controls/form-problem.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { Card, Notice, PageHead } from "../../../ui/page.tsx";
import { notifyDone } from "../../../ui/toast.tsx";
import { subjectWords } from "../../../ui/words/consent-words.ts";
import { countOf, formatPhone } from "../../../ui/words/format.ts";
import { mergeFieldWords } from "./merge-words.ts";

const NOTE_LENGTH_MIN = 3;
type Field = MergePreview["fields"][number];

/** What a merge of two contacts would make of them, field by field, and the merge itself. */
export default function MergePage(): JSX.Element {
  const params = useParams<{ id: string; other: string }>();
  const navigate = useNavigate();
  const denied = useDenied();
  const [choices, setChoices] = createSignal<MergeChoices>({});
  const [reason, setReason] = createSignal("");
  const pair = () => ({ keptId: params.id, mergedId: params.other, choices: choices() });
  const query = useQuery(() => mergePreviewQuery(pair()));
  const merge = useMerge();
  const swap = () => {
    setChoices({});
    navigate(`/contacts/${params.other}/merge/${params.id}`, { replace: true });
  };
  const start = (preview: MergePreview) =>
    merge.mutate(
      {
        ...pair(),
        reason: reason().trim(),
        seen: { kept: preview.kept.updatedAt, merged: preview.merged.updatedAt },
      },
      {
        onSuccess: () => {
          notifyDone("Merged. You can undo it on this page for 30 days.");
          navigate(`/contacts/${params.id}`);
        },
      },
    );
  return (
    <>
      <PageHead
        title="Merge contacts"
        back={{ href: `/contacts/${params.id}`, label: "Contact" }}
        lead="One person with both numbers. Campaigns text the preferred number only."
      />
      <Loaded query={query}>
        {(preview) => (
          <form
            class="grid gap-6"
            onSubmit={(event) => {
              event.preventDefault();
              if (reason().trim().length >= NOTE_LENGTH_MIN && !merge.isPending) start(preview());
            }}
          >
            <Numbers preview={preview()} onSwap={swap} />
            <Strictness preview={preview()} />
            <Fields
              preview={preview()}
              onChoose={(name, side) => setChoices({ ...choices(), [name]: side })}
            />
            <Effects preview={preview()} />
            <Card title="Merge">
              <div class="grid gap-4">
                <TextField
                  label="How do you know that they are one person?"
                  hint="For example: she told us on the phone. This is kept in the audit log."
                  maxLength={500}
                  value={reason()}
                  onInput={(event) => setReason(event.currentTarget.value)}
                />
                <FormProblem text={merge.isError ? sentenceOf(merge.error) : undefined} />
                <div class="flex flex-wrap justify-end gap-2">
                  <LinkButton href={`/contacts/${params.id}`}>Cancel</LinkButton>
                  <Button
                    type="submit"
                    look="primary"
                    pending={merge.isPending}
                    denied={
                      denied("contacts.write") ||
                      (reason().trim().length < NOTE_LENGTH_MIN ? "Enter a reason" : undefined)
                    }
                  >
                    Merge contacts
                  </Button>
                </div>
              </div>
            </Card>
          </form>
        )}
      </Loaded>
    </>
  );
}

function Numbers(props: { preview: MergePreview; onSwap: () => void }): JSX.Element {
  return (
    <Card
      title="Numbers"
      hint="Consents, opt-outs, messages and replies stay with their numbers."
      actions={
        <Button size="small" onClick={() => props.onSwap()}>
          Prefer the other number
        </Button>
      }
      flush
    >
      <ul>
        <li class="border-b border-line px-5 py-3">
          <span class="font-medium">{formatPhone(props.preview.kept.phone)}</span>
          <p class="text-[0.8125rem] text-muted">Preferred: campaigns text this number.</p>
        </li>
        <li class="px-5 py-3">
          <span class="font-medium">{formatPhone(props.preview.merged.phone)}</span>
          <p class="text-[0.8125rem] text-muted">Further number: replies from it appear with the person.</p>
        </li>
      </ul>
    </Card>
  );
}

/** What becomes stricter: the part that no undo takes back. */
function Strictness(props: { preview: MergePreview }): JSX.Element {
  const both = () => [props.preview.merged, props.preview.kept];
  const optedOut = () => both().find(({ isOptedOut, isListed }) => isOptedOut || isListed);
  const isOwn = () => both().some(({ isOptedOut }) => isOptedOut);
  const refused = () => props.preview.refused.map(subjectWords).join(", ");
  return (
    <>
      <Show when={optedOut()}>
        {(one) => (
          <Notice tone="danger" title="Opted out on both numbers after the merge">
            {formatPhone(one().phone)} is opted out, and the strictest of a person’s numbers holds for all of
            them.{" "}
            {isOwn()
              ? "An undo of the merge doesn’t lift that."
              : "An undo of the merge lifts that again, if the entry is a member’s."}
          </Notice>
        )}
      </Show>
      <Show when={refused()}>
        <Notice tone="warn" title="Some texts are not wanted">
          For both numbers: {refused()}. An undo of the merge doesn’t lift that.
        </Notice>
      </Show>
    </>
  );
}

function Fields(props: {
  preview: MergePreview;
  onChoose: (name: string, side: "kept" | "merged") => void;
}): JSX.Element {
  const known = useQuery(fieldsQuery);
  const labels = () =>
    new Map((known.isSuccess ? known.data : []).map(({ name, label }) => [name, label] as const));
  return (
    <Card
      title="Details"
      hint="Where both have a value, the contact that was changed last is suggested. Choose the other where it is right."
      flush
    >
      <Show
        when={props.preview.fields.length > 0}
        fallback={<p class="px-5 py-4 text-muted">The contacts don’t differ in any detail.</p>}
      >
        <For each={props.preview.fields}>
          {(field) => (
            <FieldChoice
              field={field}
              label={mergeFieldWords(field.name, labels())}
              onChoose={(side) => props.onChoose(field.name, side)}
            />
          )}
        </For>
      </Show>
      <Show when={props.preview.newTags.length > 0}>
        <p class="border-t border-line px-5 py-3">
          <span class="font-medium">Tags</span>
          <span class="block text-[0.8125rem] text-muted wrap-anywhere">
            Added: {props.preview.newTags.join(", ")}
          </span>
        </p>
      </Show>
    </Card>
  );
}

function FieldChoice(props: {
  field: Field;
  label: string;
  onChoose: (side: "kept" | "merged") => void;
}): JSX.Element {
  return (
    <Show
      when={props.field.isChoice}
      fallback={
        <p class="border-b border-line px-5 py-3 last:border-0">
          <span class="font-medium">{props.label}</span>
          <span class="block text-[0.8125rem] text-muted wrap-anywhere">
            <bdi>{props.field.kept ?? props.field.merged}</bdi>
          </span>
        </p>
      }
    >
      <fieldset class="border-b border-line px-5 py-3 last:border-0">
        <legend class="float-left w-full font-medium">{props.label}</legend>
        <div class="clear-both grid gap-1 sm:grid-cols-2">
          <For each={["kept", "merged"] as const}>
            {(side) => (
              <label class="flex min-h-8 items-center gap-2 wrap-anywhere">
                <input
                  type="radio"
                  class="size-4 shrink-0 accent-accent"
                  name={props.field.name}
                  checked={props.field.take === side}
                  onChange={() => props.onChoose(side)}
                />
                <bdi class="min-w-0">{props.field[side]}</bdi>
              </label>
            )}
          </For>
        </div>
      </fieldset>
    </Show>
  );
}

function Effects(props: { preview: MergePreview }): JSX.Element {
  const lines = () => {
    const { queuedMessages, flows, furtherNumbers } = props.preview.merged;
    return [
      queuedMessages > 0
        ? `${countOf(queuedMessages, "queued message")} of the further number: sent to the preferred number after all checks, or not at all where that number has the same campaign.`
        : null,
      flows > 0
        ? `${countOf(flows, "flow")}: the person goes on with the preferred number, unless that is or was in the flow already.`
        : null,
      furtherNumbers > 0 ? `${countOf(furtherNumbers, "further number")} come along.` : null,
    ].filter((line) => line !== null);
  };
  return (
    <Show when={lines().length > 0}>
      <Card title="What else happens">
        <ul class="grid list-disc gap-1 pl-5">
          <For each={lines()}>{(line) => <li>{line}</li>}</For>
        </ul>
      </Card>
    </Show>
  );
}
