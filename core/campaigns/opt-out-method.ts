import { OPT_OUT_FIELD } from "../text/opt-out-link.ts";
import { parseTemplate } from "../text/template.ts";

/** A number to text or to call. */
export const NUMBER =
  /\+\d[\d ()-]{6,}|\b0[\d ()-]{7,}|\b1[38]00[\d ()-]{6,}|\b13 ?\d\d ?\d\d\b|\b36\d{3}\b/u;
/** Words that say how to opt out, in the languages of the opt-out page. */
export const OPT_OUT =
  /\b(?:stop|unsubscribe|unsub|opt[ -]?out|arr[eê]t|d[ée]sabonn\w*|abmelden|abbestellen|baja|cancelar|disiscri\w*|annulla\w*|afmelden|uitschrijven|sair)(?!\p{L})/iu;
/** A full stop with a space behind it ends a sentence; those of "1.5" and "acme.example" don't. */
const SENTENCE_ENDS = /[.!?;\n]+(?=\s|$)|\n/u;

/**
 * Whether the text offers an opt-out method other than a reply: the recipient's own opt-out link, or a sentence that says
 * how to opt out and names a number. Another link is none, because nobody knows where it leads, and a number in another
 * sentence may be for orders.
 */
export function offersOptOutMethod(text: string): boolean {
  if (parseTemplate(text).fields.some(({ name }) => name === OPT_OUT_FIELD)) return true;
  return text.split(SENTENCE_ENDS).some((sentence) => OPT_OUT.test(sentence) && NUMBER.test(sentence));
}
