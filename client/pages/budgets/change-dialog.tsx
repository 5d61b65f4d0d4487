import { createSignal, type JSX } from "solid-js";
import { type Budget, useChangeBudget } from "../../data/settings.ts";
import { sentenceOf } from "../../data/transport/problem.ts";
import { useDenied, useMe } from "../../shell/session-context.tsx";
import { Confirm } from "../../ui/controls/dialog.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { notifyDone } from "../../ui/toast.tsx";
import { formatMoney } from "../../ui/words/format.ts";
import { centsOf } from "../settings/limits.ts";
import { figuresOf, PERIOD_ADJECTIVE, type Period } from "./period.ts";

const MICROS_PER_CENT = 10_000;
const REASON_LENGTH_MIN = 3;

/** Changes a budget, with a reason for the audit log. */
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
    return reason().trim().length < REASON_LENGTH_MIN ? "Say why in a few words" : undefined;
  };
  const hint = () =>
    cents() !== null && (cents() ?? 0) * MICROS_PER_CENT < used()
      ? `This is less than you have already used (${formatMoney(used(), me().tenant.currency)}). Nothing more is sent until it resets.`
      : "Takes effect immediately. Messages that wait for the budget are then sent.";
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
          notifyDone("Budget changed.");
        },
      },
    );
  return (
    <Confirm
      open={props.open}
      onClose={props.onClose}
      title={`Change the ${PERIOD_ADJECTIVE[props.period]} budget`}
      action="Change budget"
      pending={change.isPending}
      denied={fault()}
      error={change.isError ? sentenceOf(change.error) : undefined}
      onConfirm={confirm}
    >
      <TextField
        label={`Budget per ${props.period}, ${me().tenant.currency}`}
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
