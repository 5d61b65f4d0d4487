import { within } from "@smscrm/db/postgres/within";
import type { MiddlewareHandler } from "hono";

/** The dashboard's inputs are about ten levels deep. Parsers, checks and the log take a step for each level. */
const DEPTH_MAX = 64;
/** The runtimes accept about this much of a request's head. */
const ADDRESS_BYTES_MAX = 32 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** The dashboard's largest input, the columns of a file, has some hundreds. A fault is found in each value that is wrong. */
const VALUES_MAX = 5_000;
/** A call has at most 256 kB. A slower sender must not keep it open. */
const BODY_LIMIT_MS = 20_000;

const COMMA = 0x2c;

/**
 * Returns why a JSON text is refused before it is parsed, or null. It only counts brackets and commas, so the text need
 * not be valid.
 */
function faultOf(text: string): string | null {
  let depth = 0;
  let commas = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (OPENING.has(code)) {
      depth++;
      if (depth > DEPTH_MAX) return TOO_DEEP;
    } else if (CLOSING.has(code)) depth--;
    else if (code === COMMA) {
      commas++;
      if (commas >= VALUES_MAX) return TOO_MANY_VALUES;
    }
  }
  return null;
}

const TOO_DEEP = `The input is nested too deep: at most ${DEPTH_MAX} levels are allowed.`;
const TOO_MANY_VALUES = `The input has more than ${VALUES_MAX.toLocaleString("en")} values. Send less at once.`;

/**
 * Reads the body of a call, whose size is limited before this. A slow sender waits here, before it has a place among
 * the requests in progress.
 */
export const receiveInput: MiddlewareHandler = async (c, next) => {
  if (c.req.url.length > ADDRESS_BYTES_MAX) {
    return c.json(
      { error: `The address is longer than ${ADDRESS_BYTES_MAX / 1024} kB: send less at once.` },
      414,
    );
  }
  if (c.req.raw.body === null) return next();
  const { method, headers, signal, url } = c.req.raw;
  let text: string;
  try {
    text = await within(BODY_LIMIT_MS, c.req.raw.text());
  } catch {
    const error = `The request did not arrive within ${BODY_LIMIT_MS / 1_000} s. Send it again.`;
    return c.json({ error }, 408, { connection: "close" });
  }
  c.set("input", text);
  c.req.raw = new Request(url, { method, headers, signal, body: text });
  return next();
};

/** Refuses inputs that no call of ours has, before anything parses them. */
export const inputLimits: MiddlewareHandler<{ Variables: { input?: string } }> = async (c, next) => {
  // An escape can't hide a bracket: `query` decodes the address once, like the parser.
  const fault = faultOf(c.req.query("input") ?? "") ?? faultOf(c.get("input") ?? "");
  return fault === null ? next() : c.json({ error: fault }, 400);
};
