import { type Breach, type Invariant, violationsOf } from "../evaluation/invariant.ts";

/** Checked at each reservation by a trigger, recounted at rest, and compared with what the carrier charged. */
export const withinBudget: Invariant = {
  name: "I4",
  says: "spent + reserved never exceeds the budget, and neither does what the carrier charged",
  async examine(evidence) {
    const { sql, environment, submissions, attempts } = evidence;
    const breaches: Breach[] = violationsOf(evidence, "budget", "bill");
    const overruns = await sql<{ tenantId: string; period: string; used: string; allowed: string }[]>`
      select tenant_id as "tenantId", period, used, allowed from torture.overruns limit 100`;
    for (const { tenantId, period, used, allowed } of overruns)
      breaches.push({
        what: `${used} of ${allowed} cents of the ${period} reserved or spent by tenant ${tenantId}`,
      });
    const charged = new Map<string, number>();
    for (const { tenant, attemptId, entry } of submissions) {
      if (!tenant || !entry.sid) continue;
      const key = `${tenant.id} ${attempts.get(attemptId)?.budgetDay}`;
      charged.set(key, (charged.get(key) ?? 0) + (entry.chargedMicros ?? 0));
    }
    for (const tenant of environment.tenants) {
      for (const [key, micros] of charged) {
        if (key.startsWith(tenant.id) && micros > tenant.dailyBudgetCents * 10_000)
          breaches.push({
            what: `the carrier charged ${tenant.name} ${micros / 10_000} cents, of ${tenant.dailyBudgetCents}`,
          });
      }
    }
    for (const { id, state, reservedMicros, spentMicros, to } of attempts.values()) {
      const open = state === "sending" || state === "unknown";
      if (open !== reservedMicros > 0)
        breaches.push({ what: `${state} with ${reservedMicros} micros reserved`, attemptId: id, to });
      if (open && spentMicros > 0)
        breaches.push({ what: `${state} with ${spentMicros} micros spent`, attemptId: id, to });
    }
    const [row] = await sql<
      { times: number }[]
    >`select coalesce(sum(times), 0)::int as times from torture.reservations`;
    const tight = environment.tenants.filter(({ part }) => part === "tight");
    const used = tight.map(({ id, dailyBudgetCents }) => {
      const micros = [...charged]
        .filter(([key]) => key.startsWith(id))
        .reduce((sum, [, each]) => sum + each, 0);
      return `${Math.round((micros / dailyBudgetCents) * 0.01)} %`;
    });
    return {
      tried: row!.times,
      cases: `${row!.times} reservations, ${charged.size} bills${tight.length > 0 ? `, small budgets used to ${used.join(", ")}` : ""}`,
      breaches,
    };
  },
};
