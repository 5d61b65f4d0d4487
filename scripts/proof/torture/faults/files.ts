import { randomUUID } from "node:crypto";
import type { AppRouter } from "@smscrm/server/router";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { Environment } from "../environment/environment.ts";
import { contactFile } from "../plan/file.ts";
import type { TestTenant } from "../plan/tenants.ts";
import { pause, waitFor } from "./processes.ts";

const ANSWER_LIMIT_MS = 15_000;
const IMPORT_LIMIT_MS = 40_000;
const UPLOAD_AGAIN_MS = 2_000;

/** Calls the API over tRPC as the tenant's owner. */
export function ownerOf(environment: Environment, tenant: TestTenant) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${environment.publicUrl}/trpc`,
        headers: { cookie: `session_id=${tenant.sessionToken}` },
        fetch: (input, init) =>
          fetch(input as string, { ...(init as RequestInit), signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }),
      }),
    ],
  });
}

/** Imports the tenant's next file like an operator, and launches a campaign to all its contacts. */
export async function importNextFile(environment: Environment, tenant: TestTenant): Promise<void> {
  const nth = environment.files.get(tenant.name) ?? 0;
  environment.files.set(tenant.name, nth + 1);
  environment.note(`file: number ${nth} of ${tenant.name}`);
  const { csv, people } = contactFile(tenant, nth);
  // Recorded before the first of them can be texted, so that the evaluation knows them.
  tenant.people.push(...people);
  const api = ownerOf(environment, tenant);
  const upload = await uploadOnce(environment, tenant, csv).catch(async () => {
    // The API may have been killed a moment ago: a person chooses the file again.
    await pause(UPLOAD_AGAIN_MS);
    return uploadOnce(environment, tenant, csv);
  });
  const { id } = (await upload.json()) as { id?: string };
  if (!id) throw new Error(`the upload returned ${upload.status}`);
  const file = await api.imports.get.query({ id });
  await api.imports.start.mutate({
    id,
    mapping: file.guessedMapping,
    consentBasis: "express",
    consentEvidence: "They signed up on the form of the tortured shop",
  });
  const ended = () =>
    environment.operator.run(
      (sql) => sql`select 1 from imports where id = ${id} and status in ('completed', 'failed', 'canceled')`,
    );
  if (!(await waitFor(async () => (await ended()).length > 0, IMPORT_LIMIT_MS)))
    throw new Error("the import did not end in time");
  await launchToFile(environment, tenant);
}

const uploadOnce = ({ publicUrl }: Environment, { sessionToken }: TestTenant, csv: string) =>
  fetch(`${publicUrl}/uploads/imports?fileName=people.csv`, {
    method: "POST",
    headers: { cookie: `session_id=${sessionToken}`, "content-type": "text/csv" },
    body: csv,
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });

/** Launches a campaign to a file's contacts. Its audience depends on the refused rows, so no number is expected. */
async function launchToFile(environment: Environment, tenant: TestTenant): Promise<void> {
  const id = randomUUID();
  const body = `News ${id.slice(0, 13)} from {{first_name}}'s shop. Reply STOP to opt out`;
  await environment.operator.run(
    (sql) => sql`
      insert into campaigns (id, tenant_id, name, body, audience, status, launched_at)
      values (${id}, ${tenant.id}, 'To a file', ${body}, ${sql.json({ kind: "all" })}, 'launching', clock_timestamp())
      on conflict (id) do nothing`,
  );
}
