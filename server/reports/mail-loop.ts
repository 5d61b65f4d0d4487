import { rest } from "@smscrm/db/postgres/rest";
import { addDueMails } from "@smscrm/db/reports/mails";
import type { Dependencies } from "../dependencies.ts";
import { sendNextReport } from "./send-report.ts";

const ROUND_MS = 60_000;

type Needs = Pick<Dependencies, "pipeline" | "database" | "mailer" | "publicUrl" | "log" | "closing">;

/** Sends the reports that are due, every minute until the process stops. Every API process does; each mail is taken by one. */
export async function mailReports(needs: Needs): Promise<void> {
  const { mailer, log, closing } = needs;
  if (!mailer) return;
  let failing = false;
  while (!closing.aborted) {
    try {
      await addDueMails(needs.pipeline);
      while (!closing.aborted && (await sendNextReport(needs)));
      failing = false;
    } catch (error) {
      if (!failing) log.error({ error }, "Reports could not be mailed; trying again every minute");
      failing = true;
    }
    await rest(ROUND_MS, closing);
  }
}
