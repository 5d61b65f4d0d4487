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

/** A closing on its own line or at the end of one, and at most five words behind it. */
const SIGNATURE = new RegExp(
  `(?<=[\\n.!?,] ?)(?:${CLOSINGS})[,.!]?[ \\t]*\\n+[^\\p{L}\\n]{0,4}(?:[\\p{L}.'-]+[ \\t\\n]*){1,5}$`,
  "iu",
);

/** Takes the closing and the name under it from a text, because they say nothing: "Please stop.\nKind regards\nJan". */
export const withoutSignature = (text: string): string => (text.includes("\n") ? text.replace(SIGNATURE, "") : text);
