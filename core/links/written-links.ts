import { counted } from "../text/counted.ts";
import type { Template } from "../text/template.ts";
import { parseTemplate } from "../text/template.ts";
import { destinationFault, destinationOf } from "./destination.ts";
import { LINK_CODE_LENGTH, linkAddress, RECIPIENT_FIELD, type ShortLink } from "./short-link.ts";

/** More destinations than anybody puts into a text. */
export const LINKS_MAX = 5;

/** A link in a part of a text: what the author wrote, without the sign that ends the sentence. */
interface WrittenLink {
  written: string;
  index: number;
}

const WRITTEN = /(?<![\p{L}\p{N}])https:\/\/[^\s<>"“”«»]+/giu;

/** Returns the links of a piece of text in order. */
function linksIn(text: string): WrittenLink[] {
  return [...text.matchAll(WRITTEN)].map((match) => ({ written: withoutEnd(match[0]), index: match.index }));
}

/** Takes off what ends a sentence. A bracket that was opened in the link stays. */
function withoutEnd(link: string): string {
  let end = link.length;
  while (/[.,;:!?'’)\]}…]/u.test(link[end - 1]!)) {
    const kept = link.slice(0, end);
    if (kept.endsWith(")") && kept.split("(").length >= kept.split(")").length) break;
    end -= 1;
  }
  return link.slice(0, end);
}

/** Returns the destinations of a text, each once, in order. */
export function destinationsIn(body: string): string[] {
  const links = parseTemplate(body).parts.flatMap((part) => (typeof part === "string" ? linksIn(part) : []));
  return [...new Set(links.flatMap(({ written }) => destinationOf(written) ?? []))];
}

/**
 * Returns the template with short links in the place of the destinations that have one. Each ends in the field
 * `RECIPIENT_FIELD`, so that every recipient gets their own. Other links stay as they are written.
 */
export function withShortLinks(template: Template, links: readonly ShortLink[]): Template {
  const addresses = new Map(links.map(({ url, address }) => [url, address]));
  const recipient = { name: RECIPIENT_FIELD };
  const parts = template.parts.flatMap((part) => {
    if (typeof part !== "string") return [part];
    const made: (string | { name: string })[] = [];
    let from = 0;
    for (const { written, index } of linksIn(part)) {
      const url = destinationOf(written);
      const address = url === null ? undefined : addresses.get(url);
      if (address === undefined) continue;
      made.push(part.slice(from, index) + address, recipient);
      from = index + written.length;
    }
    return from < part.length ? [...made, part.slice(from)] : made;
  });
  return { ...template, parts, fields: parts.filter((part) => typeof part !== "string") };
}

/** Returns a text in whose links' places anything may stand: what its messages may have become. */
export const withAnyLinks = (body: string): Template =>
  withShortLinks(
    parseTemplate(body),
    destinationsIn(body).map((url) => ({ url, address: "" })),
  );

/** Returns short links that lead nowhere, as long as the real ones: for previews, costs and forecasts. */
export const exampleShortLinks = (body: string, base: string): ShortLink[] =>
  destinationsIn(body).map((url) => ({ url, address: linkAddress(base, "x".repeat(LINK_CODE_LENGTH)) }));

/**
 * Returns what stands against shortening the links of a text, each a sentence that says what to do. `allowedHosts`: those
 * of the organisation; null: not known here, so that hosts are not checked.
 */
export function linkFaults(body: string, allowedHosts: readonly string[] | null): string[] {
  const { parts } = parseTemplate(body);
  const faults = new Set<string>();
  parts.forEach((part, at) => {
    if (typeof part !== "string") return;
    for (const { written, index } of linksIn(part)) {
      if (index + written.length === part.length && typeof parts[at + 1] === "object")
        faults.add(
          `A short link can't contain a merge field: write a space after “${written}”, or turn short links off.`,
        );
      else {
        const fault = destinationFault(written, allowedHosts);
        if (fault) faults.add(fault);
      }
    }
  });
  const count = destinationsIn(body).length;
  if (count > LINKS_MAX)
    faults.add(
      `A text can have at most ${LINKS_MAX} short links: remove ${counted(count - LINKS_MAX, "link")}.`,
    );
  return [...faults];
}
