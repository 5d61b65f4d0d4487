/** Text as PostgreSQL can keep it: neither NUL nor half a character, each of which becomes U+FFFD. */
export function storableText(text: string): string {
  return text.replaceAll("\u0000", "\ufffd").toWellFormed();
}
