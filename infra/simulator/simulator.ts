import { Hono } from "hono";
import { type Carrier, createCarrier } from "./carrier.ts";
import { addControlRoutes } from "./control/control-routes.ts";
import { addHandsetRoutes } from "./handset/handset-routes.ts";
import { openJournal } from "./persistence/journal.ts";
import { restoreCarrier } from "./persistence/restore.ts";
import { addCarrierRoutes } from "./rest/carrier-routes.ts";
import type { SimulatorEnv } from "./rest/exchange.ts";
import { addRegistrationRoutes } from "./rest/registrations.ts";
import { type SimulatorOptions, settingsOf } from "./settings.ts";

export interface Simulator {
  app: Hono<SimulatorEnv>;
  ledger: Carrier["ledger"];
  carrier: Carrier;
  /** Stops all work and closes the data file. */
  close(): Promise<void>;
}

/** Creates a simulated Twilio without a port: `app.fetch` answers. With a data file it first restores its contents. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const settings = settingsOf(options);
  const carrier = createCarrier(settings, openJournal(settings.dataFile));
  if (settings.dataFile !== undefined) restoreCarrier(carrier, settings.dataFile);
  const closing = new AbortController();
  const app = new Hono<SimulatorEnv>();
  addCarrierRoutes(app, carrier, closing.signal);
  addRegistrationRoutes(app, carrier, closing.signal);
  addControlRoutes(app, carrier);
  addHandsetRoutes(app, carrier);
  return {
    app,
    ledger: carrier.ledger,
    carrier,
    async close() {
      closing.abort();
      carrier.wheel.close();
      carrier.delays.close();
      carrier.webhooks.close();
      await carrier.journal.close();
    },
  };
}
