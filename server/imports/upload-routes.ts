import type { Action } from "@smscrm/core/process/roles";
import {
  createImportWithin,
  discardUpload,
  finishUploadWithin,
  type UploadQuota,
} from "@smscrm/db/imports/import-uploads";
import { findImport } from "@smscrm/db/imports/imports";
import { readLimits } from "@smscrm/db/tenants/limits";
import { Hono } from "hono";
import type { Dependencies } from "../dependencies.ts";
import { type FileFormat, fileOf, formatOf } from "../http/list-file.ts";
import type { AuditTally } from "../users/audit-tally.ts";
import { noteRefusal } from "../users/refused-access.ts";
import { readSession, type Session } from "../users/session.ts";
import { guardRefusal } from "../users/session-guard.ts";
import { sessionTokenOf } from "../users/session-token.ts";
import { type FileHead, inspectFile, SAMPLE_ROWS } from "./inspect-file.ts";
import { receiveUpload } from "./receive-upload.ts";
import { rejectionsFile } from "./rejections-file.ts";
import { emptyBody, fileNameOf, sizeInWords, uploadFault } from "./upload-request.ts";

export interface UploadLimits extends UploadQuota {
  /** The most bytes of one file. */
  fileBytesMax: number;
}

/** A file of a million contacts has about 100 MB. */
const UPLOAD_LIMITS: UploadLimits = {
  fileBytesMax: 1024 ** 3,
  bytesPerDay: 5 * 1024 ** 3,
  openMax: 5,
};

/** Endings of files that can be read. Others are refused by their name, before their bytes arrive. */
const ENDINGS = /\.(csv|tsv|tab|txt|xlsx|xlsm|vcf|vcard)$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Needs = Pick<Dependencies, "database" | "publicUrl" | "log">;
type Answer = { status: 201; body: { id: string } } | Refused;
type Refused = {
  status: 400 | 401 | 403 | 409 | 413 | 415 | 429;
  /** `sheets`: the names to choose from, for a workbook with several. */
  body: { error: string; sheets?: string[] };
};

const refused = (status: Refused["status"], error: string): Refused => ({ status, body: { error } });

/** Serves the upload of a contact file as a raw body, and the download of its rejected rows. `other`: limits to change. */
export function uploadRoutes(needs: Needs, tally: AuditTally, other: Partial<UploadLimits> = {}): Hono {
  const limits = { ...UPLOAD_LIMITS, ...other };
  const routes = new Hono();
  routes.post("/uploads/imports", async (c) => {
    const answer = await upload(needs, tally, c.req.raw, limits);
    // The unread rest of a body must not be parsed as the next request.
    if (answer.status !== 201) c.header("connection", "close");
    return c.json(answer.body, answer.status);
  });
  routes.get(`/imports/:id/${fileOf("rejections")}`, (c) =>
    rejections(needs, tally, c.req.raw.headers, c.req.param("id"), formatOf(c.req.param("file"))),
  );
  return routes;
}

async function upload(
  needs: Needs,
  tally: AuditTally,
  request: Request,
  most: UploadLimits,
): Promise<Answer> {
  const session = await readSession(needs.database, sessionTokenOf(request.headers, needs.publicUrl));
  const refusal = refusalFor(session, "imports.run") ?? requestFault(needs, request, most.fileBytesMax);
  if (session && refusal?.status === 403) void noteRefusal(tally, session, "imports.run");
  if (refusal || !session) return refusal ?? refused(401, "Please sign in to continue.");
  const tenantId = session.tenant.id;
  const fileName = fileNameOf(request);
  const kind = new URL(request.url).searchParams.get("kind") === "opt-outs" ? "opt-outs" : "contacts";
  const createdBy = session.userId;
  const { limits, begun } = await needs.database.asTenant(tenantId, async (tx) => {
    const { uploadBytesPerDay } = await readLimits(tx, tenantId);
    const bytesPerDay = Math.min(most.bytesPerDay, uploadBytesPerDay ?? most.bytesPerDay);
    const limits = { ...most, bytesPerDay };
    return { limits, begun: await createImportWithin(tx, tenantId, limits, { fileName, createdBy, kind }) };
  });
  if (begun === "too-many-open") return refused(429, tooManyOpen(limits));
  if (begun === "day-is-full") return refused(429, dayIsFull(limits));
  const importId = begun.id;
  let kept = false;
  try {
    const answer = await store(
      needs,
      session,
      {
        importId,
        kind,
        limits,
        ...begun,
        sheet: new URL(request.url).searchParams.get("sheet") ?? undefined,
      },
      request.body ?? emptyBody(),
    );
    kept = answer.status === 201;
    return answer;
  } catch (error) {
    if (!request.signal.aborted) throw error;
    return refused(400, "The upload was interrupted. Check the connection and upload the file again.");
  } finally {
    if (!kept) await needs.database.asTenant(tenantId, (tx) => discardUpload(tx, tenantId, importId));
  }
}

async function store(
  { database }: Needs,
  { tenant: { id: tenantId, country } }: Session,
  {
    importId,
    kind,
    limits,
    bytesLeft,
    sheet,
  }: {
    importId: string;
    kind: FileHead["kind"];
    limits: UploadLimits;
    bytesLeft: number;
    sheet: string | undefined;
  },
  body: ReadableStream<Uint8Array>,
): Promise<Answer> {
  const maxBytes = Math.min(limits.fileBytesMax, bytesLeft);
  const received = await receiveUpload({ database, tenantId, importId, maxBytes, sheet }, body);
  if (!received.ok && received.reason === "unreadable") return refused(400, received.sentence);
  if (!received.ok && received.reason === "sheets") return chooseSheet(received.sheets);
  if (!received.ok)
    return maxBytes < limits.fileBytesMax
      ? refused(429, dayIsFull(limits))
      : refused(413, tooLarge(limits.fileBytesMax));
  const { head, sizeBytes, likelyEncoding } = received;
  const whole = sizeBytes === head.length;
  const file = inspectFile({ bytes: head, whole, likelyEncoding, country, kind });
  if (!file.ok) return refused(400, file.sentence);
  const { encoding, delimiter, header, hasHeader, rows } = file;
  const layout = { ...file.layout, ...received.origin };
  const sample = rows.slice(0, SAMPLE_ROWS).map(({ cells }) => cells.map((cell) => cell.slice(0, 500)));
  const upload = { sizeBytes, encoding, delimiter, layout, header, hasHeader, sample };
  const isWithin = await database.asTenant(tenantId, (tx) =>
    finishUploadWithin(tx, tenantId, limits, importId, upload),
  );
  if (!isWithin) return refused(429, dayIsFull(limits));
  return { status: 201, body: { id: importId } };
}

function requestFault({ publicUrl }: Needs, request: Request, maxBytes: number): Refused | null {
  const fault = uploadFault(request, publicUrl, maxBytes);
  if (fault)
    return fault.status === 413 ? refused(413, tooLarge(maxBytes)) : refused(fault.status, fault.error);
  const name = fileNameOf(request);
  return ENDINGS.test(name) ? null : refused(415, wrongEnding(name));
}

function refusalFor(session: Session | null, action: Action): Refused | null {
  const refusal = guardRefusal(session, action);
  return refusal && refused(refusal.status, refusal.error);
}

const tooLarge = (maxBytes: number) =>
  `The file is larger than ${sizeInWords(maxBytes)}. Split it into smaller files and upload them one after the other.`;

const tooManyOpen = ({ openMax }: UploadLimits) =>
  `Your organisation is uploading ${openMax} files already. Wait until one of them is done, then upload this one.`;

const dayIsFull = ({ bytesPerDay }: UploadLimits) =>
  `Your organisation may upload ${sizeInWords(bytesPerDay)} in 24 hours, and this would be more. Upload the file tomorrow, or only the rows that changed.`;

const chooseSheet = (sheets: string[]): Refused => ({
  status: 409,
  body: {
    error:
      sheets.length === 0
        ? "The workbook has no sheet with rows. Choose another file."
        : `The workbook has ${sheets.length} sheets: choose the one with the contacts.`,
    sheets,
  },
});

/** Kinds of files that people try, and what to do with them. */
const OTHER_KINDS: readonly [endings: RegExp, sentence: string][] = [
  [/\.(xls|xlsb|xlt)$/i, "This is an old or binary Excel workbook. In Excel, save it as .xlsx."],
  [
    /\.(ods|fods|numbers|gsheet|sxc)$/i,
    "This is another program's spreadsheet. Save or download it as .xlsx or CSV.",
  ],
  [/\.(zip|gz|rar|7z|tar|tgz)$/i, "This is an archive. Unpack it and upload the file inside."],
  [/\.pdf$/i, "A PDF has no table that can be read. Ask for the list as a spreadsheet."],
  [
    /\.(docx?|rtf|odt|pages|pptx?)$/i,
    "This is a text document. Copy its table into a spreadsheet and save that as .xlsx.",
  ],
  [
    /\.(png|jpe?g|gif|heic|webp|tiff?|bmp|svg)$/i,
    "This is a picture. Type its numbers into a spreadsheet and save that as .xlsx.",
  ],
  [/\.(json|xml|html?|ya?ml|sql|mdb|accdb|db|sqlite)$/i, "This is data of another kind. Export it as CSV."],
];

function wrongEnding(name: string): string {
  const known = OTHER_KINDS.find(([endings]) => endings.test(name));
  const end = "The name must end in .csv, .tsv, .txt, .xlsx or .vcf.";
  return known
    ? `${known[1]} ${end}`
    : `${end} In your spreadsheet, save the file as .xlsx or "CSV UTF-8" and upload that.`;
}

async function rejections(
  { database, publicUrl }: Needs,
  tally: AuditTally,
  headers: Headers,
  importId: string,
  format: FileFormat,
): Promise<Response> {
  const session = await readSession(database, sessionTokenOf(headers, publicUrl));
  // The file has the numbers that could not be read, as they were: nothing in it could be masked.
  const refusal = refusalFor(session, "contacts.export") ?? refusalFor(session, "phoneNumbers.read");
  if (session && refusal?.status === 403) void noteRefusal(tally, session, "imports.rejections");
  if (refusal || !session) return Response.json(refusal?.body ?? null, { status: refusal?.status ?? 401 });
  const tenantId = session.tenant.id;
  const record = UUID.test(importId)
    ? await database.asTenant(tenantId, (tx) => findImport(tx, tenantId, importId))
    : null;
  if (!record) {
    const error = "This import does not exist, or was removed. Go back to the list and choose another.";
    return Response.json({ error }, { status: 404 });
  }
  await noteDownload(tally, session, importId);
  return rejectionsFile(database, tenantId, { ...record, id: importId }, format);
}

/**
 * The audit log records who downloaded people's numbers. Downloads of the same file within a minute are counted in one
 * entry.
 */
function noteDownload(tally: AuditTally, { userId, tenant }: Session, importId: string): Promise<void> {
  return tally({
    action: "import.export",
    key: `${tenant.id}/${userId}/${importId}`,
    note: () => ({
      ...{ tenantId: tenant.id, actorId: userId, action: "import.export" },
      ...{ objectKind: "import", objectId: importId },
    }),
  });
}
