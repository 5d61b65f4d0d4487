import { type Finding, ISSUES, type IssueName } from "@smscrm/core/diagnosis/facts";
import { diagnose } from "@smscrm/core/diagnosis/index";
import { counted } from "@smscrm/core/text/counted";
import { readSigningState } from "@smscrm/db/audit/signed-heads";
import { readDiagnosis } from "@smscrm/db/monitoring/diagnosis";
import { listTenantStates } from "@smscrm/db/tenants/operators";
import type { OpsContext } from "../ops/context.ts";
import { signingLines } from "../ops/signing.ts";
import { askRedis, askWorker } from "./ask.ts";

const MARK = { ok: "ok      ", notice: "notice  ", wrong: "WRONG   " } as const;

/** Diagnoses one tenant, or all of them; true if nothing is wrong. */
export async function examine({ environment, sql, tenantId, say }: OpsContext): Promise<boolean> {
  const tenants = (await listTenantStates(sql)).filter(({ id }) => tenantId === null || id === tenantId);
  if (tenants.length === 0) say("There is no such tenant. pnpm ops health lists them.");
  const asked = {
    worker: await askWorker(`http://${environment.WORKER_HOST}:${environment.WORKER_PORT}/health`),
    redis: await askRedis(environment),
  };
  for (const line of signingLines(await readSigningState(sql), new Date())) say(line);
  let wrong = 0;
  for (const { id, name } of tenants) {
    const findings = diagnose(await readDiagnosis(sql, id, asked, "operator"));
    say(`${name} (${id})`);
    for (const issue of Object.keys(ISSUES) as IssueName[]) report(issue, findings, say);
    wrong += findings.filter(({ state }) => state === "wrong").length;
  }
  say(
    wrong === 0
      ? "Nothing is wrong."
      : `${counted(wrong, "step is", "steps are")} wrong, marked WRONG above, with what to do.`,
  );
  return wrong === 0 && tenants.length > 0;
}

function report(issue: IssueName, findings: readonly Finding[], say: (line: string) => void): void {
  say(`  Issue: ${ISSUES[issue]}`);
  for (const { state, says, todo } of findings.filter((finding) => finding.issue === issue)) {
    say(`    ${MARK[state]}  ${says}`);
    if (todo) say(`              → ${todo}`);
  }
}
