import { expect, test } from "vitest";
import { headingsOf, stepsOf, unknownBlocks } from "../runbook/extract.ts";

const PAGE = `# Title
\`\`\`sh
# a comment
one --two
three \\
  four
\`\`\`
## Part: two
1. In a list:

   \`\`\`sql
   SELECT 1
     FROM two;
   SELECT 2;
   \`\`\`

\`\`\`text
not run
\`\`\`
\`\`\`yaml
a: b
\`\`\`
`;

test("finds commands and statements, with their lines", () => {
  expect(stepsOf(PAGE)).toEqual([
    { kind: "sh", text: "one --two", line: 4 },
    { kind: "sh", text: "three \\\nfour", line: 5 },
    { kind: "sql", text: "SELECT 1\nFROM two;", line: 12 },
    { kind: "sql", text: "SELECT 2;", line: 14 },
  ]);
  expect(headingsOf(PAGE)).toEqual(["Title", "Part: two"]);
  expect(unknownBlocks(PAGE)).toEqual(["yaml"]);
});
