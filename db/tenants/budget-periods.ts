/**
 * SQL for `update budgets set … from p`: moves a budget to the period `p` (columns `day` and `month`), never back.
 * Money spent in a day or month that has ended becomes 0. `stillCounts` in core is the same rule for a row that was not
 * moved yet.
 */
export const ROLL_OVER = `
  daily_spent_cents = case when local_day < p.day then 0 else daily_spent_cents end,
  daily_reserved_cents = case when local_day < p.day then 0 else daily_reserved_cents end,
  monthly_spent_cents = case when local_month < p.month then 0 else monthly_spent_cents end,
  monthly_reserved_cents = case when local_month < p.month then 0 else monthly_reserved_cents end,
  local_day = greatest(local_day, p.day), local_month = greatest(local_month, p.month)`;
