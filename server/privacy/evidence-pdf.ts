import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { OptOutEvidence } from "@smscrm/core/privacy/opt-out-evidence";
import type { PersonData, Row } from "@smscrm/db/privacy/person-data";
import PDFDocument from "pdfkit";
import { unpackWoff } from "./woff.ts";

/** What the document says beside the person's data. */
export interface EvidenceAbout {
  tenant: { id: string; name: string; timezone: string };
  createdAt: string;
  createdBy: string;
  keyId: string;
  optOuts: readonly OptOutEvidence[];
}

/** GNU Unifont has a glyph for every character of the Basic Multilingual Plane, so that a name in any script can be read. */
const UNIFONT = "@fontsource/unifont/files/unifont-latin-400-normal.woff";
let unifont: Buffer | null = null;
function wideFont(): Buffer {
  unifont ??= unpackWoff(readFileSync(createRequire(import.meta.url).resolve(UNIFONT)));
  return unifont;
}

/** What the PDF's own fonts can show (ISO 8859-1). */
const NARROW = /^[\n\x20-\x7e\u00a0-\u00ff]*$/;

/** Returns the pack's document to read. All that it says is in `evidence.json`, too. */
export async function evidencePdf(data: PersonData, about: EvidenceAbout): Promise<Buffer> {
  const doc = new PDFDocument({
    size: "A4",
    margin: 48,
    info: { Title: "Evidence pack", CreationDate: new Date(about.createdAt) },
  });
  const parts: Buffer[] = [];
  doc.on("data", (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve) => doc.on("end", () => resolve()));
  doc.registerFont("wide", wideFont());
  write(doc, data, about);
  doc.end();
  await ended;
  return Buffer.concat(parts);
}

function write(doc: PDFKit.PDFDocument, data: PersonData, about: EvidenceAbout): void {
  const say = (text: string, { size = 9, bold = false, color = "#1a1a1a" } = {}) => {
    const font = NARROW.test(text) ? (bold ? "Helvetica-Bold" : "Helvetica") : "wide";
    doc.font(font).fontSize(size).fillColor(color).text(text);
  };
  const under = (text: string) => say(text, { size: 8, color: "#555555" });
  const head = (text: string) => {
    doc.moveDown();
    say(text, { size: 13, bold: true });
    doc.moveDown(0.3);
  };
  const none = (rows: readonly unknown[], text: string) => rows.length === 0 && say(text);

  const { contact } = data;
  const name = [contact?.first_name, contact?.last_name].filter(Boolean).join(" ");
  say(`Evidence about ${data.phone}`, { size: 18, bold: true });
  if (name) say(name, { size: 12 });
  under(
    `${about.tenant.name} (${about.tenant.id}), made ${about.createdAt} by ${about.createdBy}. Times are UTC.`,
  );
  under(
    `All of this is in evidence.json. The pack is signed by the key ${about.keyId}: check it with pnpm verify-evidence.`,
  );

  head("Consent");
  none(data.consents, "No consent is recorded.");
  for (const one of data.consents) {
    say(`${one.created_at}  ${one.basis}`, { bold: true });
    say(`Source: ${one.source}${one.recorded_by_name ? `, recorded by ${one.recorded_by_name}` : ""}`);
    if (one.expires_at) say(`Expires: ${one.expires_at}`);
    under(words(one.evidence));
  }

  head("Opt-outs");
  if (data.doNotContact)
    say(
      `On the do-not-contact list since ${data.doNotContact.created_at}. Source: ${data.doNotContact.source}`,
    );
  none(about.optOuts, "The person sent no opt-out.");
  for (const one of about.optOuts) {
    say(`${one.at}  ${one.text}`, { bold: true });
    const last = one.lastMessageBefore;
    say(last ? `Last message before it: ${last.at} (${last.id})` : "No message before it.");
    say(`Messages after it: ${one.messagesAfter.length}`);
    for (const after of one.messagesAfter) under(`${after.at} (${after.id})`);
  }

  head("Messages");
  none(data.messages, "No message.");
  for (const message of data.messages) {
    const campaign = message.campaign as Row;
    say(
      `${message.sent_at ?? message.created_at}  ${message.status}${message.failure_reason ? `: ${message.failure_reason}` : ""}`,
      {
        bold: true,
      },
    );
    under(
      `${campaign.kind}: ${campaign.name}${campaign.launched_by ? `, launched by ${campaign.launched_by}` : ""}. Message ${message.id}`,
    );
    for (const attempt of message.attempts) {
      say(String(attempt.body));
      under(
        `From ${attempt.from_phone}, claimed ${attempt.claimed_at}, submitted ${attempt.handed_over_at ?? "never"}, ${attempt.carrier_status ?? attempt.state}, ${attempt.carrier_sid ?? "no carrier id"}`,
      );
    }
    if (message.verdict) under(`Checks: ${words(message.verdict)}`);
    doc.moveDown(0.4);
  }

  head("Replies");
  none(data.replies, "The person wrote nothing.");
  for (const reply of data.replies) {
    say(`${reply.created_at}  ${reply.kind}`, { bold: true });
    say(String(reply.body));
  }

  head("Who did what");
  none(data.audit, "No entry.");
  for (const entry of data.audit) {
    say(`${entry.at}  ${entry.action}  ${entry.actor ?? "the program"}`);
    under(`Entry ${entry.seq}, ${entry.hash}: ${words(entry.detail)}`);
  }
}

const words = (value: unknown): string => JSON.stringify(value);
