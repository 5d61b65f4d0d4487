import { portHolderPhrase, portState } from "@smscrm/infra/embedded-postgres/port";
import type { PortVariable } from "./environment.ts";
import { StartFault } from "./fault.ts";

export type WantedPort = { title: string; port: number; variable: PortVariable };

/** Checked before anything starts: all ports that are taken, each with who holds it and the variable that moves it. */
export async function requireFreePorts(wanted: WantedPort[]): Promise<void> {
  const problems = await Promise.all(wanted.map(problemOf));
  const found = problems.filter((each) => each !== null);
  if (found.length > 0) throw new StartFault(found.join("\n"));
}

async function problemOf({ title, port, variable }: WantedPort): Promise<string | null> {
  const states = [await portState(port, "0.0.0.0"), await portState(port, "::")];
  if (states.includes("in-use")) {
    return `Port ${port}, meant for the ${title}, is in use${portHolderPhrase(port)}: stop that program, or set ${variable} to a free port.`;
  }
  if (states.includes("forbidden")) {
    return `Port ${port}, meant for the ${title}, may not be used by this user: set ${variable} to a port above 1023.`;
  }
  return null;
}
