import { createSignal, For, type JSX, Show } from "solid-js";
import { createStore } from "solid-js/store";
import { numbersQuery, type SendingNumber, useAddNumber, useUpdateNumber } from "../data/numbers.ts";
import { sentenceOf } from "../data/problem.ts";
import { useQuery } from "../data/use-query.ts";
import { useDenied, useMe } from "../shell/session-context.tsx";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Checkbox, Select, TextField } from "../ui/field.tsx";
import { countryName, formatCount, formatPhone } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { Empty, Loaded } from "../ui/loaded.tsx";
import { Menu } from "../ui/menu.tsx";
import { Meter } from "../ui/meter.tsx";
import { Moment } from "../ui/moment.tsx";
import { Card, PageHead } from "../ui/page.tsx";
import { Badge } from "../ui/status.tsx";
import { notifyDone, notifyProblem } from "../ui/toast.tsx";
import { RegistrationDialog } from "./registration-dialog.tsx";

type Kind = SendingNumber["kind"];
const KINDS: Record<string, string> = {
  "long-code": "Ordinary number",
  "toll-free": "Toll-free number",
  "short-code": "Short code",
  alphanumeric: "Sender name",
};
const REGISTRATIONS: Record<string, { label: string; tone: "ok" | "warn" | "quiet" | "danger" }> = {
  "not-required": { label: "No register there", tone: "quiet" },
  "not-registered": { label: "Not registered: not used", tone: "warn" },
  pending: { label: "Registration pending: not used", tone: "warn" },
  registered: { label: "Registered", tone: "ok" },
  refused: { label: "Registration refused: not used", tone: "danger" },
};
const STATES: Record<string, { label: string; tone: "ok" | "warn" | "quiet" }> = {
  active: { label: "In use", tone: "ok" },
  resting: { label: "Resting", tone: "warn" },
  retired: { label: "Retired", tone: "quiet" },
};

export default function NumbersPage(): JSX.Element {
  const query = useQuery(numbersQuery);
  const denied = useDenied();
  const [adding, setAdding] = createSignal(false);
  return (
    <>
      <PageHead
        title="Sending numbers"
        lead="What your texts are sent from. Each has its own speed; a new one begins slowly, so that carriers don’t take it for spam."
        actions={
          <Button
            look="primary"
            icon="plus"
            denied={denied("settings.write")}
            onClick={() => setAdding(true)}
          >
            Add number
          </Button>
        }
      />
      <Card flush>
        <Loaded query={query}>
          {(numbers) => (
            <Show
              when={numbers().length > 0}
              fallback={
                <Empty icon="phone" title="No sending number yet">
                  Add the number that your carrier account sends from. Until then every message waits.
                </Empty>
              }
            >
              <Total numbers={numbers()} />
              <ul>
                <For each={numbers()}>{(number) => <NumberLine number={number} />}</For>
              </ul>
            </Show>
          )}
        </Loaded>
      </Card>
      <AddNumberDialog open={adding()} onClose={() => setAdding(false)} />
    </>
  );
}

function Total(props: { numbers: readonly SendingNumber[] }): JSX.Element {
  const active = () => props.numbers.filter((number) => number.inUse);
  const perSecond = () => active().reduce((sum, number) => sum + number.segmentsPerSecond, 0);
  return (
    <p class="border-b border-line px-5 py-3 text-muted">
      <b class="font-semibold text-ink">{formatCount(active().length)}</b> in use, together up to{" "}
      <b class="font-semibold text-ink">{formatCount(perSecond())}</b> segments a second
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
  const state = () =>
    props.number.restedUntil
      ? { label: "Rests", tone: "warn" as const }
      : (STATES[props.number.status] ?? { label: props.number.status, tone: "quiet" as const });
  const registration = () => REGISTRATIONS[props.number.registration ?? ""];
  const inWarmUp = () => props.number.warmUpLimitToday !== null;
  return (
    <li class="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1.5 border-b border-line px-5 py-4 last:border-0 md:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1.2fr)_auto]">
      <div class="min-w-0">
        <p class="flex flex-wrap items-center gap-2 font-medium">
          {formatPhone(props.number.phone)} <Badge tone={state().tone}>{state().label}</Badge>
          <Show when={registration()}>{(of) => <Badge tone={of().tone}>{of().label}</Badge>}</Show>
        </p>
        <Show when={props.number.restedUntil}>
          {(until) => (
            <p class="text-[0.8125rem] text-warn">
              Until <Moment at={until()} />: {props.number.restReason}.
            </p>
          )}
        </Show>
        <p class="text-[0.8125rem] text-muted">
          <Show when={props.number.label}>{props.number.label} · </Show>
          {KINDS[props.number.kind] ?? props.number.kind}, {countryName(props.number.country)}
          <Show when={props.number.registrationReference}>
            {(reference) => (
              <>
                {" · register "}
                {reference()}
                <Show when={props.number.registeredOn}>{(day) => <> ({day()})</>}</Show>
              </>
            )}
          </Show>
        </p>
      </div>
      <p class="order-1 col-span-2 md:order-none md:col-span-1">
        {formatCount(props.number.segmentsPerSecond)} <span class="text-muted">segments a second</span>
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
                label: "In use",
                checked: props.number.status === "active",
                onSelect: () => change({ status: "active" }, "In use again."),
              },
              {
                label: "Rest",
                checked: props.number.status === "resting",
                onSelect: () => change({ status: "resting" }, "Rests: nothing is sent from it."),
              },
              {
                label: "Retire",
                checked: props.number.status === "retired",
                danger: true,
                onSelect: () => change({ status: "retired" }, "Retired."),
              },
            ],
            [
              inWarmUp()
                ? {
                    label: "End the warm-up",
                    onSelect: () => change({ warmUp: false }, "The warm-up is over."),
                  }
                : {
                    label: "Start a warm-up today",
                    onSelect: () => change({ warmUp: true }, "The warm-up begins today."),
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
      </Show>
    </li>
  );
}

function AddNumberDialog(props: { open: boolean; onClose: () => void }): JSX.Element {
  const me = useMe();
  const add = useAddNumber();
  const empty = () => ({
    phone: "",
    kind: "long-code" as Kind,
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
          notifyDone("Number added.");
          setForm(empty());
          props.onClose();
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title="Add a sending number"
      description="It must belong to your carrier account, with its messaging webhook set to this system."
      action="Add number"
      pending={add.isPending}
      error={add.isError ? sentenceOf(add.error) : undefined}
      onConfirm={save}
    >
      <div class="grid gap-4 sm:grid-cols-2">
        <Select
          label="Kind"
          value={form.kind}
          onChange={(event) => setForm("kind", event.currentTarget.value as Kind)}
        >
          <For each={Object.entries(KINDS)}>{([kind, label]) => <option value={kind}>{label}</option>}</For>
        </Select>
        <TextField
          label="Country"
          hint="Two letters, such as AU"
          maxLength={2}
          value={form.country}
          onInput={(event) => setForm("country", event.currentTarget.value)}
        />
        <TextField
          label={form.kind === "alphanumeric" ? "Sender name" : "Number"}
          value={form.phone}
          onInput={(event) => setForm("phone", event.currentTarget.value)}
        />
        <TextField
          label="Segments a second"
          type="number"
          min="1"
          max="1000"
          value={form.segmentsPerSecond}
          onInput={(event) => setForm("segmentsPerSecond", event.currentTarget.valueAsNumber || 1)}
        />
      </div>
      <TextField
        label="Label (optional)"
        value={form.label}
        onInput={(event) => setForm("label", event.currentTarget.value)}
      />
      <Checkbox
        label="Warm it up"
        hint="100 messages on the first day, more each day, no limit after a week."
        checked={form.warmUp}
        onChange={(event) => setForm("warmUp", event.currentTarget.checked)}
      />
    </Confirm>
  );
}
