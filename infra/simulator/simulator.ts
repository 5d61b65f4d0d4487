import { Hono } from "hono";
import { type Carrier, createCarrier } from "./carrier.ts";
import { addCarrierRoutes } from "./carrier-routes.ts";
import { addControlRoutes } from "./control-routes.ts";
import type { SimulatorEnv } from "./exchange.ts";
import { addHandsetRoutes } from "./handset-routes.ts";
import { openJournal } from "./journal.ts";
import { restoreCarrier } from "./restore.ts";
import { type SimulatorOptions, settingsOf } from "./settings.ts";

export interface Simulator {
  app: Hono<SimulatorEnv>;
  ledger: Carrier["ledger"];
  carrier: Carrier;
  /** Stops everything under way and closes the data file. */
  close(): Promise<void>;
}

/** A Twilio of one's own, without a port: `app.fetch` answers. With a data file it first takes up what that remembers. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const settings = settingsOf(options);
  const carrier = createCarrier(settings, openJournal(settings.dataFile));
  if (settings.dataFile !== undefined) restoreCarrier(carrier, settings.dataFile);
  const closing = new AbortController();
  const app = new Hono<SimulatorEnv>();
  addCarrierRoutes(app, carrier, closing.signal);
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
