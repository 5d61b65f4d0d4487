import { expect, test } from "vitest";
import { withoutValues } from "./loggable-error.ts";

type Logged = Record<string, unknown> & { cause?: Logged };
const logged = (error: unknown) => withoutValues(error) as Logged;

const databaseError = (message: string, more = {}) =>
  Object.assign(new Error(message), { severity: "ERROR", code: "23505", ...more });

test("our own error is logged unchanged, with its location", () => {
  const error = new RangeError("No such zone: Nowhere");
  expect(logged(error)).toMatchObject({
    name: "RangeError",
    message: "No such zone: Nowhere",
    cause: undefined,
  });
  expect((logged(error).stack as string[]).every((line) => line.startsWith("at "))).toBe(true);
  error.stack = undefined as unknown as string;
  expect(logged(error).stack).toBeUndefined();
});

test("a thrown value that is not an error is logged by its type only", () => {
  expect(logged("+61491570006")).toEqual({ thrown: "string" });
});

test("a database error loses the values that it quotes", () => {
  const error = databaseError(
    'invalid input syntax for type uuid: "+61491570006"\nwith more of +61491570006',
    {
      detail: "Key (phone_e164)=(+61491570006) already exists.",
      constraint_name: "contacts_tenant_phone",
      table_name: "contacts",
      column_name: "phone_e164",
    },
  );
  expect(logged(error)).toMatchObject({
    message: 'invalid input syntax for type uuid: "…"',
    code: "23505",
    constraint: "contacts_tenant_phone",
    table: "contacts",
    column: "phone_e164",
  });
  expect(JSON.stringify(logged(error))).not.toContain("0006");
});

test("a failed statement is shown without its parameters, once", () => {
  const cause = databaseError("deadlock detected", { query: "select 1 from contacts" });
  const error = Object.assign(new Error('Failed query: … params: "+61491570006"', { cause }), {
    params: ["+61491570006"],
    query: "select 1 from contacts where phone_e164 = $1",
  });
  expect(logged(error)).toMatchObject({
    message: "A statement failed",
    query: "select 1 from contacts where phone_e164 = $1",
    cause: { message: "deadlock detected", query: undefined },
  });
  expect(JSON.stringify(logged(error))).not.toContain("0006");
});

test("a driver's error keeps only its statement, and loses its values too", () => {
  const error = Object.assign(new Error('no "contacts" like "+61491570006"'), { query: "x".repeat(3_000) });
  const { message, query } = logged(error);
  expect(message).toBe('no "contacts" like "…"');
  expect(query).toHaveLength(2_000);
});

test("an error that quotes nothing keeps its whole message", () => {
  expect(logged(new Error('first line "of"\nsecond "line"')).message).toBe('first line "of"\nsecond "line"');
});

test("of a stack only the first twelve frames remain", () => {
  const error = databaseError("short");
  const places = Array.from({ length: 20 }, (_, at) => `    at place${at} (file.ts:1:1)`);
  const quoted = ["Error: short", "Key at +61491570006", "a at b", "\tat +61491570006", ...places];
  error.stack = quoted.filter((line) => !line.startsWith("\t")).join("\n");
  const { stack } = logged(error);
  expect(stack).toEqual(places.slice(0, 12).map((line) => line.trim()));
});

test("a message is never longer than a line of a log", () => {
  expect((logged(databaseError("x".repeat(1_000))).message as string).length).toBe(300);
});

test("endless causes end", () => {
  const error = new Error("round");
  error.cause = error;
  expect(JSON.stringify(logged(error)).match(/round/g)).toHaveLength(5);
});
