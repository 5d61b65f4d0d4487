import { portHolderPhrase, portState } from "@smscrm/infra/embedded-postgres/port";
import type { PortVariable } from "./environment.ts";
import { StartFault } from "./fault.ts";

export type WantedPort = { title: string; port: number; variable: PortVariable };

/** Checked before anything starts: names every port in use, its holder, and the variable that moves it. */
export async function requireFreePorts(wanted: WantedPort[]): Promise<void> {
  const problems = await Promise.all(wanted.map(problemOf));
  const found = problems.filter((each) => each !== null);
  if (found.length > 0) throw new StartFault(found.join("\n"));
}

async function problemOf({ title, port, variable }: WantedPort): Promise<string | null> {
  const states = [await portState(port, "0.0.0.0"), await portState(port, "::")];
  if (states.includes("in-use")) {
    return `Port ${port}, meant for the ${title}, is in use${portHolderPhrase(port)}. Stop that program, or set ${variable} to a free port.`;
  }
  if (states.includes("forbidden")) {
    return `This user may not use port ${port}, meant for the ${title}. Set ${variable} to a port above 1023.`;
  }
  return null;
}
