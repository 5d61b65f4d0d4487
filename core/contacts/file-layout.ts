/** How a contact file is laid out, apart from its encoding and delimiter. An absent value is the ordinary one. */
export interface FileLayout {
  /** Lines above the header that are not rows: a title, a date, a `sep=` line. */
  linesAbove?: number;
  /** Whether each line is one quoted cell that holds the whole row, as some programs export. */
  wholeLinesQuoted?: boolean;
  /** What the file was before it was stored as CSV. */
  format?: "xlsx" | "vcard";
  /** The sheet of a workbook that was read. */
  sheet?: string;
}
