import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import {
  numbersQuery,
  type SendingNumber,
  useAddNumber,
  useCheckRegistration,
  useUpdateNumber,
} from "../data/numbers.ts";
import { sentenceOf } from "../data/transport/problem.ts";
import { useQuery } from "../data/transport/use-query.ts";
import { useDenied, useMe } from "../shell/session-context.tsx";
import { Meter } from "../ui/charts/meter.tsx";
import { Button } from "../ui/controls/button.tsx";
import { Confirm } from "../ui/controls/dialog.tsx";
import { Checkbox, TextField } from "../ui/controls/field.tsx";
import { Menu } from "../ui/controls/menu.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty, Loaded } from "../ui/loaded.tsx";
import { Card, PageHead } from "../ui/page.tsx";
import { Badge } from "../ui/status.tsx";
import { Moment } from "../ui/time/moment.tsx";
import { notifyDone, notifyProblem } from "../ui/toast.tsx";
import { countryName, formatCount, formatPhone } from "../ui/words/format.ts";
import type { Tone } from "../ui/words/status-words.ts";
import { RegistrationDialog } from "./registration-dialog.tsx";
import { registrationWords } from "./registration-words.ts";

type Kind = SendingNumber["kind"];
type Label = { label: string; tone: Tone };
const KINDS: Record<Kind, string> = {
  "long-code": "Standard number",
  "toll-free": "Toll-free number",
  "short-code": "Short code",
  alphanumeric: "Sender name",
};
const REGISTRATIONS = {
  "not-required": { label: "No register in this country", tone: "quiet" },
  "not-registered": { label: "Not registered, not used", tone: "warn" },
  pending: { label: "Registration pending, not used", tone: "warn" },
  registered: { label: "Registered", tone: "ok" },
  refused: { label: "Registration refused, not used", tone: "danger" },
} as const satisfies Record<NonNullable<SendingNumber["registration"]>, Label>;
const STATUSES = {
  active: { label: "Active", tone: "ok" },
  resting: { label: "Paused", tone: "warn" },
  retired: { label: "Retired", tone: "quiet" },
} as const satisfies Record<SendingNumber["status"], Label>;

export default function NumbersPage(): JSX.Element {
  const query = useQuery(numbersQuery);
  const denied = useDenied();
  const [adding, setAdding] = createSignal(false);
  return (
    <>
      <PageHead
        title="Sending numbers"
        lead="The numbers and names that your texts come from. A new one starts slowly, so that carriers don’t take it for spam."
        actions={
          <Button
            look="primary"
            icon="plus"
            denied={denied("settings.write")}
            onClick={() => setAdding(true)}
          >
            Add sender name
          </Button>
        }
      />
      <Card flush>
        <Loaded query={query}>
          {(numbers) => (
            <Show
              when={numbers().length > 0}
              fallback={
                <Empty icon="phone" title="No sending numbers yet">
                  Nothing can be sent until you have one.
                </Empty>
              }
            >
              <Total numbers={numbers()} />
              <Show when={numbers().some((number) => registrationWords(number) !== null)}>
                <RegistrationCheck numbers={numbers()} />
              </Show>
              <ul>
                <For each={numbers()}>{(number) => <NumberLine number={number} />}</For>
              </ul>
            </Show>
          )}
        </Loaded>
      </Card>
      {/* Shown only when the list is loaded. Otherwise the list would push it down. */}
      <Show when={!query.isPending}>
        <AssignmentNote />
      </Show>
      <AddNameDialog open={adding()} onClose={() => setAdding(false)} />
    </>
  );
}

/** Only the installation's operator assigns numbers, because replies go to the tenant that has the number. */
function AssignmentNote(): JSX.Element {
  const me = useMe();
  return (
    <Card title="Get another number" class="mt-6">
      <p>
        Numbers and short codes are assigned by the operator of this installation. Send them the number and
        this command:
      </p>
      <p class="mt-2 overflow-x-auto rounded-lg bg-sunken px-3 py-2 font-mono text-[0.8125rem]">
        pnpm ops number assign NUMBER --tenant {me().tenant.id}
      </p>
    </Card>
  );
}

/** Says when the carrier's account was last read, and asks for it again. */
function RegistrationCheck(props: { numbers: readonly SendingNumber[] }): JSX.Element {
  const denied = useDenied();
  const check = useCheckRegistration();
  const readAt = () =>
    props.numbers.reduce<string | null>(
      (last, { carrierRegistrationReadAt: at }) => (at && (!last || at > last) ? at : last),
      null,
    );
  const ask = () =>
    check.mutate(undefined, {
      onSuccess: () => notifyDone("Asked. The answer appears here within a minute."),
      onError: (error) => notifyProblem(sentenceOf(error)),
    });
  return (
    <p class="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-5 py-3 text-[0.8125rem] text-muted">
      <span>
        Registrations with the carrier:{" "}
        <Show when={readAt()} fallback="not read yet">
          read <Moment at={readAt()} ago />
        </Show>
      </span>
      <Button size="small" pending={check.isPending} denied={denied("settings.write")} onClick={ask}>
        Check registrations
      </Button>
    </p>
  );
}

function Total(props: { numbers: readonly SendingNumber[] }): JSX.Element {
  const active = () => props.numbers.filter((number) => number.inUse);
  const perSecond = () => active().reduce((sum, number) => sum + number.segmentsPerSecond, 0);
  return (
    <p class="border-b border-line px-5 py-3 text-muted">
      <b class="font-semibold text-ink">{formatCount(active().length)}</b> active, up to{" "}
      <b class="font-semibold text-ink">{formatCount(perSecond())}</b> segments per second in total
    </p>
  );
}

function NumberLine(props: { number: SendingNumber }): JSX.Element {
  const denied = useDenied();
  const update = useUpdateNumber();
  const change = (input: Omit<Parameters<typeof update.mutate>[0], "id">, done: string) =>
    update.mutate(
      { id: props.number.id, ...input },
      { onSuccess: () => notifyDone(done), onError: (error) => notifyProblem(sentenceOf(error)) },
    );
  const [registering, setRegistering] = createSignal(false);
  const [renaming, setRenaming] = createSignal(false);
  const [retiring, setRetiring] = createSignal(false);
  const status = () => STATUSES[props.number.restedUntil ? "resting" : props.number.status];
  const registration = () => props.number.registration && REGISTRATIONS[props.number.registration];
  const carrierWords = () => registrationWords(props.number);
  const inWarmUp = () => props.number.warmUpLimitToday !== null;
  return (
    <li class="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1.5 border-b border-line px-5 py-4 last:border-0 md:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1.2fr)_auto]">
      <div class="min-w-0">
        <p class="flex flex-wrap items-center gap-2 font-medium">
          {formatPhone(props.number.phone)} <Badge tone={status().tone}>{status().label}</Badge>
          <Show when={registration()}>{(of) => <Badge tone={of().tone}>{of().label}</Badge>}</Show>
          <Show when={carrierWords()}>{(of) => <Badge tone={of().tone}>{of().label}</Badge>}</Show>
        </p>
        <Show when={carrierWords()?.step}>
          {(step) => <p class="break-words text-[0.8125rem] text-muted">{step()}</p>}
        </Show>
        <Show when={props.number.restedUntil}>
          {(until) => (
            <p class="text-[0.8125rem] text-warn">
              Until <Moment at={until()} />: {props.number.restReason}.
            </p>
          )}
        </Show>
        <p class="text-[0.8125rem] text-muted">
          <Show when={props.number.label}>{props.number.label} · </Show>
          {KINDS[props.number.kind]}, {countryName(props.number.country)}
          <Show when={props.number.registrationReference}>
            {(reference) => (
              <>
                {" · registration "}
                {reference()}
                <Show when={props.number.registeredOn}>{(day) => <> ({day()})</>}</Show>
              </>
            )}
          </Show>
        </p>
      </div>
      <p class="order-1 col-span-2 md:order-none md:col-span-1">
        {formatCount(props.number.segmentsPerSecond)} <span class="text-muted">segments per second</span>
      </p>
      <Show
        when={inWarmUp()}
        fallback={
          <p class="order-2 col-span-2 md:order-none md:col-span-1">
            {formatCount(props.number.sentToday)} <span class="text-muted">sent today</span>
          </p>
        }
      >
        <div class="order-2 col-span-2 grid gap-1 md:order-none md:col-span-1">
          <p class="text-[0.8125rem]">
            <b class="font-semibold">Warm-up:</b> {formatCount(props.number.sentToday)} of{" "}
            {formatCount(props.number.warmUpLimitToday ?? 0)} today
          </p>
          <Meter
            label={`Warm-up of ${formatPhone(props.number.phone)}`}
            used={props.number.sentToday}
            limit={props.number.warmUpLimitToday ?? 0}
            text={`${props.number.sentToday} of ${props.number.warmUpLimitToday} sent today`}
          />
        </div>
      </Show>
      <Show when={!denied("settings.write")} fallback={<span />}>
        <Menu
          label={`Change ${formatPhone(props.number.phone)}`}
          triggerClass="inline-flex size-9 items-center justify-center rounded-lg text-muted hover:bg-sunken hover:text-ink justify-self-end"
          trigger={<Icon name="settings" class="size-[1.125rem]" />}
          groups={[
            [
              {
                label: "Active",
                checked: props.number.status === "active",
                onSelect: () => change({ status: "active" }, "The number is active."),
              },
              {
                label: "Pause",
                checked: props.number.status === "resting",
                onSelect: () => change({ status: "resting" }, "Paused. Nothing is sent from this number."),
              },
              {
                label: "Retire…",
                checked: props.number.status === "retired",
                danger: true,
                onSelect: () => setRetiring(true),
              },
            ],
            [
              { label: "Rename…", onSelect: () => setRenaming(true) },
              inWarmUp()
                ? {
                    label: "End warm-up",
                    onSelect: () => change({ warmUp: false }, "Warm-up ended."),
                  }
                : {
                    label: "Start warm-up today",
                    onSelect: () => change({ warmUp: true }, "The warm-up starts today."),
                  },
              ...(registration() ? [{ label: "Registration…", onSelect: () => setRegistering(true) }] : []),
            ],
          ]}
        />
        <RegistrationDialog
          number={props.number}
          open={registering()}
          onClose={() => setRegistering(false)}
        />
        <RenameDialog number={props.number} open={renaming()} onClose={() => setRenaming(false)} />
        <Confirm
          open={retiring()}
          onClose={() => setRetiring(false)}
          title={`Retire ${formatPhone(props.number.phone)}?`}
          description="Nothing more is sent from it: queued messages go from another number, or wait for one. Replies to it still arrive. You can make it active again."
          action="Retire"
          danger
          onConfirm={() => {
            change({ status: "retired" }, "Retired.");
            setRetiring(false);
          }}
        />
      </Show>
    </li>
  );
}

/** The label is for the team alone: recipients see the number. */
function RenameDialog(props: { number: SendingNumber; open: boolean; onClose: () => void }): JSX.Element {
  const update = useUpdateNumber();
  const [label, setLabel] = createSignal(props.number.label ?? "");
  const save = () =>
    update.mutate(
      { id: props.number.id, label: label() },
      {
        onSuccess: () => {
          notifyDone("Renamed.");
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Rename ${formatPhone(props.number.phone)}`}
      description="Only your team sees the label."
      action="Rename"
      pending={update.isPending}
      error={update.isError ? sentenceOf(update.error) : undefined}
      onConfirm={save}
    >
      <TextField
        label="Label"
        hint="Leave empty for none"
        maxLength={100}
        value={label()}
        onInput={(event) => setLabel(event.currentTarget.value)}
      />
    </Confirm>
  );
}

function AddNameDialog(props: { open: boolean; onClose: () => void }): JSX.Element {
  const me = useMe();
  const add = useAddNumber();
  const empty = () => ({
    phone: "",
    kind: "alphanumeric" as Kind,
    country: me().tenant.country,
    label: "",
    segmentsPerSecond: 10,
    warmUp: true,
  });
  const [form, setForm] = createStore(empty());
  const save = () =>
    add.mutate(
      { ...form, country: form.country.toUpperCase() },
      {
        onSuccess: () => {
          notifyDone("Sender name added.");
          setForm(empty());
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Add a sender name"
      description="Recipients see the name instead of a number. They can’t reply to it, so your text must offer another way to opt out."
      action="Add sender name"
      pending={add.isPending}
      error={add.isError ? sentenceOf(add.error) : undefined}
      onConfirm={save}
    >
      <div class="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Sender name"
          hint="Up to 11 letters and digits"
          maxLength={11}
          value={form.phone}
          onInput={(event) => setForm("phone", event.currentTarget.value)}
        />
        <TextField
          label="Country"
          hint="Two letters, such as AU"
          maxLength={2}
          value={form.country}
          onInput={(event) => setForm("country", event.currentTarget.value)}
        />
        <TextField
          label="Segments per second"
          type="number"
          min="1"
          max="1000"
          value={form.segmentsPerSecond}
          onInput={(event) => setForm("segmentsPerSecond", event.currentTarget.valueAsNumber || 1)}
        />
        <TextField
          label="Label (optional)"
          value={form.label}
          onInput={(event) => setForm("label", event.currentTarget.value)}
        />
      </div>
      <Checkbox
        label="Warm it up"
        hint="100 messages on the first day, then more each day. No limit after a week."
        checked={form.warmUp}
        onChange={(event) => setForm("warmUp", event.currentTarget.checked)}
      />
    </Confirm>
  );
}
