/** Whether two sets of answers are the same, whatever the order of their keys. Absent and undefined are alike. */
export const sameAnswers = (one: object, other: object): boolean => ordered(one) === ordered(other);

const ordered = (answers: object): string =>
  JSON.stringify(answers, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
