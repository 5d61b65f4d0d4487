import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { consentWords, sourceWords } from "@smscrm/core/explain/consent-words";
import { evidenceFacts } from "@smscrm/core/explain/evidence-facts";
import { describeStatus } from "@smscrm/core/explain/explain";
import type { CampaignKind } from "@smscrm/core/gates/message-facts";
import { hoursWords } from "@smscrm/core/platform/limits";
import type { OptOutEvidence } from "@smscrm/core/privacy/opt-out-evidence";
import type { RulesInForce } from "@smscrm/core/replay/sending-rules";
import type { SendJobStatus } from "@smscrm/core/send/send-job";
import type { PersonData, Row } from "@smscrm/db/privacy/person-data";
import PDFDocument from "pdfkit";
import { unpackWoff } from "./woff.ts";
import { isRightToLeft, writtenLines } from "./written-lines.ts";

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

/** What the PDF's own fonts can show: ISO 8859-1, and the quotation marks, dashes and signs of Windows-1252. */
const NARROW = /^[\n\x20-\x7e\u00a0-\u00ff\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac]*$/;
const MARGIN = 48;

/** Returns the pack's document to read. All that it says is in `evidence.json`, too. */
export async function evidencePdf(data: PersonData, about: EvidenceAbout): Promise<Buffer> {
  const doc = new PDFDocument({
    size: "A4",
    margin: MARGIN,
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
    doc.font(font).fontSize(size).fillColor(color);
    if (!isRightToLeft(text)) {
      doc.text(text);
      return;
    }
    const width = doc.page.width - 2 * MARGIN;
    for (const line of writtenLines(text, width, (one) => doc.widthOfString(one))) doc.text(line || " ");
  };
  const under = (text: string) => say(text, { size: 8, color: "#555555" });
  const head = (text: string) => {
    doc.moveDown();
    say(text, { size: 13, bold: true });
    doc.moveDown(0.3);
  };
  const item = (text: string) => say(text, { bold: true });
  const none = (rows: readonly unknown[], text: string) => rows.length === 0 && say(text);
  const { timezone } = about.tenant;
  const when = (at: unknown) => moment(at, timezone);

  const { contact } = data;
  const name = [contact?.first_name, contact?.last_name].filter(Boolean).join(" ");
  say(`Evidence about ${data.phone}`, { size: 18, bold: true });
  if (name) say(name, { size: 12 });
  if (data.otherNumbers.length > 0)
    say(`Other numbers: ${data.otherNumbers.map(({ phone_e164 }) => phone_e164).join(", ")}`);
  doc.moveDown(0.3);
  under(`${about.tenant.name}, made ${when(about.createdAt)} by ${about.createdBy}.`);
  under(`Times are in ${timezone}, the organisation’s zone, with their distance from UTC.`);
  under(
    `All of this is in evidence.json, in full. The key ${about.keyId} signed it: check it with pnpm verify-evidence.`,
  );

  head("Consent");
  none(data.consents, "No consent is recorded.");
  for (const one of data.consents) {
    item(`${when(one.created_at)}  ${consentWords(String(one.basis))}`);
    say(
      `Recorded from ${sourceWords(String(one.source))}${one.recorded_by_name ? `, by ${one.recorded_by_name}` : ""}`,
    );
    if (one.given_at) say(`Given ${when(one.given_at)}`);
    if (one.wording) say(`They agreed to: “${one.wording}”`);
    if (one.event) say(`From: ${one.event}${one.event_at ? ` on ${when(one.event_at)}` : ""}`);
    if (Array.isArray(one.purposes)) say(`Only for: ${[...one.purposes, ...topicsOf(one)].join(", ")}`);
    if (one.expires_at) say(`Ends ${when(one.expires_at)}`);
    under(facts(one.evidence, timezone));
    doc.moveDown(0.4);
  }

  head("Opt-outs");
  if (data.doNotContact)
    say(
      `On the do-not-contact list since ${when(data.doNotContact.created_at)}, from ${sourceWords(String(data.doNotContact.source))}.`,
    );
  none(about.optOuts, "The person did not opt out.");
  for (const one of about.optOuts) {
    item(`${when(one.at)}  ${one.by === "link" ? "Used the opt-out link of a text" : `Wrote: ${one.text}`}`);
    const last = one.lastMessageBefore;
    say(last ? `Last message before it: ${when(last.at)} (${last.id})` : "No message before it.");
    say(`Messages after it: ${one.messagesAfter.length === 0 ? "none" : one.messagesAfter.length}`);
    for (const after of one.messagesAfter) under(`${when(after.at)} (${after.id})`);
  }

  head("Messages");
  none(data.messages, "No message.");
  for (const message of data.messages) {
    const campaign = message.campaign as Row;
    const reason = message.failure_reason ?? message.hold_reason;
    item(
      `${when(message.sent_at ?? message.created_at)}  ${describeStatus(message.status as SendJobStatus, reason as string | null)}`,
    );
    under(
      `${kindWords(campaign)}${campaign.launched_by ? `, launched by ${campaign.launched_by}` : ""}. Message ${message.id}`,
    );
    for (const attempt of message.attempts) {
      say(String(attempt.body));
      under(
        `From ${attempt.from_phone}, approved ${when(attempt.claimed_at)}, ${attempt.handed_over_at ? `submitted ${when(attempt.handed_over_at)}` : "never submitted"}. The carrier says: ${attempt.carrier_status ?? attempt.state}, ${attempt.carrier_sid ?? "no carrier ID"}.`,
      );
    }
    const verdict = message.verdict as { looked?: unknown; facts?: Row } | null;
    if (verdict?.facts) under(rulesUsed(verdict.facts));
    if (verdict?.looked) under(`Checks: ${facts(verdict.looked, timezone)}`);
    doc.moveDown(0.6);
  }

  head("Sending rules in force");
  none(data.rules, "None is on record for these messages.");
  for (const version of data.rules) {
    item(`Version ${version.revision}, from ${when(version.from)}`);
    say(rulesWords(version.rules as RulesInForce));
  }
  under(
    "Beside them the law of the person’s country applied, and the campaign’s own hours: see evidence.json.",
  );

  head("Replies");
  none(data.replies, "The person wrote nothing.");
  for (const reply of data.replies) {
    item(`${when(reply.created_at)}  ${reply.kind === "none" ? "Text" : String(reply.kind)}`);
    say(String(reply.body));
  }

  head("Who did what");
  none(data.audit, "No entry.");
  for (const entry of data.audit) {
    say(
      `${when(entry.at)}  ${entry.action}  ${entry.actor ?? (byLink(entry) ? "the person" : "the program")}`,
    );
    under(`Entry ${entry.seq}, ${entry.hash}`);
    under(facts(entry.detail, timezone));
  }
}

/** Returns which version of the rules decided, and where the person was taken to be. */
function rulesUsed({ rules, zone, zoneSource }: Row): string {
  const place = zone
    ? `${zone} (${zoneSource ?? "unknown"})`
    : "unknown, so every zone of the country counted";
  return `Sending rules: version ${rules}. Their time zone: ${place}.`;
}

function rulesWords({
  quietHours,
  sendingHoursLimit,
  capPerDay,
  capPerWeek,
  timezone,
}: RulesInForce): string {
  const cap = (count: number | null, per: string) =>
    count === null ? [] : [`at most ${count} texts in ${per}`];
  return [
    `Texts go ${hoursWords(quietHours)} where the person is`,
    ...(sendingHoursLimit ? [`the platform’s limit is ${hoursWords(sendingHoursLimit)}`] : []),
    ...cap(capPerDay, "24 hours"),
    ...cap(capPerWeek, "7 days"),
    `the organisation’s zone is ${timezone}.`,
  ].join("; ");
}

const KINDS: ReadonlyMap<unknown, string> = new Map<CampaignKind, string>([
  ["campaign", "Campaign"],
  ["flow", "Step of a flow"],
  ["reply", "Reply"],
  ["test", "Test"],
  ["answer", "Automatic answer"],
  ["confirmation", "Confirmation of a sign-up"],
]);
const kindWords = ({ kind, name }: Row) => `${KINDS.get(kind) ?? kind}: ${name}`;

const byLink = ({ detail }: Row) => (detail as Row | null)?.by === "link";

const topicsOf = ({ topics }: Row): string[] =>
  Array.isArray(topics) ? topics.map((topic) => `topic ${topic}`) : [];

/** Returns "29 Nov 2026, 20:55:43 GMT+11", in the zone. */
function moment(at: unknown, timeZone: string): string {
  const date = new Date(String(at));
  if (Number.isNaN(date.getTime())) return String(at);
  const day = { day: "numeric", month: "short", year: "numeric" } as const;
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat("en-GB", { ...day, ...time, timeZone, timeZoneName: "shortOffset" }).format(
    date,
  );
}

/** Returns stored facts as words: "File: people.csv. Line: 2." What is empty is left out, and so is money. */
function facts(value: unknown, timezone: string): string {
  if (value === null || typeof value !== "object") return "";
  return evidenceFacts(value as Record<string, unknown>)
    .filter(({ value: words, micros }) => words !== "none" && micros === null)
    .map(({ term, value: words, at }) => `${term}: ${at === null ? words : moment(at, timezone)}.`)
    .join(" ");
}
