/** One command or query of the runbook, unchanged. */
export interface RunbookStep {
  kind: "sh" | "sql";
  text: string;
  /** The line of the page where it starts, counted from 1. */
  line: number;
}

/**
 * Returns every command of every `sh` block (a trailing backslash continues it) and every statement of every `sql`
 * block.
 */
export function stepsOf(markdown: string): RunbookStep[] {
  const steps: RunbookStep[] = [];
  let block: "sh" | "sql" | "other" | null = null;
  let open: RunbookStep | null = null;
  markdown.split("\n").forEach((raw, index) => {
    const fence = /^\s*```(\w*)/.exec(raw);
    if (fence) {
      const name = fence[1];
      block = block === null ? (name === "sh" || name === "sql" ? name : "other") : null;
      open = null;
      return;
    }
    const text = raw.trim();
    if ((block !== "sh" && block !== "sql") || text === "" || text.startsWith("# ")) return;
    if (open) open.text += `\n${text}`;
    else {
      open = { kind: block, text, line: index + 1 };
      steps.push(open);
    }
    if (block === "sh" ? !text.endsWith("\\") : text.endsWith(";")) open = null;
  });
  return steps;
}

/** Returns the headings without their marks. Inside a block a line with # is a comment. */
export function headingsOf(markdown: string): string[] {
  const prose = markdown.replace(/^\s*```[\s\S]*?^\s*```/gm, "");
  return prose.split("\n").flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? []);
}

/** Returns blocks in a language that would not be run: only `sh`, `sql` and `text` are known. */
export function unknownBlocks(markdown: string): string[] {
  const opening = markdown.split("\n").filter((line) => /^\s*```\w/.test(line));
  return opening.map((line) => line.trim().slice(3)).filter((name) => !["sh", "sql", "text"].includes(name));
}
