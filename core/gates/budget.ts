import {
  type Allowances,
  drop,
  type GateAnswer,
  hold,
  holdAndRecheck,
  type MessageFacts,
  PASS,
} from "./gate.ts";

const RECHECK_MINUTES = 1;

/**
 * Obeys the promise that spent plus reserved never exceeds the budget. A message without a price is refused, never
 * sent free. A budget that cannot be read counts as empty. No message is dropped for money: it waits for the next
 * reset, or for the later one if day and month are both used up.
 */
export function budget(
  { priceMicros }: Pick<MessageFacts, "priceMicros">,
  now: Date,
  { budget }: Pick<Allowances, "budget">,
): GateAnswer {
  if (!isPrice(priceMicros)) return drop("No price", { priceMicros });
  if (!budget.readable) return holdAndRecheck("Budget", RECHECK_MINUTES, now, { readable: false });
  const fitsDay = priceMicros <= budget.dailyLeftMicros;
  const fitsMonth = priceMicros <= budget.monthlyLeftMicros;
  if (fitsDay && fitsMonth) return PASS;
  const { dailyLeftMicros, monthlyLeftMicros, dayResetsAt, monthResetsAt } = budget;
  return hold("Budget", latest(fitsDay ? null : dayResetsAt, fitsMonth ? null : monthResetsAt), now, {
    priceMicros,
    dailyLeftMicros,
    monthlyLeftMicros,
    limit: fitsMonth ? "day" : "month",
  });
}

/** A price is a whole number of micros, at least zero: a negative one would add to the budget. */
function isPrice(priceMicros: number | null): priceMicros is number {
  return priceMicros !== null && Number.isSafeInteger(priceMicros) && priceMicros >= 0;
}

function latest(day: Date | null, month: Date | null): Date {
  if (day === null) return month!;
  return month === null || day > month ? day : month;
}
