import { type Action, may } from "@smscrm/core/roles";
import { createImport, discardUpload, finishUpload } from "@smscrm/db/import-uploads";
import { findImport } from "@smscrm/db/imports";
import { Hono } from "hono";
import { isSameOrigin } from "../auth/same-origin.ts";
import { readSession, type Session } from "../auth/session.ts";
import type { Dependencies } from "../dependencies.ts";
import { inspectFile, SAMPLE_ROWS } from "../imports/inspect-file.ts";
import { receiveUpload } from "../imports/receive-upload.ts";
import { rejectionsCsv } from "../imports/rejections-csv.ts";

export const DEFAULT_MAX_IMPORT_BYTES = 1024 ** 3;

const FORMS = /^(multipart\/|application\/(json|x-www-form-urlencoded))/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Needs = Pick<Dependencies, "database" | "publicUrl" | "log">;
type Answer = { status: 201; body: { id: string } } | Refused;
type Refused = { status: 400 | 401 | 403 | 413 | 415; body: { error: string } };

const refused = (status: Refused["status"], error: string): Refused => ({ status, body: { error } });

/** The two ways of a contact file: up as a raw body, and its rejected rows down. */
export function uploadRoutes(needs: Needs, maxBytes: number = DEFAULT_MAX_IMPORT_BYTES): Hono {
  const routes = new Hono();
  routes.post("/uploads/imports", async (c) => {
    const answer = await upload(needs, c.req.raw, maxBytes);
    // The rest of a body that was not read must not be taken for the next request.
    if (answer.status !== 201) c.header("connection", "close");
    return c.json(answer.body, answer.status);
  });
  routes.get("/imports/:id/rejections.csv", (c) => rejections(needs, c.req.raw.headers, c.req.param("id")));
  return routes;
}

async function upload(needs: Needs, request: Request, maxBytes: number): Promise<Answer> {
  const session = await readSession(needs.database, request.headers);
  const refusal = refusalFor(session, "imports.run") ?? requestFault(needs, request, maxBytes);
  if (refusal || !session) return refusal ?? refused(401, "Please sign in to go on.");
  const tenantId = session.tenant.id;
  const fileName = plainFileName(new URL(request.url).searchParams.get("fileName"));
  const createdBy = session.userId;
  const importId = await needs.database.asTenant(tenantId, (tx) =>
    createImport(tx, tenantId, { fileName, createdBy }),
  );
  let kept = false;
  try {
    const answer = await store(needs, session, importId, request.body ?? emptyBody(), maxBytes);
    kept = answer.status === 201;
    return answer;
  } catch (error) {
    if (!request.signal.aborted) throw error;
    return refused(400, "The upload broke off. Check the connection and upload the file again.");
  } finally {
    if (!kept) await needs.database.asTenant(tenantId, (tx) => discardUpload(tx, tenantId, importId));
  }
}

async function store(
  { database }: Needs,
  { tenant: { id: tenantId, country } }: Session,
  importId: string,
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Answer> {
  const received = await receiveUpload({ database, tenantId, importId, maxBytes }, body);
  if (!received.ok) return refused(413, tooLarge(maxBytes));
  const { head, sizeBytes, likelyEncoding } = received;
  const file = inspectFile({ bytes: head, whole: sizeBytes === head.length, likelyEncoding, country });
  if (!file.ok) return refused(400, file.sentence);
  const { encoding, delimiter, header, rows } = file;
  const sample = rows.slice(0, SAMPLE_ROWS).map(({ cells }) => cells.map((cell) => cell.slice(0, 500)));
  await database.asTenant(tenantId, (tx) =>
    finishUpload(tx, tenantId, importId, { sizeBytes, encoding, delimiter, header, sample }),
  );
  return { status: 201, body: { id: importId } };
}

function requestFault({ publicUrl }: Needs, request: Request, maxBytes: number): Refused | null {
  if (!isSameOrigin(request.headers, publicUrl)) {
    return refused(403, "This request came from another site. Open the dashboard itself and try again.");
  }
  if (FORMS.test(request.headers.get("content-type") ?? "")) {
    return refused(415, "Send the file itself as the body, with Content-Type text/csv, not a form or JSON.");
  }
  const length = Number(request.headers.get("content-length") ?? 0);
  return length > maxBytes ? refused(413, tooLarge(maxBytes)) : null;
}

function refusalFor(session: Session | null, action: Action): Refused | null {
  if (!session) return refused(401, "Please sign in to go on.");
  if (may(session.role, action)) return null;
  return refused(
    403,
    `Your role (${session.role}) does not allow this. Ask an owner of ${session.tenant.name}.`,
  );
}

const tooLarge = (maxBytes: number) =>
  `The file is larger than ${sizeInWords(maxBytes)}. Split it into smaller files and upload them one after the other.`;

function sizeInWords(bytes: number): string {
  const gibibytes = bytes / 1024 ** 3;
  return gibibytes >= 1 ? `${+gibibytes.toFixed(1)} GB` : `${+(bytes / 1024 ** 2).toFixed(1)} MB`;
}

/** The name alone, as one line: some browsers send a path. */
function plainFileName(raw: string | null): string {
  const name = (raw ?? "").split(/[\\/]/).at(-1) ?? "";
  return name.replace(/\p{C}/gu, "").trim().slice(0, 200) || "contacts.csv";
}

const emptyBody = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

async function rejections({ database }: Needs, headers: Headers, importId: string): Promise<Response> {
  const session = await readSession(database, headers);
  const refusal = refusalFor(session, "contacts.read");
  if (refusal || !session) return Response.json(refusal?.body ?? null, { status: refusal?.status ?? 401 });
  const tenantId = session.tenant.id;
  const record = UUID.test(importId)
    ? await database.asTenant(tenantId, (tx) => findImport(tx, tenantId, importId))
    : null;
  if (!record) {
    const error = "This import does not exist, or was removed. Go back to the list and choose another.";
    return Response.json({ error }, { status: 404 });
  }
  return new Response(rejectionsCsv(database, tenantId, importId, record.header ?? []), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="rejected-${importId.slice(0, 8)}.csv"; filename*=UTF-8''${encodeURIComponent(`rejected ${record.fileName}`)}`,
      "cache-control": "no-store",
    },
  });
}
