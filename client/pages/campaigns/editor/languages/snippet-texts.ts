import { SNIPPET_PREFIX, type SnippetText, withSnippets } from "@smscrm/core/text/snippets";
import { snippetsQuery } from "../../../../data/campaigns/snippets.ts";
import { mergeFieldsQuery } from "../../../../data/campaigns.ts";
import { useQuery } from "../../../../data/transport/use-query.ts";

/** Returns what a text may name, and a function that puts the snippets for everyone in its place. */
export function useTextParts() {
  const snippets = useQuery(snippetsQuery);
  const mergeFields = useQuery(mergeFieldsQuery);
  const list = (): SnippetText[] =>
    snippets.isSuccess
      ? snippets.data.flatMap(({ name, texts }) => texts.map((text) => ({ name, ...text })))
      : [];
  return {
    /** The tenant's own merge fields, then its snippets. */
    names: (): string[] => [
      ...(mergeFields.isSuccess ? mergeFields.data : []),
      ...(snippets.isSuccess ? snippets.data.map(({ name }) => `${SNIPPET_PREFIX}${name}`) : []),
    ],
    /** Whether unknown names can be told from known ones. */
    isKnown: (): boolean => mergeFields.isSuccess && snippets.isSuccess,
    expanded: (body: string, language: string): string =>
      withSnippets(body, list(), { country: null, language }),
  };
}
