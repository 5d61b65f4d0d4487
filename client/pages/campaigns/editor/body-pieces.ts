/** A part of the message: plain text, a merge field, or a character that raises the cost. */
export type Piece = { text: string; kind: "plain" | "field" | "costly" };

type Costly = { char: string; index: number };

/** Splits the body where its colour changes. The pieces joined are the body. */
export function piecesOf(body: string, costly: readonly Costly[]): Piece[] {
  const pieces: Piece[] = [];
  const costlyAt = new Map(costly.map((character) => [character.index, character.char]));
  const push = (text: string, kind: Piece["kind"]) => {
    const last = pieces.at(-1);
    if (last && last.kind === kind && kind === "plain") last.text += text;
    else if (text !== "") pieces.push({ text, kind });
  };
  for (let at = 0; at < body.length; ) {
    const field = /^\{\{[^{}]*\}\}/.exec(body.slice(at))?.[0];
    const character = costlyAt.get(at);
    if (character) push(character, "costly");
    else if (field) push(field, "field");
    else push(body.slice(at, at + 1), "plain");
    at += character?.length ?? field?.length ?? 1;
  }
  return pieces;
}

/** Returns each costly character once, with how often it occurs. */
export function groupCostly<T extends { char: string; suggestion: string | null }>(
  costly: readonly T[],
): { char: string; suggestion: string | null; times: number }[] {
  const groups = new Map<string, { char: string; suggestion: string | null; times: number }>();
  for (const { char, suggestion } of costly) {
    const group = groups.get(char) ?? { char, suggestion, times: 0 };
    group.times++;
    groups.set(char, group);
  }
  return [...groups.values()];
}

/** Replaces the selection with `insert`. Returns the new body and the place of the caret. */
export function insertAt(
  body: string,
  from: number,
  to: number,
  insert: string,
): { body: string; caret: number } {
  return { body: body.slice(0, from) + insert + body.slice(to), caret: from + insert.length };
}
