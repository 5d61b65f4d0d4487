/** A member of the organisation. */
interface Named {
  id: string;
  name: string;
}

/**
 * Returns the ids of the members whom a note names as "@Ann Lee". Of "@Ann" and "@Ann Lee" the longer one counts. Two
 * members with one name are both meant, so that neither misses it.
 */
export function mentionedIn(note: string, members: readonly Named[]): string[] {
  const text = plain(note);
  const found = new Set<string>();
  const byLength = members
    .map(({ id, name }) => ({ id, name: plain(name) }))
    .filter(({ name }) => name !== "")
    .toSorted((a, b) => b.name.length - a.name.length);
  for (const { index } of text.matchAll(/(?<![\p{L}\p{N}])@/gu)) {
    const after = text.slice(index + 1);
    const named = byLength.find(({ name }) => startsWithName(after, name))?.name;
    for (const member of byLength) if (member.name === named) found.add(member.id);
  }
  return [...found];
}

const plain = (text: string) => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();

const startsWithName = (text: string, name: string) =>
  text.startsWith(name) && !/^[\p{L}\p{N}]/u.test(text.slice(name.length));
