import { open } from "node:fs/promises";
import { connect } from "node:net";
import { hostname } from "node:os";
import { headLine } from "@smscrm/db/audit/head-copy";
import type { SignedHead } from "@smscrm/db/audit/head-signature";
import type { CopyPlace } from "./environment.ts";

/** Less than a worker's stop may take, and than a transaction may wait. */
const LIMIT_MS = 5_000;

/** Writes heads to a place, in order. Fails unless all of them were taken within the limit. */
export async function writeHeads(
  place: CopyPlace,
  heads: readonly SignedHead[],
  limitMs: number = LIMIT_MS,
): Promise<void> {
  if (place.kind === "file") await appendLines(place.path, heads.map(headLine));
  else await sendMessages(place, heads.map(syslogMessage), limitMs);
}

/** The file is only ever appended to, so the operator can forbid all else (`chattr +a`). */
async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, "a+", 0o640);
  try {
    const { size } = await file.stat();
    // A disk that was full may have kept a part of a line: it must not swallow the next one.
    const isCut = size > 0 && (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== 0x0a;
    await file.appendFile(`${isCut ? "\n" : ""}${lines.join("\n")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** RFC 5424: facility 13 (log audit), severity 5 (notice). The time is the signature's, so that a repeat is the same. */
function syslogMessage(head: SignedHead): string {
  const host = hostname().replace(/[^!-~]/g, "") || "-";
  return `<109>1 ${head.signedAt.toISOString()} ${host} smscrm - audit-head - ${headLine(head)}`;
}

/**
 * Sends messages over one TCP connection, each with its length before it (RFC 6587). TCP acknowledges no message, so
 * the server's end of the connection, after ours, is taken for its word that it read everything.
 */
function sendMessages(
  { host, port }: { host: string; port: number },
  messages: readonly string[],
  limitMs: number,
): Promise<void> {
  const framed = messages.map((message) => `${Buffer.byteLength(message)} ${message}`).join("");
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (problem: string) => {
      socket.destroy();
      reject(new Error(`${host}:${port} ${problem}`));
    };
    const limit = setTimeout(() => fail(`did not take the heads within ${limitMs} ms`), limitMs);
    socket.once("connect", () => socket.end(framed));
    socket.once("error", ({ message }) => fail(`can't be written to: ${message}`));
    socket.once("close", (hadError) => {
      clearTimeout(limit);
      if (hadError) return;
      if (socket.writableFinished) resolve();
      else fail("closed the connection before it took the heads");
    });
    socket.resume();
  });
}
