import { hoursWords, type TenantLimits } from "@smscrm/core/platform/limits";
import { everyDay, weekSchedule } from "@smscrm/core/time/quiet-hours";
import { windowsOf } from "@smscrm/core/time/week-schedule";
import { createSignal, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { type Organisation, useSetLimits } from "../../data/platform.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { Button } from "../../ui/controls/button.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { Card, Fact, Facts } from "../../ui/page.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { countOf, formatBytes, formatCount, formatMoney } from "../../ui/words/format.ts";
import { centsOf } from "../settings/limits.ts";

const GIB = 1024 ** 3;

/** What an organisation may do at most. No member of it can change this. */
export function LimitsCard(props: { organisation: Organisation }): JSX.Element {
  const denied = useDenied();
  const [editing, setEditing] = createSignal(false);
  const limits = () => props.organisation.limits;
  const money = (cents: number) => formatMoney(cents * 10_000, props.organisation.settings.currency);
  const fact = <T,>(term: string, value: T | null, words: (value: T) => string) => (
    <Fact term={term}>{value === null ? <span class="text-muted">No limit</span> : words(value)}</Fact>
  );
  return (
    <Card
      title="Limits"
      hint="Its owners can’t pass them. Their own settings above a new limit are lowered to it."
      actions={
        <Button size="small" icon="edit" denied={denied("platform.manage")} onClick={() => setEditing(true)}>
          Change
        </Button>
      }
    >
      <Facts columns>
        {fact("Budget per day", limits().dailyBudgetCents, money)}
        {fact("Budget per month", limits().monthlyBudgetCents, money)}
        {fact("Segments per second", limits().segmentsPerSecond, formatCount)}
        {fact("Numbers and names", limits().sendingNumbers, formatCount)}
        {fact("Uploads in 24 hours", limits().uploadBytesPerDay, formatBytes)}
        {fact("Sending hours", limits().sendingHours, hoursWords)}
      </Facts>
      <LimitsDialog open={editing()} organisation={props.organisation} onClose={() => setEditing(false)} />
    </Card>
  );
}

type Form = Record<keyof Omit<TenantLimits, "sendingHours"> | "earliest" | "latest" | "reason", string>;

const textOf = (value: number | null, scale = 1) => (value === null ? "" : String(value / scale));

function formOf({ limits }: Organisation): Form {
  return {
    dailyBudgetCents: textOf(limits.dailyBudgetCents, 100),
    monthlyBudgetCents: textOf(limits.monthlyBudgetCents, 100),
    segmentsPerSecond: textOf(limits.segmentsPerSecond),
    sendingNumbers: textOf(limits.sendingNumbers),
    uploadBytesPerDay: textOf(limits.uploadBytesPerDay, GIB),
    earliest: windowsOf(limits.sendingHours?.[0])[0]?.open ?? "",
    latest: windowsOf(limits.sendingHours?.[0]).at(-1)?.close ?? "",
    reason: "",
  };
}

/** Returns the typed limits, or a sentence that says what is wrong. */
function limitsOf(form: Form): TenantLimits | string {
  const read = (text: string, parse: (text: string) => number | null) =>
    text.trim() === "" ? null : (parse(text) ?? NaN);
  const whole = (text: string) => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : null);
  const bytes = (text: string) =>
    /^\d{1,6}([.,]\d{1,3})?$/.test(text.trim())
      ? Math.round(Number(text.trim().replace(",", ".")) * GIB)
      : null;
  const amounts = {
    dailyBudgetCents: read(form.dailyBudgetCents, centsOf),
    monthlyBudgetCents: read(form.monthlyBudgetCents, centsOf),
    segmentsPerSecond: read(form.segmentsPerSecond, whole),
    sendingNumbers: read(form.sendingNumbers, whole),
    uploadBytesPerDay: read(form.uploadBytesPerDay, bytes),
  };
  if (Object.values(amounts).some((amount) => Number.isNaN(amount)))
    return "Enter amounts of money for budgets, gigabytes for uploads and whole numbers for the rest.";
  const { earliest, latest } = form;
  if (earliest === "" && latest === "") return { ...amounts, sendingHours: null };
  const hours = weekSchedule.safeParse(everyDay(earliest, latest));
  return hours.success
    ? { ...amounts, sendingHours: hours.data }
    : "Enter both times, the earlier one first, or leave both empty.";
}

function LimitsDialog(props: {
  open: boolean;
  organisation: Organisation;
  onClose: () => void;
}): JSX.Element {
  const save = useSetLimits();
  const [form, setForm] = createStore(formOf(props.organisation));
  const [fault, setFault] = createSignal<string>();
  const field = (key: keyof Form) => ({
    value: form[key],
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      setForm(key, event.currentTarget.value),
  });
  const confirm = () => {
    const limits = limitsOf(form);
    setFault(typeof limits === "string" ? limits : undefined);
    if (typeof limits === "string") return;
    save.mutate(
      { id: props.organisation.id, reason: form.reason, limits: limits as never },
      {
        onSuccess: ({ lowered }) => {
          const count = Object.keys(lowered).length;
          notifyDone(count === 0 ? "Limits saved." : `Limits saved, ${countOf(count, "setting")} lowered.`);
          setForm("reason", "");
          props.onClose();
        },
      },
    );
  };
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Limits of ${props.organisation.name}`}
      description="Leave a field empty for no limit."
      action="Save limits"
      pending={save.isPending}
      error={fault() ?? (save.isError ? sentenceOf(save.error) : undefined)}
      onConfirm={confirm}
    >
      <div class="grid gap-4 sm:grid-cols-2">
        <TextField
          label={`Budget per day, ${props.organisation.settings.currency}`}
          inputMode="decimal"
          {...field("dailyBudgetCents")}
        />
        <TextField
          label={`Budget per month, ${props.organisation.settings.currency}`}
          inputMode="decimal"
          {...field("monthlyBudgetCents")}
        />
        <TextField label="Segments per second" inputMode="numeric" {...field("segmentsPerSecond")} />
        <TextField label="Numbers and names" inputMode="numeric" {...field("sendingNumbers")} />
        <TextField label="Uploads in 24 hours, GB" inputMode="decimal" {...field("uploadBytesPerDay")} />
        <div />
        <TextField
          label="Earliest text"
          type="time"
          hint="The recipient’s local time"
          {...field("earliest")}
        />
        <TextField label="Latest text" type="time" {...field("latest")} />
      </div>
      <TextField
        label="Reason"
        hint="The organisation’s people can read it."
        maxLength={200}
        {...field("reason")}
      />
    </Confirm>
  );
}
