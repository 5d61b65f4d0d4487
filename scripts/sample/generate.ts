import { seededRandom } from "./random.ts";
import { HEADER, type SampleRow, sampleRows } from "./rows.ts";

const SEED = 20261123;

/**
 * Returns the sample file, the same bytes every time: 10,000 rows like those of real lists, with blank lines in
 * between.
 */
function sampleCsv(): string {
  const random = seededRandom(SEED);
  const lines = [HEADER.join(",")];
  for (const row of sampleRows(random)) {
    lines.push(lineOf(row, random.chance(0.05)));
    if (random.chance(0.004)) lines.push(random.chance(0.5) ? "" : ",,,,,,,");
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** `wide`: with the extra separator at the end of each line that some programs write. */
function lineOf(row: SampleRow, wide: boolean): string {
  if ("raw" in row) return row.raw;
  return [...row.cells.map(quoted), ...(wide ? [""] : [])].join(",");
}

const quoted = (cell: string) => (/[",\r\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

if (import.meta.main) process.stdout.write(sampleCsv());
