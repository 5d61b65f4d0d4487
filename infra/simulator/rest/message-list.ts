import type { Message } from "../messages/message.ts";
import type { MessageStore } from "../messages/message-store.ts";
import { normaliseNumber } from "../messages/phone-numbers.ts";
import { messageJson } from "./message-json.ts";

const DEFAULT_PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 1000;
const DAY_MS = 86_400_000;
const FILTER_NAMES = ["To", "From", "DateSent", "DateSent<", "DateSent>"] as const;

/**
 * Answers `GET …/Messages.json`: newest first, with the filters To, From, DateSent, `DateSent<`, `DateSent>` (a day,
 * or a time as the SDK sends it), in pages by PageSize and the PageToken of `next_page_uri`.
 */
export function listMessages(
  store: MessageStore,
  query: URLSearchParams,
  accountSid: string,
): Record<string, unknown> {
  const pageSize = pageSizeOf(query.get("PageSize"));
  const page = Math.max(0, Number.parseInt(query.get("Page") ?? "0", 10) || 0);
  const token = query.get("PageToken");
  const { found, more } = takePage(store, query, token, token === null ? page * pageSize : 0, pageSize);
  const collection = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const uri = (at: number, after?: string) => `${collection}?${pageQuery(query, pageSize, at, after)}`;
  const last = found.at(-1);
  return {
    messages: found.map((message) => messageJson(message, accountSid)),
    first_page_uri: uri(0),
    next_page_uri: more && last !== undefined ? uri(page + 1, `PA${last.sid}`) : null,
    previous_page_uri: page > 0 ? uri(page - 1) : null,
    page,
    page_size: pageSize,
    start: page * pageSize,
    end: page * pageSize + Math.max(0, found.length - 1),
    uri: uri(page, token ?? undefined),
  };
}

function takePage(
  store: MessageStore,
  query: URLSearchParams,
  token: string | null,
  skip: number,
  size: number,
) {
  const to = query.get("To");
  const matches = filterOf(query);
  const found: Message[] = [];
  let passedToken = token === null;
  let toSkip = skip;
  for (const message of store.newestFirst(to ? normaliseNumber(to) : undefined)) {
    if (!passedToken) passedToken = `PA${message.sid}` === token;
    else if (matches(message)) {
      if (toSkip > 0) toSkip -= 1;
      else if (found.length === size) return { found, more: true };
      else found.push(message);
    }
  }
  return { found, more: false };
}

function filterOf(query: URLSearchParams): (message: Message) => boolean {
  const from = query.get("From");
  const sender = from ? normaliseNumber(from) : null;
  const on = momentRange(query.get("DateSent"));
  const before = momentRange(query.get("DateSent<"));
  const after = momentRange(query.get("DateSent>"));
  return (message) => {
    if (sender !== null && message.from !== sender && message.from !== from) return false;
    if (on === null && before === null && after === null) return true;
    const sentAt = message.sentAt;
    if (sentAt === null) return false;
    if (on !== null && (sentAt < on.first || sentAt > on.last)) return false;
    return (before === null || sentAt <= before.last) && (after === null || sentAt >= after.first);
  };
}

/** Reads a day as its whole 24 hours, and a time as its second. Both ends are included, as in Twilio's `<=` and `>=`. */
function momentRange(text: string | null): { first: number; last: number } | null {
  if (text === null || text === "") return null;
  const first = Date.parse(text);
  if (Number.isNaN(first)) return null;
  return { first, last: first + (/^\d{4}-\d{2}-\d{2}$/.test(text) ? DAY_MS : 1000) - 1 };
}

function pageSizeOf(text: string | null): number {
  const size = Number.parseInt(text ?? "", 10);
  return Number.isNaN(size) || size < 1 ? DEFAULT_PAGE_SIZE : Math.min(size, PAGE_SIZE_MAX);
}

function pageQuery(query: URLSearchParams, pageSize: number, page: number, token?: string): string {
  const next = new URLSearchParams();
  for (const name of FILTER_NAMES) {
    const value = query.get(name);
    if (value !== null) next.set(name, value);
  }
  next.set("PageSize", String(pageSize));
  next.set("Page", String(page));
  if (token !== undefined) next.set("PageToken", token);
  return next.toString();
}
