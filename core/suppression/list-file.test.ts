import { describe, expect, test } from "vitest";
import { listFile, UnreadableList } from "./list-file.ts";

const read = (text: string, country = "US") => listFile(country).take(text, true);

describe("the forms of public registers", () => {
  test.each([
    ["10 digits a line", "2025550101\n2025550102\n"],
    ["the area code in a column of its own", "202,5550101\n202,555-0102\n"],
    ["with 1 and signs", "1 (202) 555-0101\r\n+1 202 555 0102\r\n"],
    ["a heading and other columns", "Name,Phone number\nAnn,2025550101\nBob,(202) 555-0102\n"],
    ["tabs, and empty lines", "Phone\tSince\n2025550101\t2020\n\n2025550102\t2021\n"],
  ])("US: %s", (_, text) => {
    expect(read(text)).toEqual({ numbers: ["+12025550101", "+12025550102"], clean: 0, unreadable: 0 });
  });

  test("SG: the result of a check counts by the register of texts alone", () => {
    const text =
      "Phone Number,No Voice Call,No Text Message,No Fax\n81234567,N,Y,N\n91234567,Y,N,Y\n+6581234568,Y,Yes,Y\n";
    expect(read(text, "SG")).toEqual({ numbers: ["+6581234567", "+6581234568"], clean: 1, unreadable: 0 });
  });

  test("IN: a scrub result counts by its status, and an unknown word stops", () => {
    const text =
      "MSISDN,Status\n919876543210,BLOCKED\n9876543211,Allowed\n09876543212,Not Registered\n9876543213,Category 3\n";
    expect(read(text, "IN")).toEqual({
      numbers: ["+919876543210", "+919876543213"],
      clean: 2,
      unreadable: 0,
    });
  });

  test("GB, ES, IT, SE: national and international forms", () => {
    expect(read("07400 123456\n+447400123457\n", "GB").numbers).toEqual(["+447400123456", "+447400123457"]);
    expect(read("Teléfono;Canal\n612345678;SMS\n", "ES").numbers).toEqual(["+34612345678"]);
    expect(read("3123456789\n", "IT").numbers).toEqual(["+393123456789"]);
    expect(read("070-123 45 67\n", "SE").numbers).toEqual(["+46701234567"]);
  });
});

test("the same pieces give the same numbers, wherever a piece ends", () => {
  const text = "202,5550101\n202,5550102\n202,5550103";
  for (let at = 12; at < text.length; at++) {
    const file = listFile("US");
    const first = file.take(text.slice(0, at)).numbers;
    expect([...first, ...file.take(text.slice(at), true).numbers]).toHaveLength(3);
  }
});

test("a number that no plan knows stays, if its form is clear", () => {
  expect(read("+1 555 555 0100\n1-555-555-0101\n+999 123 4567\n")).toEqual({
    ...{ numbers: ["+15555550100", "+15555550101", "+9991234567"], clean: 0, unreadable: 0 },
  });
});

test("what is no number is counted, not guessed", () => {
  expect(read("Phone,Name\n2025550101,Ann\n,\n 2025550102 ,Bob\n")).toMatchObject({ unreadable: 0 });
  expect(read(`2025550101\n${"2".repeat(65)}\n`).unreadable).toBe(1);
  expect(read("2025550101\nhello\n12\n123456\n2025550101,note\n,\n", "GB").unreadable).toBeGreaterThanOrEqual(
    3,
  );
  expect(read("Remarks\nnone\n")).toEqual({ numbers: [], clean: 0, unreadable: 1 });
  expect(read("Name,Number\nAnn\n")).toEqual({ numbers: [], clean: 0, unreadable: 1 });
  expect(read("Number,Status\n2025550101\n").numbers).toEqual(["+12025550101"]);
});

test("a change list and XML are refused with what to do", () => {
  expect(() => read("202,5550101,20261101,A\n202,5550102,20261101,D\n")).toThrow(UnreadableList);
  expect(() => read("202,5550101,2026-11-01,A\n")).toThrow("Download the full list");
  expect(() => read('<list type="full"><ac val="202">')).toThrow("flat text file");
  expect(read("2025550101,A,note\n").numbers).toHaveLength(1);
});
