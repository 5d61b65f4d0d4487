const REPLIES_MAX = 10;

/** What an application's answer to an inbound text requests: texts to send, or Twilio's error. */
export interface TwimlResult {
  replies: string[];
  /** Twilio's debugger code, if the answer could not be used. */
  errorCode: number | null;
}

/**
 * Reads `<Response><Message>…</Message></Response>`: at most ten messages (14109), XML content type (12300). An empty
 * answer is valid and sends nothing.
 */
export function readTwiml(contentType: string, body: string): TwimlResult {
  const text = body.trim();
  if (text === "") return { replies: [], errorCode: null };
  if (/text\/plain/.test(contentType)) return { replies: [text], errorCode: null };
  if (!/(text|application)\/xml/.test(contentType)) return { replies: [], errorCode: 12300 };
  const inner = responseBody(text);
  if (inner === null) return { replies: [], errorCode: 12100 };
  const replies = [...inner.matchAll(/<Message\b[^>]*?(?:\/>|>([\s\S]*?)<\/Message>)/g)]
    .map((match) => messageText(match[1] ?? ""))
    .filter((reply) => reply !== "");
  if (replies.length > REPLIES_MAX) return { replies: replies.slice(0, REPLIES_MAX), errorCode: 14109 };
  return { replies, errorCode: null };
}

function responseBody(text: string): string | null {
  const document = text.replace(/<!--[\s\S]*?-->/g, "").replace(/^<\?xml[^>]*\?>\s*/, "");
  if (/^<Response\b[^>]*\/>\s*$/.test(document)) return "";
  return /^<Response\b[^>]*>([\s\S]*)<\/Response>\s*$/.exec(document)?.[1] ?? null;
}

function messageText(inner: string): string {
  const body = /<Body\b[^>]*>([\s\S]*?)<\/Body>/.exec(inner)?.[1] ?? inner;
  // CDATA is taken literally; entities outside it are decoded.
  return body
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>)/)
    .map((part) =>
      part.startsWith("<![CDATA[") ? part.slice(9, -3) : unescapeXml(part.replace(/<[^>]*>/g, "")),
    )
    .join("")
    .trim();
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
    const codePoint = /^#x/i.test(name)
      ? Number.parseInt(name.slice(2), 16)
      : Number.parseInt(name.slice(1), 10);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
  });
}
