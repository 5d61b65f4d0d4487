import type { JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { budgetQuery, type Settings } from "../../data/settings.ts";
import { useQuery } from "../../data/transport/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { TextField } from "../../ui/controls/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { BudgetBars } from "./budget-bars.tsx";
import { capOf, centsOf } from "./limits.ts";
import { Section, SettingsForm } from "./section.tsx";

const centsWords = (cents: number | null) => (cents === null ? undefined : String(cents / 100));
const limitHint = (most: string | undefined) => (most ? `The platform allows at most ${most}` : undefined);

export function LimitsSection(props: { settings: Settings }): JSX.Element {
  const denied = useDenied();
  const budget = useQuery(budgetQuery);
  const [form, setForm] = createStore({
    daily: String(props.settings.dailyBudgetCents / 100),
    monthly: String(props.settings.monthlyBudgetCents / 100),
    perDay: props.settings.capPerDay === null ? "" : String(props.settings.capPerDay),
    perWeek: props.settings.capPerWeek === null ? "" : String(props.settings.capPerWeek),
    perSecond: String(props.settings.segmentsPerSecond),
  });
  const limits = () => props.settings.limits;
  const change = () => {
    const dailyBudgetCents = centsOf(form.daily);
    const monthlyBudgetCents = centsOf(form.monthly);
    const capPerDay = capOf(form.perDay);
    const capPerWeek = capOf(form.perWeek);
    const segmentsPerSecond = capOf(form.perSecond);
    if (dailyBudgetCents === null || monthlyBudgetCents === null) return null;
    if (capPerDay === undefined || capPerWeek === undefined || !segmentsPerSecond) return null;
    return { dailyBudgetCents, monthlyBudgetCents, capPerDay, capPerWeek, segmentsPerSecond };
  };
  const field = (key: keyof typeof form) => ({
    inputMode: "decimal" as const,
    disabled: Boolean(denied("settings.write")),
    value: form[key],
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      setForm(key, event.currentTarget.value),
  });
  return (
    <Section
      id="limits"
      title="Limits and budgets"
      hint="A budget is never exceeded. When it is used up, messages stay queued until the next day or month."
    >
      <div class="grid gap-7">
        <Loaded query={budget}>
          {(status) => <BudgetBars budget={status()} currency={props.settings.currency} />}
        </Loaded>
        <SettingsForm
          change={change}
          rules={({ capPerDay, capPerWeek }) => ({ capPerDay, capPerWeek })}
          fault={change() ? undefined : "Enter amounts of money for budgets and whole numbers for limits."}
        >
          <div class="grid gap-4 sm:grid-cols-2">
            <TextField
              label={`Budget per day, ${props.settings.currency}`}
              hint={limitHint(centsWords(limits().dailyBudgetCents))}
              {...field("daily")}
            />
            <TextField
              label={`Budget per month, ${props.settings.currency}`}
              hint={limitHint(centsWords(limits().monthlyBudgetCents))}
              {...field("monthly")}
            />
            <TextField
              label="Texts per contact in 24 hours"
              hint="Leave empty for no limit"
              {...field("perDay")}
            />
            <TextField
              label="Texts per contact in 7 days"
              hint="Leave empty for no limit"
              {...field("perWeek")}
            />
            <TextField
              label="Segments per second, all numbers"
              hint={limitHint(limits().segmentsPerSecond?.toString())}
              {...field("perSecond")}
            />
          </div>
        </SettingsForm>
      </div>
    </Section>
  );
}
