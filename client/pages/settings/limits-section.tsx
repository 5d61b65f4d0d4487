import type { JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { budgetQuery, type Settings } from "../../data/settings.ts";
import { useQuery } from "../../data/use-query.ts";
import { useDenied } from "../../shell/session-context.tsx";
import { TextField } from "../../ui/field.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { BudgetBars } from "./budget-bars.tsx";
import { capOf, centsOf } from "./limits.ts";
import { Section, SettingsForm } from "./section.tsx";

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
      hint="A budget is never exceeded: money is reserved before a text goes out. When it is used up, texts wait for the next day or month."
    >
      <div class="grid gap-7">
        <Loaded query={budget}>
          {(status) => <BudgetBars budget={status()} currency={props.settings.currency} />}
        </Loaded>
        <SettingsForm
          change={change}
          fault={change() ? undefined : "Enter numbers: amounts of money, and whole numbers for the caps."}
        >
          <div class="grid gap-4 sm:grid-cols-2">
            <TextField label={`Budget a day, ${props.settings.currency}`} {...field("daily")} />
            <TextField label={`Budget a month, ${props.settings.currency}`} {...field("monthly")} />
            <TextField label="Texts to one person in 24 hours" hint="Empty: no cap" {...field("perDay")} />
            <TextField label="Texts to one person in 7 days" hint="Empty: no cap" {...field("perWeek")} />
            <TextField label="Segments a second, all together" {...field("perSecond")} />
          </div>
        </SettingsForm>
      </div>
    </Section>
  );
}
