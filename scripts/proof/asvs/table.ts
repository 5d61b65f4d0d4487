const DECISIONS = ["met", "not applicable", "not met"] as const;

/** A row of docs/asvs.md. */
export interface Row {
  number: string;
  level: number;
  asked: string;
  decision: (typeof DECISIONS)[number];
  /** Where it is met, or why not. */
  where: string;
  checks: { file: string; title: string }[];
}

/** Reads the tables of docs/asvs.md. Throws for a row that is not of their form. */
export function readTable(markdown: string): Row[] {
  return markdown
    .split("\n")
    .filter((line) => /^\| \d+\.\d+\.\d+ /.test(line))
    .map(readRow);
}

function readRow(line: string): Row {
  const cells = line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
  const [number = "", level = "", asked = "", decision = "", where = "", shown = ""] = cells;
  const known = DECISIONS.find((each) => each === decision);
  if (cells.length !== 6 || !known)
    throw new Error(`docs/asvs.md: ${number} is no row of six cells with a decision.`);
  const checks = [...shown.matchAll(/`([^`]+)`: "(.+?)"(?=; `|$)/g)].map(([, file, title]) => ({
    file: file!,
    title: title!,
  }));
  const written = checks.map(({ file, title }) => `\`${file}\`: "${title}"`).join("; ") || "–";
  if (written !== shown)
    throw new Error(`docs/asvs.md: ${number} is shown by ${shown}, which is no list of checks.`);
  return { number, level: Number(level), asked, decision: known, where, checks };
}

/** Whether a file has this title as a whole text (a test), or contains it (anything else). */
export function hasCheck(file: string, content: string, title: string): boolean {
  if (!/\.test\.tsx?$/.test(file)) return content.includes(title);
  return ['"', "'", "`"].some((quote) =>
    content.replaceAll("\\'", "'").replaceAll('\\"', '"').includes(`${quote}${title}${quote}`),
  );
}
