import { optOutEvidence } from "@smscrm/core/privacy/opt-out-evidence";
import type { PersonData, Row } from "@smscrm/db/privacy/person-data";
import { csvLine } from "../http/csv-line.ts";
import type { SecretsKeys } from "../users/single-sign-on/sealed-secret.ts";
import { evidencePdf } from "./evidence-pdf.ts";
import { type PackSigner, packSignerOf, sealPack } from "./sealed-pack.ts";
import type { PackedFile } from "./zip.ts";

/** A pack as the answer to a call. */
export interface MadePack {
  fileName: string;
  /** A ZIP in base64. */
  zip: string;
}

interface PackOrder {
  tenant: { id: string; name: string; timezone: string };
  createdBy: string;
  signer: PackSigner;
}

/** Returns what signs packs, or null without SECRETS_KEY. */
export const packSigner = (keys: SecretsKeys | null): PackSigner | null =>
  keys ? packSignerOf(keys.current) : null;

/** Returns a signed ZIP: the evidence about a person with a PDF to read, or all that is held with tables. */
export async function makePack(
  kind: "evidence" | "export",
  data: PersonData,
  { tenant: { id, name, timezone }, createdBy, signer }: PackOrder,
): Promise<MadePack> {
  const tenant = { id, name, timezone };
  const createdAt = new Date().toISOString();
  const optOuts = optOutEvidence({
    replies: data.replies.map(({ kind: reply, created_at, body }) => ({
      ...{ kind: String(reply), at: String(created_at), body: String(body) },
    })),
    consents: data.consents.map(({ basis, source, created_at }) => ({
      ...{ basis: String(basis), source: String(source), at: String(created_at) },
    })),
    messages: data.messages.flatMap(({ id: messageId, attempts }) =>
      attempts.flatMap(({ handed_over_at: at }) => (at ? [{ id: String(messageId), at: String(at) }] : [])),
    ),
  });
  const about = { tenant, createdAt, createdBy, keyId: signer.keyId, optOuts };
  const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const { webhooks: _, rejectedRows: __, carrierFindings: ___, restoreDifferences: ____, ...evidence } = data;
  const files: PackedFile[] =
    kind === "evidence"
      ? [
          { name: "evidence.pdf", data: await evidencePdf(data, about) },
          { name: "evidence.json", data: json({ tenant, createdAt, createdBy, optOuts, ...evidence }) },
        ]
      : [
          { name: "summary.txt", data: Buffer.from(summary(data, about)) },
          { name: "data.json", data: json({ tenant, createdAt, ...data }) },
          ...(["messages", "replies", "consents"] as const).map((table) => ({
            name: `${table}.csv`,
            data: Buffer.from(csvOf(data[table])),
          })),
        ];
  const zip = sealPack(files, { kind, createdAt, tenant: { id, name } }, signer);
  return { fileName: `${kind}-${createdAt.slice(0, 10)}.zip`, zip: zip.toString("base64") };
}

/** A table with a column for each field that any row has. Nested values are JSON. */
function csvOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown) =>
    value === null || value === undefined
      ? ""
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
  return [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))].map(csvLine).join("");
}

function summary(data: PersonData, about: { tenant: { name: string }; createdAt: string }): string {
  const { contact } = data;
  const fields = Object.entries(contact ?? {}).filter(([, value]) => value !== null && value !== "");
  const lines = [
    `What ${about.tenant.name} holds about ${data.phone}, as of ${about.createdAt}`,
    "",
    ...(contact
      ? [
          "Contact",
          ...fields.map(
            ([field, value]) => `  ${field}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
          ),
        ]
      : ["There is no contact with this number."]),
    data.doNotContact
      ? `On the do-not-contact list since ${data.doNotContact.created_at}`
      : "Not on the do-not-contact list",
    "",
    ...Object.entries(data).flatMap(([kind, rows]) =>
      Array.isArray(rows) ? [`${kind}: ${rows.length}`] : [],
    ),
    "",
    "data.json has all of it as it is stored. The CSV files have messages, replies and consents as tables.",
  ];
  return `${lines.join("\n")}\n`;
}
