import { createSignal, type JSX, Show } from "solid-js";
import {
  type Campaign,
  type Preflight,
  preflightQuery,
  useLaunchCampaign,
  useScheduleCampaign,
} from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/problem.ts";
import { useQuery } from "../../data/use-query.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Checkbox, TextField } from "../../ui/field.tsx";
import { countOf, formatCount, formatMoney } from "../../ui/format.ts";
import { fromLocalInput } from "../../ui/local-time.ts";
import { Moment } from "../../ui/moment.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { totalsOf } from "./preflight-totals.ts";
import { ScheduleFields, type When } from "./schedule-fields.tsx";

const SHORTEST_REASON = 10;

/** The last look before it goes: who, what it costs, until when. One press launches once. */
export function LaunchDialog(props: {
  open: boolean;
  onClose: () => void;
  campaign: Campaign;
  preflight: Preflight;
}): JSX.Element {
  const me = useMe();
  const denied = useDenied();
  const launch = useLaunchCampaign();
  const [anyway, setAnyway] = createSignal(false);
  const [reason, setReason] = createSignal("");
  const schedule = useScheduleCampaign();
  const [when, setWhen] = createSignal<When>("now");
  const [at, setAt] = createSignal("");
  const later = () => when() === "later";
  const time = () => fromLocalInput(at());
  const mayOverride = () => props.preflight.canOverrideQuietHours && !denied("quietHours.override");
  const overrides = () => mayOverride() && !later() && anyway();
  // What goes outside quiet hours is another number, and done at another time.
  const outside = useQuery(() => ({ ...preflightQuery(props.campaign.id, true), enabled: overrides() }));
  const preflight = () => (overrides() && outside.data) || props.preflight;
  const totals = () => totalsOf(preflight());
  const reasonShort = () => overrides() && reason().trim().length < SHORTEST_REASON;
  const goes = () => totals().now + totals().waits;
  const problem = () => {
    const asked = later() ? schedule : launch;
    return asked.isError ? sentenceOf(asked.error) : undefined;
  };
  const fault = () => {
    if (later()) return time() ? undefined : "Choose a day and a time";
    return reasonShort() ? `Say why in at least ${SHORTEST_REASON} characters` : undefined;
  };
  const confirm = () => (later() ? confirmLater() : confirmNow());
  const confirmLater = () =>
    schedule.mutate(
      { id: props.campaign.id, at: time()! },
      {
        onSuccess: () => {
          props.onClose();
          notifyDone("Scheduled. It launches by itself.");
        },
      },
    );
  const confirmNow = () =>
    launch.mutate(
      { id: props.campaign.id, quietHoursOverrideReason: overrides() ? reason().trim() : undefined },
      {
        onSuccess: () => {
          props.onClose();
          notifyDone("Launched.");
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Launch “${props.campaign.name}”?`}
      description="Once launched it can be paused and canceled, but a text that went out can’t be taken back."
      action={later() ? "Schedule" : `Launch to ${countOf(goes(), "person", "people")}`}
      pending={launch.isPending || schedule.isPending}
      denied={fault()}
      error={problem()}
      onConfirm={confirm}
    >
      <ScheduleFields when={when()} at={at()} error={undefined} onWhen={setWhen} onAt={setAt} />
      <dl class="grid gap-2 rounded-xl bg-sunken px-4 py-3.5">
        <Row term={later() ? "Would go now" : "Goes now"}>{formatCount(totals().now)}</Row>
        <Row term="Waits">{formatCount(totals().waits)}</Row>
        <Row term="Refused">{formatCount(totals().refused)}</Row>
        <Row term="Cost">
          {formatMoney(preflight().cost.likelyMicros, me().tenant.currency)}
          <span class="block font-normal text-muted">
            at most {formatMoney(preflight().cost.highMicros, me().tenant.currency)}
          </span>
        </Row>
        <Row term="Finishes">
          <Moment at={preflight().finishAt} none="Not known" />
        </Row>
      </dl>
      <Show when={mayOverride() && !later()}>
        <div class="grid gap-3 rounded-xl border border-line px-4 py-3.5">
          <Checkbox
            label="Send anyway, outside quiet hours"
            hint="Only because texts go to the simulator here. The reason is kept in the audit log with your name."
            checked={anyway()}
            onChange={(event) => setAnyway(event.currentTarget.checked)}
          />
          <Show when={anyway()}>
            <TextField
              label="Reason"
              required
              maxLength={500}
              value={reason()}
              hint={`At least ${SHORTEST_REASON} characters.`}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </Show>
        </div>
      </Show>
    </Confirm>
  );
}

function Row(props: { term: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="flex items-baseline justify-between gap-4">
      <dt class="text-muted">{props.term}</dt>
      <dd class="text-right font-medium">{props.children}</dd>
    </div>
  );
}
