/** How letters end, in the languages whose people sign their texts. */
const CLOSINGS = [
  "(?:kind|best|warm|many)? ?(?:regards|wishes)|yours (?:sincerely|truly|faithfully)|sincerely|cheers",
  "mit freundlichen gr(?:ü|ue)(?:ß|ss)en|(?:viele|liebe|beste|freundliche|herzliche) gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg",
  "(?:bien )?cordialement|bien à vous|cdlt|(?:sincères )?salutations",
  "(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|atenciosamente|att|abraços?",
  "(?:cordiali|distinti) saluti|cordialmente|met vriendelijke groet(?:en)?|mvg|groet(?:en|jes)?",
  "(?:med )?vänliga hälsningar|(?:med )?v?ennlig hilsen|(?:med )?venlig hilsen|mvh|ystävällisin terveisin|terv(?:eisin)?",
  "pozdrawiam|z poważaniem|s pozdravem|с уважением|з повагою|с поздрав|saygılarımla|üdvözlettel|με εκτίμηση",
].join("|");

/** A closing on its own line or at the end of one, and at most four words with capital letters behind it. */
const CLOSING = new RegExp(`(?<=[\\n.!?,] ?)(?:${CLOSINGS})[,.!]?[ \\t]*\\n+`, "iu");
const NAME = /^[^\p{L}\n]{0,4}(?:\p{Lu}[\p{L}.'-]*\s*){1,4}$/u;

/** Returns a text without its closing and the name under it, and that name: "Please stop.\nKind regards\nJan". */
export function splitSignature(text: string): { body: string; name: string } {
  const closing = text.includes("\n") ? CLOSING.exec(text) : null;
  const name = closing === null ? "" : text.slice(closing.index + closing[0].length);
  return closing !== null && NAME.test(name)
    ? { body: text.slice(0, closing.index), name }
    : { body: text, name: "" };
}
