/** Whether each typed word is the start of a word of the label: "new ca" finds "New campaign". */
export function matches(typed: string, label: string): boolean {
  const words = label.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}
