/** A conversation in a list that sorts unread ones first. */
interface Listed {
  phone: string;
  unread: number;
}

/**
 * Returns the conversations in the order that the reader saw before, so that one that was read stays where it is. New
 * unread ones come first, and further pages last.
 */
export function inSteadyOrder<Row extends Listed>(rows: readonly Row[], before: readonly string[]): Row[] {
  const known = new Set(before);
  const byPhone = new Map(rows.map((row) => [row.phone, row]));
  const unknown = rows.filter(({ phone }) => !known.has(phone));
  return [
    ...unknown.filter(({ unread }) => unread > 0),
    ...before.flatMap((phone) => byPhone.get(phone) ?? []),
    ...unknown.filter(({ unread }) => unread === 0),
  ];
}
