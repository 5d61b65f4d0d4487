import { createSignal, type JSX, Show } from "solid-js";
import { type ListedApproval, useAskApproval } from "../../data/campaigns/approvals.ts";
import {
  type Campaign,
  type Preflight,
  preflightQuery,
  useLaunchCampaign,
  useScheduleCampaign,
} from "../../data/campaigns.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { Checkbox, TextField } from "../../ui/controls/field.tsx";
import { createTypingPause } from "../../ui/controls/typing-pause.ts";
import { fromLocalInput } from "../../ui/time/local-time.ts";
import { Moment } from "../../ui/time/moment.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { countOf, formatCount, formatMoney } from "../../ui/words/format.ts";
import { notReached, totalsOf } from "./preflight/preflight-totals.ts";
import { ScheduleFields, type When } from "./preflight/schedule-fields.tsx";

const REASON_LENGTH_MIN = 10;
const TYPING_PAUSE_MS = 400;

/** The last step before a launch: recipients, cost and finish time. Pressing twice launches once. */
export function LaunchDialog(props: {
  open: boolean;
  onClose: () => void;
  campaign: Campaign;
  preflight: Preflight;
  /** A second person must approve it: the dialog asks for that. */
  asks: boolean;
  /** Its approval, which a launch by hand follows exactly. */
  approved: ListedApproval | null;
}): JSX.Element {
  const denied = useDenied();
  const launch = useLaunchCampaign();
  const [anyway, setAnyway] = createSignal(false);
  const [reason, setReason] = createSignal("");
  const schedule = useScheduleCampaign();
  const askApproval = useAskApproval();
  const [note, setNote] = createSignal("");
  const [when, setWhen] = createSignal<When>("now");
  const [at, setAt] = createSignal("");
  const later = () => when() === "later";
  const time = () => fromLocalInput(at());
  /** What was approved can't be changed here. */
  const fixed = () => props.approved !== null && !props.asks;
  const mayOverride = () =>
    !fixed() && props.preflight.canOverrideQuietHours && !denied("quietHours.override");
  const overrides = () => mayOverride() && !later() && anyway();
  const [settledAt, setSettledAt] = createSignal("");
  createTypingPause(at, setSettledAt, TYPING_PAUSE_MS);
  const laterTime = () => (later() ? fromLocalInput(settledAt()) : null);
  // Another launch time, or sending outside quiet hours, changes how many are sent and when it finishes.
  const outside = useQuery(() => ({
    ...preflightQuery(props.campaign.id, { anyway: true }),
    enabled: overrides(),
  }));
  const atThatTime = useQuery(() => ({
    ...preflightQuery(props.campaign.id, { at: laterTime() ?? "" }),
    enabled: laterTime() !== null,
  }));
  const preflight = (): Preflight | undefined => {
    if (overrides()) return outside.data ?? props.preflight;
    if (!later()) return props.preflight;
    return laterTime() !== null && at() === settledAt() && atThatTime.isSuccess ? atThatTime.data : undefined;
  };
  const [meant, setMeant] = createSignal(false);
  const asksAboutTests = () => !props.asks && props.preflight.asksAboutTestList;
  const reasonShort = () => overrides() && reason().trim().length < REASON_LENGTH_MIN;
  const sendable = () => {
    const totals = totalsOf(preflight() ?? props.preflight);
    return totals.now + totals.later;
  };
  const problem = () => {
    const mutation = props.asks ? askApproval : later() ? schedule : launch;
    return mutation.isError ? sentenceOf(mutation.error) : undefined;
  };
  const fault = () => {
    if (asksAboutTests() && !meant()) return "Confirm that it is meant for a list for tests";
    if (later()) return time() ? undefined : "Choose a day and a time";
    return reasonShort() ? `Say why in at least ${REASON_LENGTH_MIN} characters` : undefined;
  };
  const confirm = () => (props.asks ? confirmAsk() : later() ? confirmLater() : confirmNow());
  const confirmAsk = () =>
    askApproval.mutate(
      {
        campaignId: props.campaign.id,
        at: later() ? (time() ?? undefined) : undefined,
        quietHoursOverrideReason: overrides() ? reason().trim() : undefined,
        note: note().trim(),
      },
      {
        onSuccess: () => {
          props.onClose();
          notifyDone("Asked for approval.");
        },
      },
    );
  const confirmLater = () =>
    schedule.mutate(
      { id: props.campaign.id, at: time()!, testListMeant: meant() },
      {
        onSuccess: () => {
          props.onClose();
          notifyDone("Scheduled. It launches automatically.");
        },
      },
    );
  const confirmNow = () =>
    launch.mutate(
      {
        id: props.campaign.id,
        testListMeant: meant(),
        quietHoursOverrideReason: overrides()
          ? reason().trim()
          : (props.approved?.overrideReason ?? undefined),
      },
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
      title={
        props.asks ? `Ask for approval of “${props.campaign.name}”?` : `Launch “${props.campaign.name}”?`
      }
      description={
        props.asks
          ? "Another member sees this check exactly as it is now, and approves or returns it. Any change ends the request."
          : "You can pause or cancel it later, but you can’t unsend a text."
      }
      action={
        props.asks ? "Ask for approval" : later() ? "Schedule" : `Launch to ${countOf(sendable(), "contact")}`
      }
      pending={launch.isPending || schedule.isPending || askApproval.isPending}
      denied={fault()}
      error={problem()}
      onConfirm={confirm}
    >
      <Show when={!fixed()}>
        <ScheduleFields
          when={when()}
          at={at()}
          error={undefined}
          onWhen={setWhen}
          onAt={setAt}
          asks={props.asks}
        />
      </Show>
      <Show when={preflight()} fallback={<Unchecked time={time()} problem={atThatTime.error} />}>
        {(checked) => <Figures preflight={checked()} later={later()} />}
      </Show>
      <Show when={asksAboutTests()}>
        <div class="rounded-xl border border-line px-4 py-3.5">
          <Checkbox
            label="It is meant for this list for tests"
            hint="Most of its people have numbers, tags or names that are for tests. Real texts would go to them, and nobody else."
            checked={meant()}
            onChange={(event) => setMeant(event.currentTarget.checked)}
          />
        </div>
      </Show>
      <Show when={mayOverride() && !later()}>
        <div class="grid gap-3 rounded-xl border border-line px-4 py-3.5">
          <Checkbox
            label="Send anyway, outside quiet hours"
            hint="Available here because texts go to the simulator. Your name and the reason are kept in the audit log."
            checked={anyway()}
            onChange={(event) => setAnyway(event.currentTarget.checked)}
          />
          <Show when={anyway()}>
            <TextField
              label="Reason"
              required
              maxLength={500}
              value={reason()}
              hint={`At least ${REASON_LENGTH_MIN} characters.`}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </Show>
        </div>
      </Show>
      <Show when={props.asks}>
        <TextField
          label="Note to the approver (optional)"
          maxLength={1000}
          value={note()}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </Show>
    </Confirm>
  );
}

/** What the launch does: at the time that is chosen, not at this moment. */
function Figures(props: { preflight: Preflight; later: boolean }): JSX.Element {
  const me = useMe();
  const totals = () => totalsOf(props.preflight);
  const money = (micros: number) => formatMoney(micros, me().tenant.currency);
  return (
    <dl class="grid gap-2 rounded-xl bg-sunken px-4 py-3.5">
      <Row term={props.later ? "Sent at that time" : "Sent now"}>{formatCount(totals().now)}</Row>
      <Row term="Sent later">{formatCount(totals().later)}</Row>
      <Row term="Not sent">{formatCount(totals().refused)}</Row>
      <Show when={notReached(props.preflight) > 0}>
        <Row term="Not reached">{formatCount(notReached(props.preflight))}</Row>
      </Show>
      <Row term="Cost">
        {money(props.preflight.cost.likelyMicros)}
        <span class="block font-normal text-muted">at most {money(props.preflight.cost.highMicros)}</span>
      </Row>
      <Row term="Finishes">
        <Moment at={props.preflight.finishAt} none="Unknown" />
      </Row>
    </dl>
  );
}

function Unchecked(props: { time: string | null; problem: unknown }): JSX.Element {
  return (
    <p class="rounded-xl bg-sunken px-4 py-3.5 text-muted" role="status">
      <Show when={props.time} fallback="Choose a day and a time to see what is sent then.">
        {props.problem ? sentenceOf(props.problem) : "Checking that time…"}
      </Show>
    </p>
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
