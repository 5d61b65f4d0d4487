import { may } from "@smscrm/core/process/roles";
import { costPerReply, deliveryRate, type Figures, sumOf } from "@smscrm/core/reports/figures";
import { addDays, lastWhole, type Period, periodBefore } from "@smscrm/core/reports/period";
import { count } from "@smscrm/core/text/counted";
import { type DueMail, endMail, takeMail } from "@smscrm/db/reports/mails";
import { readDays } from "@smscrm/db/reports/read";
import type { Dependencies } from "../dependencies.ts";
import { reportMail } from "../mail/letters.ts";

type Needs = Pick<Dependencies, "pipeline" | "database" | "mailer" | "publicUrl">;

/** Sends one report. Returns whether there was one to send. */
export async function sendNextReport(needs: Needs): Promise<boolean> {
  const { pipeline, mailer } = needs;
  const due = mailer && (await takeMail(pipeline));
  if (!due) return false;
  if (!due.member || !may(due.member, "campaigns.read")) {
    await endMail(pipeline, due, { kind: "dropped", reason: "The member may not see reports any more." });
    return true;
  }
  const mail = await write(needs, due);
  try {
    await mailer.send(mail);
  } catch (error) {
    await endMail(pipeline, due, { kind: "again", reason: (error as Error).message });
    return true;
  }
  await endMail(pipeline, due, { kind: "sent" });
  return true;
}

async function write({ database, publicUrl }: Needs, due: DueMail) {
  const { tenantId, cadence, periodStart, tenant, currency, email } = due;
  const period = { from: periodStart, to: lastDay(due) };
  const figures = (of: Period) =>
    database.asTenant(tenantId, async (tx) => sumOf(await readDays(tx, tenantId, of)));
  return reportMail({
    ...{ to: email, organisation: tenant, cadence, period },
    lines: linesOf(await figures(period), await figures(periodBefore(period)), {
      currency: due.member && may(due.member, "settings.read") ? currency : null,
    }),
    url: `${publicUrl}/reports?period=custom&from=${period.from}&to=${period.to}`,
  });
}

/** The period began then, so its last day is known: the day before the next one begins. */
function lastDay({ cadence, periodStart }: Pick<DueMail, "cadence" | "periodStart">): string {
  return lastWhole(cadence, addDays(periodStart, cadence === "week" ? 7 : 31)).to;
}

/** `currency` null: the member may not see money. */
function linesOf(now: Figures, before: Figures, { currency }: { currency: string | null }): string[] {
  const money = (micros: number | null) =>
    micros === null ? "–" : `${currency} ${(micros / 1e6).toFixed(2)}`;
  const share = (of: Figures) => {
    const rate = deliveryRate(of);
    return rate === null ? "–" : `${(rate * 100).toFixed(1)} %`;
  };
  const line = (label: string, show: (of: Figures) => string) =>
    `${label}: ${show(now)} (before: ${show(before)})`;
  return [
    line("Sent", ({ sent }) => count(sent)),
    line("Delivered", ({ delivered }) => count(delivered)),
    line("Delivery rate", share),
    line("Failed", ({ failed }) => count(failed)),
    line("Not sent", ({ notSent }) => count(notSent)),
    line("Replied", ({ replied }) => count(replied)),
    line("Opted out", ({ optedOut }) => count(optedOut)),
    line("Clicked", ({ clicked }) => count(clicked)),
    ...(currency
      ? [
          line("Cost", ({ costMicros }) => money(costMicros)),
          line("Cost per reply", (of) => money(costPerReply(of))),
        ]
      : []),
  ];
}
