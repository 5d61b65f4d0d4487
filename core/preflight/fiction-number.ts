import table from "../data/fiction-numbers.json" with { type: "json" };

const FICTION = new RegExp(`^(?:${table.patterns.join("|")})$`);

/** Whether a regulator set this number aside for fiction, so that nobody has it. */
export const isFictionNumber = (e164: string): boolean => FICTION.test(e164);
