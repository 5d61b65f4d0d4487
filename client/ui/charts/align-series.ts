/** A second, dashed line to compare with the first. */
export type Compared = { series: Series; label: string };
export type Series = { at: readonly number[]; values: readonly number[] };

/** Puts lines with points at different times on one time axis, with null if a line has no point. */
export function alignSeries(lines: readonly Series[]): { at: number[]; values: (number | null)[][] } {
  const at = [...new Set(lines.flatMap((line) => line.at))].sort((a, b) => a - b);
  return {
    at,
    values: lines.map((line) => {
      const known = new Map(line.at.map((moment, index) => [moment, line.values[index] ?? null]));
      return at.map((moment) => known.get(moment) ?? null);
    }),
  };
}
