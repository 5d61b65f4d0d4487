import type { MiddlewareHandler } from "hono";

/** The dashboard's inputs are about ten levels deep. Parsers, checks and the log take a step for each level. */
const DEPTH_MAX = 64;
/** The runtimes accept about this much of a request's head. */
const ADDRESS_BYTES_MAX = 32 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Whether a JSON text is nested deeper than that. It only counts brackets, so the text need not be valid. */
function isNestedDeeper(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (OPENING.has(code)) {
      depth++;
      if (depth > max) return true;
    } else if (CLOSING.has(code)) depth--;
  }
  return false;
}

const TOO_DEEP = `The input is nested too deep: at most ${DEPTH_MAX} levels are allowed.`;

/** Refuses inputs that no call of ours has, before anything parses them. The body's size is limited before this. */
export const inputLimits: MiddlewareHandler = async (c, next) => {
  if (c.req.url.length > ADDRESS_BYTES_MAX) {
    return c.json(
      { error: `The address is longer than ${ADDRESS_BYTES_MAX / 1024} kB: send less at once.` },
      414,
    );
  }
  // An escape can't hide a bracket: `query` decodes the address once, like the parser.
  if (isNestedDeeper(c.req.query("input") ?? "", DEPTH_MAX)) return c.json({ error: TOO_DEEP }, 400);
  if (c.req.raw.body !== null) {
    const text = await c.req.raw.text();
    if (isNestedDeeper(text, DEPTH_MAX)) return c.json({ error: TOO_DEEP }, 400);
    c.req.raw = new Request(c.req.raw.url, {
      method: c.req.raw.method,
      headers: c.req.raw.headers,
      signal: c.req.raw.signal,
      body: text,
    });
  }
  return next();
};
