import table from "../../data/opt-out-sentences.json" with { type: "json" };
import type { SnippetText } from "../../text/snippets.ts";

/** The name of the snippet that a tenant begins with. */
export const OPT_OUT_SNIPPET = "opt_out";

/** The shipped sentences that say how to opt out, by country and language: the first texts of a tenant's own snippet. */
export const OPT_OUT_SENTENCES: readonly Omit<SnippetText, "name">[] = table.rows.map(
  ({ country, language, text }) => ({ country, language, body: text }),
);
