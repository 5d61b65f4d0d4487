import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checksOf, type DemoReport } from "./demo/report.ts";
import { callOverTrpc, type Session } from "./demo/session.ts";

/**
 * Drives a running server like an internal tool: signs in over tRPC, imports the sample, launches a campaign, waits
 * until every message has its final status, and prints one JSON object with the counts.
 * It connects to SMSCRM_URL (default http://127.0.0.1:PORT) with the sign-in that the first start wrote to DATA_DIR,
 * or with DEMO_EMAIL and DEMO_PASSWORD. It exits with 1 if a number does not add up, or if progress stops.
 */
const SAMPLE = fileURLToPath(new URL("./sample/contacts.csv", import.meta.url));
const WAIT_LIMIT_MS = 180_000;
const LOOK_EVERY_MS = 250;
const OVERRIDE_REASON = "Demonstration: the carrier is the simulator, no person is texted";

const say = (text: string) => console.error(text);
const startedAt = Date.now();

function signIn(): { email: string; password: string } {
  if (process.env.DEMO_EMAIL && process.env.DEMO_PASSWORD) {
    return { email: process.env.DEMO_EMAIL, password: process.env.DEMO_PASSWORD };
  }
  const file = resolve(process.env.DATA_DIR ?? ".data", "demo-sign-in.json");
  if (!existsSync(file)) {
    say(
      `There is no ${file}. Start the product first (npx -y pnpm start), or set DEMO_EMAIL and DEMO_PASSWORD.`,
    );
    process.exit(1);
  }
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Polls until `ready` is true. It has a limit, because a demo that hangs shows nothing. */
async function until<T>(what: string, ask: () => Promise<T>, ready: (value: T) => boolean): Promise<T> {
  const limit = Date.now() + WAIT_LIMIT_MS;
  for (;;) {
    const value = await ask();
    if (ready(value)) return value;
    if (Date.now() > limit) throw new Error(`${what} did not finish within ${WAIT_LIMIT_MS / 1_000} s`);
    await new Promise((next) => setTimeout(next, LOOK_EVERY_MS));
  }
}

async function importSample({ api, url, cookie }: Session) {
  const upload = await fetch(`${url}/uploads/imports?fileName=contacts.csv`, {
    method: "POST",
    headers: { Cookie: cookie(), "Content-Type": "text/csv" },
    body: readFileSync(SAMPLE),
    signal: AbortSignal.timeout(60_000),
  });
  const answer = (await upload.json()) as { id?: string; error?: string };
  if (!answer.id) throw new Error(`The upload was refused: ${answer.error}`);
  const { id } = answer;
  const file = await api.imports.get.query({ id });
  await api.imports.start.mutate({
    id,
    mapping: file.mapping ?? file.guessedMapping,
    consentBasis: "express",
    consentEvidence: "Sample data of the demonstration: all contacts signed up on the web form",
    // Most of them are in the United States, where marketing needs written consent.
    consent: { wording: "Sample data: I agree to marketing texts from Demo Store" },
    tags: ["sample"],
  });
  const done = await until(
    "The import",
    () => api.imports.get.query({ id }),
    (one) => ["completed", "failed", "canceled"].includes(one.status),
  );
  if (done.status !== "completed") throw new Error(`The import ended as ${done.status}: ${done.error}`);
  return done;
}

/** Creates a campaign, reads its preflight, and launches it; at night only with the owner's reason. */
async function launch(
  { api }: Session,
  name: string,
  body: string,
  tags: string[] | null,
  override: boolean,
) {
  const { id } = await api.campaigns.create.mutate({
    name,
    body,
    audience: tags ? { kind: "tags", tags } : { kind: "all" },
    quietHours: null,
    expiresAt: null,
    smartEncoding: true,
  });
  const asIs = await api.campaigns.preflight.query({ id });
  const atNight = asIs.waits.some((wait) => wait.gate === "quiet-hours");
  const anyway = override && atNight && asIs.canOverrideQuietHours;
  const preflight = anyway ? await api.campaigns.preflight.query({ id, anyway }) : asIs;
  const launchedAt = new Date();
  await api.campaigns.launch.mutate({
    id,
    ...(anyway ? { quietHoursOverrideReason: OVERRIDE_REASON } : {}),
  });
  return { id, preflight, launchedAt };
}

/** Waits until all open messages of a campaign wait for a time: none is due, in flight or without a receipt. */
function atRest(session: Session, id: string) {
  return until(
    "The campaign",
    () => session.api.campaigns.progress.query({ id }),
    ({ status, audience, counts }) => {
      const jobs = (wanted: (one: { status: string; reason: string }) => boolean) =>
        counts.filter(wanted).reduce((sum, one) => sum + one.jobs, 0);
      const moving = jobs(
        (one) =>
          ["sending", "unknown", "sent"].includes(one.status) ||
          (one.status === "queued" && ["", "Rate limit", "Carrier busy", "Paused"].includes(one.reason)),
      );
      return !["draft", "launching"].includes(status) && moving === 0 && jobs(() => true) === audience;
    },
  );
}

const session = await callOverTrpc(
  process.env.SMSCRM_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`,
  signIn(),
);
const ledgerBefore = await session.ledger();
say("Importing the sample of 10,000 rows …");
const imported = await importSample(session);
say(
  `Imported ${imported.created} new and ${imported.unchanged + imported.updated} known contacts, ${imported.rejected} rows rejected.`,
);
say("Launching the main campaign …");
const main = await launch(
  session,
  `Spring sale ${new Date().toISOString().slice(0, 16)}`,
  "Hi {{first_name|there}}, our spring sale starts today: 20% off everything in store. Demo Store. Reply STOP to opt out",
  ["sample"],
  true,
);
const mainEnd = await atRest(session, main.id);
say("Launching a small one that keeps to quiet hours …");
const small = await launch(
  session,
  `VIP preview ${new Date().toISOString().slice(0, 16)}`,
  "{{first_name|Hello}}, a preview for our VIPs on Saturday at 10. Demo Store. Reply STOP to opt out",
  ["vip"],
  false,
);
const smallEnd = await atRest(session, small.id);
const ledgerAfter = await session.ledger();

const report: DemoReport = {
  seconds: (Date.now() - startedAt) / 1_000,
  imported,
  main: { ...main, end: mainEnd },
  small: { ...small, end: smallEnd },
  ledger: ledgerBefore && ledgerAfter ? { before: ledgerBefore, after: ledgerAfter } : null,
};
const { summary, faults } = checksOf(report);
console.log(JSON.stringify(summary, null, 2));
for (const fault of faults) say(`Does not add up: ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);
