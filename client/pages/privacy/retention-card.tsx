import { RETENTION_KINDS, RETENTION_MONTHS, type RetentionKind } from "@smscrm/core/privacy/retention";
import { createSignal, For, type JSX, Show } from "solid-js";
import { retentionPreviewQuery, retentionQuery, useSetRetention } from "../../data/contacts/privacy.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { Card } from "../../ui/page.tsx";
import { Under } from "../../ui/table.tsx";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone } from "../../ui/toast.tsx";

const LABELS: Readonly<Record<RetentionKind, string>> = {
  "message-texts": "Texts of messages",
  replies: "Texts of replies",
  "webhook-payloads": "Carrier requests",
  "rejected-rows": "Rejected rows and previews of imports",
};

export function RetentionCard(): JSX.Element {
  const denied = useDenied();
  const query = useQuery(retentionQuery);
  const [changing, setChanging] = createSignal<RetentionKind | null>(null);
  const monthsOf = (kind: RetentionKind) =>
    query.data?.rules.find((rule) => rule.kind === kind)?.months ?? null;
  return (
    <Card title="Retention">
      <p class="text-muted">Removed every night once it is older. Costs, counts and statuses stay.</p>
      <ul class="mt-3 grid gap-3">
        <For each={RETENTION_KINDS}>
          {(kind) => (
            <li class="flex flex-wrap items-center justify-between gap-2">
              <div>
                <span class="font-medium">{LABELS[kind]}</span>
                <Under>
                  {monthsOf(kind) === null ? "Kept for good" : `Kept for ${monthsOf(kind)} months`}
                </Under>
              </div>
              <Button size="small" denied={denied("retention.write")} onClick={() => setChanging(kind)}>
                Change…
              </Button>
            </li>
          )}
        </For>
      </ul>
      <Show when={query.data?.receipts.length}>
        <h3 class="mt-5 font-medium">Removed lately</h3>
        <ul class="mt-2 grid gap-1">
          <For each={query.data?.receipts}>
            {({ at, removed }) => (
              <li>
                <Moment at={at} />: {removed.rows.toLocaleString()} of {LABELS[removed.kind].toLowerCase()}{" "}
                from before <Moment at={removed.before} />
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={changing()}>
        {(kind) => <ChangeDialog kind={kind()} months={monthsOf(kind())} onClose={() => setChanging(null)} />}
      </Show>
    </Card>
  );
}

function ChangeDialog(props: {
  kind: RetentionKind;
  months: number | null;
  onClose: () => void;
}): JSX.Element {
  const change = useSetRetention();
  const [text, setText] = createSignal(props.months === null ? "" : String(props.months));
  const limits = () => RETENTION_MONTHS[props.kind];
  const months = () => (text().trim() === "" ? null : Number(text()));
  const isFit = () => {
    const given = months();
    return given === null || (Number.isInteger(given) && given >= limits().min && given <= limits().max);
  };
  const preview = useQuery(() => retentionPreviewQuery(props.kind, isFit() ? months() : null));
  const confirm = () =>
    change.mutate(
      { kind: props.kind, months: months() },
      {
        onSuccess: () => {
          notifyDone("Saved. The next sweep is within ten minutes.");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open
      onClose={props.onClose}
      title={`How long to keep: ${LABELS[props.kind].toLowerCase()}`}
      action="Save"
      danger
      pending={change.isPending}
      denied={isFit() ? undefined : `Enter ${limits().min} to ${limits().max} months`}
      error={change.isError ? sentenceOf(change.error) : undefined}
      onConfirm={confirm}
    >
      <TextField
        label="Months"
        inputmode="numeric"
        hint={`${limits().min} to ${limits().max}. Empty: keep for good`}
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Show when={months() !== null && preview.data}>
        {(counted) => (
          <p>
            This would remove {counted().isMore ? "more than " : ""}
            {counted().rows.toLocaleString()} rows older than {months()} months. They can’t be brought back.
          </p>
        )}
      </Show>
    </Confirm>
  );
}
