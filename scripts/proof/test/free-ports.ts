import { freePort } from "@smscrm/infra/embedded-postgres/port";

export type Ports = {
  PORT: number;
  WORKER_PORT: number;
  SIMULATOR_PORT: number;
  EMBEDDED_POSTGRES_PORT: number;
};

/** Returns four free ports, so that a copy of the product runs beside any other. */
export async function fourPorts(): Promise<Ports> {
  const [PORT, WORKER_PORT, SIMULATOR_PORT, EMBEDDED_POSTGRES_PORT] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { PORT, WORKER_PORT, SIMULATOR_PORT, EMBEDDED_POSTGRES_PORT };
}

/** Returns the ports as environment variables. */
export function portVariables(ports: Ports): Record<string, string> {
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
}
