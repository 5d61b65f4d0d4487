/** How long a question waits for its YES. */
export const OPT_IN_HOURS = 24;

/** Words that already mean something in a reply, in the carrier's list or in ours. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT OPTOUT REVOKE START UNSTOP YES Y NO N HELP INFO OK OKAY SI OUI JA SIM ARRET " +
    "BAJA STOPP"
  ).split(" "),
);

const KEYWORD = /^[\p{L}\p{N}]{2,20}$/u;

/** Returns the form in which keywords are stored and compared, such as "JOIN". A longer text is no keyword. */
export function keywordOf(text: string): string | null {
  const plain = text
    .normalize("NFKC")
    .trim()
    .replace(/^["'“”‘’(]+|["'“”‘’).!]+$/gu, "");
  const keyword = plain.toUpperCase();
  return KEYWORD.test(keyword) ? keyword : null;
}

/** Returns why a word can't be an opt-in keyword, or null. */
export function keywordFault(word: string): string | null {
  const keyword = keywordOf(word);
  if (keyword === null) return "A keyword is one word of 2 to 20 letters and digits, such as JOIN.";
  if (RESERVED.has(keyword)) return `${keyword} already means something in a reply. Choose another keyword.`;
  return null;
}

/** Whether a text says YES and nothing else. "Yes, but when?" is no consent. */
export function confirmsOptIn(text: string): boolean {
  return /^[\s"'“”‘’(]*(?:yes|y)[\s"'“”‘’).!👍]*$/iu.test(text);
}

/**
 * Returns what is wrong with the text that asks for the YES: it is the wording of the consent. Null: nothing. CTIA and 47
 * CFR 64.1200(f)(9) want to know who asks, for what, and how to stop; a consent is no condition of a purchase.
 */
export function questionFault(question: string): string | null {
  if (!/\byes\b/i.test(question))
    return 'Say how to agree, for example "Reply YES to get our offers by text".';
  if (!/\bstop\b/i.test(question)) return 'Say how to opt out, for example "Reply STOP to opt out".';
  return null;
}

/** How long the question of a sign-up form waits for its answer: it may have waited a night itself. */
export const SIGN_UP_HOURS = 48;

/** Where the link to confirm stands in the question of a form. */
const CONFIRM_LINK = "{{link}}";

/** The like of `questionFault` for a form, whose question may have a link instead of asking for a YES. */
export function signUpQuestionFault(question: string): string | null {
  const hasLink = question.includes(CONFIRM_LINK);
  if (question.replaceAll(CONFIRM_LINK, "").includes("{{"))
    return `Only ${CONFIRM_LINK} can stand in this text: it becomes the link to confirm.`;
  return questionFault(hasLink ? `${question} yes` : question);
}

/** Returns the text that asks a person to confirm. */
export const signUpQuestion = (question: string, link: string): string =>
  question.replaceAll(CONFIRM_LINK, link);
