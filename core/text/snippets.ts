import { languageTag, widerTags } from "./language.ts";

/**
 * Snippets: named texts of the tenant that other texts contain as `{{snippet:signature}}`. A snippet has a text for everyone,
 * and may have others by country and by language. It contains no snippet, so there is no circle.
 */
export interface SnippetText {
  /** As `snippetName` writes it. */
  name: string;
  /** ISO 3166-1 alpha-2; empty: any country. */
  country: string;
  /** A language tag; empty: any language. */
  language: string;
  body: string;
}

export const SNIPPET_PREFIX = "snippet:";
const SNIPPET_NAME_MAX = 40;
export const SNIPPET_BODY_MAX = 500;

/**
 * The database has the same pattern in `snippet_names`, so spaces and cases are those of ASCII. What stands after the colon is
 * read to the end and trimmed then: a pattern with more choices takes seconds for a hostile text.
 */
const SNIPPET = /\{\{[ \t\r\n\f\v]*snippet[ \t\r\n\f\v]*:([^{}|]*)\}\}/gi;

/** Returns the canonical name of a snippet: `Opt out` and `opt-out` are `opt_out`. */
export const snippetName = (raw: string): string =>
  raw
    .replace(/^[ \t\r\n\f\v]+/u, "")
    .replace(/[ \t\r\n\f\v_-]+/gu, "_")
    .replace(/_$/u, "")
    .replace(/[A-Z]+/gu, (letters) => letters.toLowerCase());

/** Whether it can be the name of a snippet, in its canonical spelling. */
export const isSnippetName = (name: string): boolean =>
  name.length <= SNIPPET_NAME_MAX && /^[a-z0-9][a-z0-9_]*$/u.test(name);

/** Returns the names of the snippets in a text, each once, in order. */
export function snippetNames(body: string): string[] {
  return [...new Set([...body.matchAll(SNIPPET)].map(([, name]) => snippetName(name!)))];
}

/** For whom a snippet's text is chosen. */
export interface SnippetReader {
  /** ISO 3166-1 alpha-2; null: not known. */
  country: string | null;
  /** The language of the text around it; empty: not said. */
  language: string;
}

/**
 * Returns a text with its snippets in place. The law of a country comes before a language: of `FR` and `fr` the text for both,
 * then that for `FR`, then that for `fr`, then the one for everyone. An unknown snippet stays, as a field that nobody has.
 */
export function withSnippets(
  body: string,
  snippets: readonly SnippetText[],
  { country, language }: SnippetReader,
): string {
  if (snippets.length === 0) return body;
  const languages = [...(languageTag(language) === null ? [] : widerTags(language)), ""];
  return body.replace(SNIPPET, (written, raw: string) => {
    const name = snippetName(raw);
    const own = snippets.filter((one) => one.name === name);
    for (const place of country === null ? [""] : [country, ""])
      for (const tag of languages) {
        const found = own.find((one) => one.country === place && one.language === tag);
        if (found) return found.body;
      }
    return written;
  });
}
