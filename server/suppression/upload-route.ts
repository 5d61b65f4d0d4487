import { listExpiry } from "@smscrm/core/suppression/registers";
import { abandonVersion, activateVersion, beginVersion } from "@smscrm/db/suppression/uploads";
import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import type { Dependencies } from "../dependencies.ts";
import { emptyBody, fileNameOf, uploadFault } from "../imports/upload-request.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { noteRefusal } from "../users/refused-access.ts";
import { readSession, type Session } from "../users/session.ts";
import { guardRefusal } from "../users/session-guard.ts";
import { sessionTokenOf } from "../users/session-token.ts";
import { receiveList } from "./receive-list.ts";

const FILE_BYTES_MAX = 1024 ** 3;
const QUOTA = { openMax: 2, perDayMax: 50 };
/** A list that shrinks to less than this share of the one in force may be half a download. */
const SHRUNK_SHARE = 0.5;
const ACTION = "doNotContact.remove";

type Needs = Pick<Dependencies, "database" | "publicUrl">;

const asked = z.object({
  listId: z.guid(),
  downloadedOn: z.iso.date(),
  /** The day from which on the list may not be relied on, where the register's terms don't say it. */
  endsOn: z.iso.date().nullable(),
  /** Whether a much smaller list may replace the one in force. */
  smaller: z.boolean(),
});

/** Serves the upload of a suppression list as a raw body. The list takes over at once when the whole file was read. */
export function suppressionUploadRoutes(needs: Needs, tally: AuditTally): Hono {
  const routes = new Hono();
  routes.post("/uploads/suppression/:listId", async (c) => {
    const answer = await upload(needs, tally, c.req.raw, c.req.param("listId"));
    if (answer.status !== 201) c.header("connection", "close");
    return c.json(answer.body, answer.status);
  });
  return routes;
}

interface Answer {
  status: ContentfulStatusCode;
  body: { error: string; isSmaller?: true } | { numbers: number; clean: number; unreadable: number };
}

const refused = (status: ContentfulStatusCode, error: string): Answer => ({ status, body: { error } });

async function upload(needs: Needs, tally: AuditTally, request: Request, listId: string): Promise<Answer> {
  const session = await readSession(needs.database, sessionTokenOf(request.headers, needs.publicUrl));
  const refusal = guardRefusal(session, ACTION) ?? uploadFault(request, needs.publicUrl, FILE_BYTES_MAX);
  if (session && refusal?.status === 403) void noteRefusal(tally, session, "suppression.upload");
  if (refusal || !session)
    return refused(refusal?.status ?? 401, refusal?.error ?? "Please sign in to continue.");
  const query = new URL(request.url).searchParams;
  const input = asked.safeParse({
    listId,
    downloadedOn: query.get("downloadedOn"),
    endsOn: query.get("endsOn"),
    smaller: query.get("smaller") === "yes",
  });
  if (!input.success) return refused(400, "Say when the list was downloaded, as downloadedOn=2026-11-29.");
  const today = new Date().toISOString().slice(0, 10);
  if (dayAfter(today) < input.data.downloadedOn)
    return refused(400, "The list can’t have been downloaded in the future.");
  return store(needs, session, { ...input.data, fileName: fileNameOf(request) }, request);
}

/** Where it is tomorrow already, a list of today has tomorrow's date in UTC. */
const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

async function store(
  { database }: Needs,
  { userId, tenant: { id: tenantId } }: Session,
  { listId, downloadedOn, endsOn, smaller, fileName }: z.output<typeof asked> & { fileName: string },
  request: Request,
): Promise<Answer> {
  const file = { fileName, downloadedOn, uploadedBy: userId };
  const begun = await database.asTenant(tenantId, (tx) => beginVersion(tx, tenantId, listId, file, QUOTA));
  if (begun === "no-list") return refused(404, "This list does not exist, or was removed. Reload the page.");
  if (begun === "too-many")
    return refused(
      429,
      "Too many lists were uploaded. Wait until the others are done, or try again tomorrow.",
    );
  const { versionId, register, country, numbersNow } = begun;
  let isActive = false;
  try {
    const expiresAt = listExpiry(register, downloadedOn, endsOn);
    if (expiresAt !== null && expiresAt <= new Date())
      return refused(400, "This list has expired already. Download a new one from the register.");
    const received = await receiveList(
      { database, tenantId, versionId, country, maxBytes: FILE_BYTES_MAX },
      request.body ?? emptyBody(),
    );
    if (!received.ok) return refused(400, received.sentence);
    const { numbers, clean, unreadable } = received;
    if (numbersNow !== null && numbers < numbersNow * SHRUNK_SHARE && !smaller)
      return { status: 409, body: { error: smallerSentence(numbers, numbersNow), isSmaller: true } };
    const counts = { clean, unreadable };
    isActive = await database.asTenant(tenantId, (tx) =>
      activateVersion(tx, tenantId, { versionId, listId }, { expiresAt, ...counts }),
    );
    if (!isActive)
      return refused(409, "A later upload of this list took over already, or the list was removed.");
    return { status: 201, body: { numbers, ...counts } };
  } catch (error) {
    if (!request.signal.aborted) throw error;
    return refused(400, "The upload was interrupted, and the list in force stays. Upload the file again.");
  } finally {
    if (!isActive) await database.asTenant(tenantId, (tx) => abandonVersion(tx, tenantId, versionId));
  }
}

const smallerSentence = (numbers: number, before: number) =>
  `This list has ${numbers.toLocaleString("en-US")} numbers, and the one in force has ${before.toLocaleString("en-US")}. If the register really shrank, upload it again and allow a smaller list. Nothing was changed.`;
