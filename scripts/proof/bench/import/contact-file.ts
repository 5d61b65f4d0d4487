const FIRST = ["Olivia", "Noah", "Amelia", "Jack", "Isla", "Leo", "Chloë", "Nguyễn", "Mia", "O'Brien"];
const LAST = [
  "Smith",
  "Jones",
  "Williams",
  "Brown",
  "Wilson",
  "Taylor",
  "MacDonald",
  "Martin",
  "Abdullah",
  "Lee",
];
const PLACES = [
  ["2000", "NSW"],
  ["3000", "VIC"],
  ["4000", "QLD"],
  ["5000", "SA"],
  ["6000", "WA"],
  ["7000", "TAS"],
];

/**
 * Returns a contact file as people export it: mobiles in the national spelling, names, an address, a note with a
 * comma. All rows are good and no number repeats, so that every row becomes a contact and COPY writes as many.
 */
export function contactFile(rows: number, from: number): string {
  const lines = ["Mobile,First Name,Surname,E-mail,Post code,State,Tags,Notes"];
  for (let at = from; at < from + rows; at += 1) {
    const digits = String(at).padStart(6, "0");
    const [postcode, state] = PLACES[at % PLACES.length]!;
    const first = FIRST[at % FIRST.length];
    const last = LAST[Math.floor(at / 7) % LAST.length];
    const note = at % 5 === 0 ? `"Asked about sizes 8, 9 and 10"` : "";
    const tags = at % 3 === 0 ? "vip" : "";
    lines.push(
      `0401 ${digits.slice(0, 3)} ${digits.slice(3)},${first},${last},person${at}@example.com,${postcode},${state},${tags},${note}`,
    );
  }
  return `${lines.join("\r\n")}\r\n`;
}
