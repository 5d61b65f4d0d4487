import { createSignal, type JSX } from "solid-js";
import { sentenceOf } from "../../data/problem.ts";
import { type Budget, useChangeBudget } from "../../data/settings.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { formatMoney } from "../../ui/format.ts";
import { notifyDone } from "../../ui/toast.tsx";
import { centsOf } from "../settings/limits.ts";
import { figuresOf, type Period } from "./period.ts";

const MICROS_PER_CENT = 10_000;
const SHORTEST_REASON = 3;

/** Raises or lowers a budget, with a reason that stays in the audit log. */
export function ChangeBudgetDialog(props: {
  open: boolean;
  onClose: () => void;
  period: Period;
  budget: Budget;
}): JSX.Element {
  const me = useMe();
  const denied = useDenied();
  const change = useChangeBudget();
  const figures = () => figuresOf(props.budget, props.period);
  const [amount, setAmount] = createSignal(String(figures().limit / MICROS_PER_CENT / 100));
  const [reason, setReason] = createSignal("");
  const cents = () => centsOf(amount());
  const used = () => figures().spent + figures().reserved;
  const fault = () => {
    if (denied("settings.write")) return denied("settings.write");
    if (cents() === null) return "Enter an amount, such as 250 or 99.50";
    return reason().trim().length < SHORTEST_REASON ? "Say why in a few words: it is kept" : undefined;
  };
  const hint = () =>
    cents() !== null && (cents() ?? 0) * MICROS_PER_CENT < used()
      ? `Less than what is used already (${formatMoney(used(), me().tenant.currency)}): nothing more goes in this period.`
      : "In force at once. What waits for money goes by itself.";
  const confirm = () =>
    change.mutate(
      {
        [props.period === "day" ? "dailyBudgetCents" : "monthlyBudgetCents"]: cents() ?? 0,
        reason: reason().trim(),
      },
      {
        onSuccess: () => {
          setReason("");
          props.onClose();
          notifyDone("The budget is changed.");
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={props.period === "day" ? "Change the day’s budget" : "Change the month’s budget"}
      action="Change the budget"
      pending={change.isPending}
      denied={fault()}
      error={change.isError ? sentenceOf(change.error) : undefined}
      onConfirm={confirm}
    >
      <TextField
        label={`${props.period === "day" ? "Budget a day" : "Budget a month"}, ${me().tenant.currency}`}
        inputmode="decimal"
        value={amount()}
        hint={hint()}
        onInput={(event) => setAmount(event.currentTarget.value)}
      />
      <TextField
        label="Reason"
        required
        maxLength={500}
        value={reason()}
        hint="Kept in the audit log with your name."
        onInput={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
