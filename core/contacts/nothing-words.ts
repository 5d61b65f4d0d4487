/**
 * What programs and people write for "no value". Only capitals or only small letters: "Null" and "Nil" are names of
 * people.
 */
const NOTHING = new Set(
  (
    "null NULL nil NIL none None NONE undefined nan NaN NAN n/a N/A N/a n.a. N.A. n.a NA #N/A #n/a #NV #NULL! #REF! #VALUE! " +
    "#NAME? #DIV/0! #NUM! #REF \\N \\\\N NaT <NA> <null> <NULL> (null) (NULL) [null] (blank) (empty) <empty> <unset> (none) " +
    "<none> k.A. k.a. n.v.t. n/d N/D s/d S/D s/o S/O"
  ).split(" "),
);
/** Only signs that stand for a gap: dashes, question marks, dots, underscores. */
const SIGNS =
  /^(?:[-\u2010-\u2015\u2212]{1,5}|\?{1,5}|_{1,5}|\.{1,5}|\*{3,5}|0000-00-00(?: 00:00:00)?|(["'])\1)$/;
const LENGTH_MAX = 19;

/** Whether a trimmed cell says that there is no value. An empty cell does too. */
export function isNothing(cell: string): boolean {
  return cell === "" || (cell.length <= LENGTH_MAX && (NOTHING.has(cell) || SIGNS.test(cell)));
}
