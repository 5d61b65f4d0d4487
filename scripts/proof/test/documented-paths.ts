import { readdirSync } from "node:fs";
import path from "node:path";

/** A path in a document that does not exist. */
export interface BrokenPath {
  document: string;
  line: number;
  path: string;
}

/** All files and folders by their path from the root, without those that `.gitignore` names. */
export type Tree = ReadonlySet<string>;

/** Names of folders and files in `.gitignore`, at any depth. They exist on one machine and not on another. */
export type Ignored = ReadonlySet<string>;

/** Reads only plain names: `*.log` and the like are patterns, which no document's path is. */
export function readIgnored(gitignore: string): Ignored {
  const lines = gitignore.split("\n").map((line) => line.trim().replace(/^\/|\/$/g, ""));
  return new Set([".git", ...lines.filter((line) => /^[\w./-]+$/.test(line))]);
}

export function readTree(root: string, ignored: Ignored, folder = ""): Set<string> {
  const tree = new Set<string>();
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = folder ? `${folder}/${entry.name}` : entry.name;
    if (ignored.has(entry.name) || ignored.has(name)) continue;
    tree.add(name);
    if (entry.isDirectory()) for (const inner of readTree(root, ignored, name)) tree.add(inner);
  }
  return tree;
}

/** Returns the paths that a document names, in code or as a link, and that do not exist. */
export function brokenPaths(document: string, markdown: string, tree: Tree, ignored: Ignored): BrokenPath[] {
  const folder = path.posix.dirname(document);
  return blocksOf(markdown).flatMap(({ line, text, fenced }) => {
    const code = fenced ? [{ at: 0, text }] : codeOf(text);
    const words = code.flatMap((span) =>
      wordsOf(span.text).map((word) => ({ ...word, at: span.at + word.at })),
    );
    const broken = [
      ...(fenced ? [] : linksOf(text)).filter(({ text }) => !tree.has(path.posix.join(folder, text))),
      ...words.filter(({ text }) => namesPath(text, tree, ignored) && !isThere(text, folder, tree)),
    ];
    return broken.map((each) => ({
      document,
      line: line + text.slice(0, each.at).split("\n").length - 1,
      path: each.text,
    }));
  });
}

/** A part of a text, and where it starts. */
interface Piece {
  at: number;
  text: string;
}

/**
 * Returns paragraphs and fenced blocks, with the line where each starts. Code in a paragraph may continue on the next
 * line.
 */
function blocksOf(markdown: string): { line: number; text: string; fenced: boolean }[] {
  const blocks: { line: number; text: string; fenced: boolean }[] = [];
  let fenced = false;
  let open = false;
  for (const [at, line] of markdown.split("\n").entries()) {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) fenced = !fenced;
    if (isFence || line.trim() === "") open = false;
    else if (open) blocks.at(-1)!.text += `\n${line}`;
    else {
      blocks.push({ line: at + 1, text: line, fenced });
      open = true;
    }
  }
  return blocks;
}

/** Returns targets of links and images inside the repository, without their `#section`. */
function linksOf(paragraph: string): Piece[] {
  const text = paragraph.replaceAll(CODE, (code) => code.replaceAll(/[^\n]/g, " "));
  return [...text.matchAll(/\]\(([^()\s]+)(?:\s+"[^"]*")?\)/g)]
    .map((match) => ({ at: match.index, text: match[1]!.replace(/#.*$/, "") }))
    .filter(({ text }) => text !== "" && !/^[a-z][a-z+.-]*:|^\//i.test(text));
}

const CODE = /(`+)([\s\S]+?)\1(?!`)/g;

const codeOf = (paragraph: string): Piece[] =>
  [...paragraph.matchAll(CODE)].map((match) => ({ at: match.index + match[1]!.length, text: match[2]! }));

/** Splits a command into words, because it names files among other words. Removes quotes and punctuation. */
function wordsOf(code: string): Piece[] {
  return [...code.matchAll(/[^\s"'`,;()[\]=|]+/g)].map((match) => ({
    at: match.index,
    text: match[0]
      .replace(/^\.\//, "")
      .replace(/(:\d+)+$/, "")
      .replace(/[.:/]+$/, ""),
  }));
}

const FILE = /\.(?:cjs|css|csv|html|json|md|mjs|patch|png|sh|sql|ts|tsx|yaml|yml|Caddyfile)$|^\.ci\//;
/** An example of a file: `FILE`, `DATA_DIR/…`, `00NN_name.sql`, or a name with a time in it. */
const PLACEHOLDER = /(?:^|\/)[A-Z][A-Z_]+(?:\/|$)|NN|\d{4}-\d{2}-\d{2}T\d{2}/;

/**
 * Whether a word is a path of this repository. Patterns (`*`, `<name>`), addresses, absolute paths (of a container or
 * a server), placeholders and names in `.gitignore` are not. A path is recognised by its first part, which is one of
 * our folders.
 */
function namesPath(word: string, tree: Tree, ignored: Ignored): boolean {
  if (!/^[\w.@-]+(?:\/[\w.@-]+)*$/.test(word) || PLACEHOLDER.test(word)) return false;
  const parts = word.split("/");
  if (parts.some((_, at) => ignored.has(parts[at]!) || ignored.has(parts.slice(0, at + 1).join("/"))))
    return false;
  if (FILE.test(word)) return true;
  return parts.length > 1 && (tree.has(parts[0]!) || parts[0] === "@smscrm");
}

/**
 * Whether the path exists: from the root, from the document's folder, as an import of a package, or, for a bare name,
 * anywhere.
 */
function isThere(word: string, folder: string, tree: Tree): boolean {
  if (tree.has(path.posix.normalize(word)) || tree.has(path.posix.join(folder, word))) return true;
  if (word.startsWith("@smscrm/")) return isThere(packageFile(word), ".", tree);
  return !word.includes("/") && [...tree].some((each) => each.endsWith(`/${word}`));
}

function packageFile(specifier: string): string {
  const inside = specifier.replace(/^@smscrm\//, "");
  return inside.includes("/") && !FILE.test(inside) ? `${inside}.ts` : inside;
}
