import { expect, test } from "vitest";
import { TicketConcurrency } from "./ticket-concurrency.ts";

test("as many as fill the slots twice: few of a hundred messages, many of one", () => {
  expect(new TicketConcurrency(32, 100).count).toBe(2);
  expect(new TicketConcurrency(256, 100).count).toBe(6);
  expect(new TicketConcurrency(32, 10).count).toBe(7);
  expect(new TicketConcurrency(32, 1).count).toBe(64);
  expect(new TicketConcurrency(1, 100).count).toBe(2);
  expect(new TicketConcurrency(9_999, 1).count).toBe(64);
});

test("follows the size of the tickets that come, and back", () => {
  const tickets = new TicketConcurrency(32, 100);
  for (let ticket = 0; ticket < 50; ticket += 1) tickets.took(1);
  expect(tickets.count).toBeGreaterThan(30);
  for (let ticket = 0; ticket < 50; ticket += 1) tickets.took(100);
  expect(tickets.count).toBe(2);
});
